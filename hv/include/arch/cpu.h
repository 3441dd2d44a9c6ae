/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Contract: processors.
 */
#ifndef ARCH_CPU_H
#define ARCH_CPU_H

#include "types.h"

struct cell;
struct pcpu;

/* Where and how a guest CPU begins. */
struct vcpu_start {
	uint64_t entry;
	uint64_t arg;
};

/*
 * Own tables are live, the description is loaded: find out what the hardware
 * can do and claim it (interrupt controller, stage 2). Boot CPU, once; may
 * refuse with a negative number after reporting why.
 */
int arch_early_init(void);

/* Each CPU, before its guest goes on; undone by arch_cpu_restore(). */
int arch_cpu_init(struct pcpu *cpu);
void arch_cpu_restore(struct pcpu *cpu);

/* Undoes arch_early_init(): last CPU of a disable, or a failed enable. */
void arch_shutdown(void);

/* Makes cpu run cpu_events() soon, whatever its guest does or masks. */
void arch_cpu_kick(struct pcpu *cpu);

/* Waits at low power for the next kick; may return early. This CPU only. */
void arch_cpu_wait(struct pcpu *cpu);

/*
 * All registers of the guest defined: general, system, FP, debug, PMU,
 * timers, private interrupts. On the CPU itself; the guest starts when the
 * current trap returns.
 */
void arch_vcpu_reset(struct pcpu *cpu, const struct vcpu_start *start);

/* The guest's translations and interrupts are switched off. On the CPU. */
void arch_vcpu_quiesce(struct pcpu *cpu);

/* The cell of this CPU changed: use its stage 2 from the next return on. */
void arch_vcpu_assign(struct pcpu *cpu, struct cell *cell);

/* Prints the guest registers of the current trap. */
void arch_vcpu_dump(struct pcpu *cpu);

/* Delivers what other CPUs left for this one (virtual interrupts). */
void arch_cpu_events(struct pcpu *cpu);

/* How interrupts reach the cells: CB_INFO_DELIVERY. */
uint32_t arch_delivery(void);

/* This CPU, as struct pcpu. */
struct pcpu *this_cpu(void);

void arch_cpu_halt(void) __noreturn;

#include <arch_cpu.h>	/* struct arch_pcpu */

#endif
