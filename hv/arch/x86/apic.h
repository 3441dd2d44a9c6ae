/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The local APIC of each CPU, as the hypervisor uses it and as it moderates
 * the guest's accesses, and the IOAPICs (SDM volume 3, chapter 10 "APIC").
 *
 * Interrupts go straight to the guest. What a guest could disturb others with
 * is filtered: interrupts that it sends, the logical id that it answers to,
 * and what a device interrupt may become.
 */
#ifndef X86_APIC_H
#define X86_APIC_H

#include "types.h"

struct cell;
struct pcpu;

#define APIC_BASE_ADDR		0xfee00000ull

/* Registers by offset; x2APIC: MSR 0x800 + offset / 16. */
#define APIC_VERSION		0x030
#define APIC_TPR		0x080
#define APIC_EOI		0x0b0
#define APIC_LDR		0x0d0
#define APIC_DFR		0x0e0
#define APIC_SVR		0x0f0
#define APIC_ISR		0x100
#define APIC_ESR		0x280
#define APIC_LVT_CMCI		0x2f0
#define APIC_ICR		0x300
#define APIC_ICR_HIGH		0x310	/* xAPIC: bits 63:32 */
#define APIC_LVT_TIMER		0x320
#define APIC_LVT_LINT0		0x350
#define APIC_LVT_LINT1		0x360
#define APIC_LVT_ERROR		0x370
#define APIC_TIMER_START	0x380
#define APIC_TIMER_DIVIDE	0x3e0
#define APIC_SELF_IPI		0x3f0	/* x2APIC only */

/* Finds the mode and maps the registers. Boot CPU. 0 or -CB_E*. */
int apic_init(void);
/* This CPU is in the same mode, or refuses; knows what Linux set. */
int apic_cpu_init(struct pcpu *cpu);

/*
 * The host's own accesses. false: x2APIC refuses, for the register is not there
 * or not with this value.
 */
uint64_t apic_hw_read(uint32_t reg);
bool apic_hw_write(uint32_t reg, uint64_t value);

/*
 * A guest's write, to a MSR of x2APIC or the page of xAPIC, moderated. false:
 * an exception, or a violation: the CPU is parked. Reads need no care.
 */
bool apic_write(struct pcpu *cpu, uint32_t reg, uint64_t value);
/* xAPIC's registers, whose writes trap, and Intel's reads; NULL: x2APIC. */
extern volatile uint32_t *apic_page;
/* x2APIC: may the guest do so without an exit? */
bool apic_msr_passes(uint32_t reg, bool write);

/* CPUs, by id, that an interrupt with this destination would reach. */
uint64_t apic_targets(uint32_t dest, bool logical);

/* IOAPICs of the system description. 0 or -CB_E*. */
int ioapic_init(void);

#endif
