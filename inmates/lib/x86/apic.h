/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The local APIC, as xAPIC or x2APIC: whichever mode the CPU is in. The
 * hypervisor chose it; an inmate does not switch.
 */
#ifndef APIC_H
#define APIC_H

#include <stdbool.h>
#include <stdint.h>

#define APIC_VECTOR_MIN		32
#define APIC_VECTOR_TIMER	0xec
#define APIC_VECTOR_SPURIOUS	0xff

/* Registers by their x2APIC number; as xAPIC 16 bytes apart. */
#define APIC_ID			0x02
#define APIC_VERSION		0x03
#define APIC_TPR		0x08
#define APIC_EOI		0x0b
#define APIC_LDR		0x0d
#define APIC_DFR		0x0e		/* xAPIC only */
#define APIC_SVR		0x0f
#define APIC_ISR		0x10		/* 8 of them */
#define APIC_IRR		0x20		/* 8 of them */
#define APIC_ESR		0x28
#define APIC_ICR		0x30
#define APIC_ICR_HIGH		0x31		/* xAPIC only */
#define APIC_LVT_TIMER		0x32
#define APIC_LVT_LINT0		0x35
#define APIC_LVT_LINT1		0x36
#define APIC_LVT_ERROR		0x37
#define APIC_TIMER_INIT		0x38
#define APIC_TIMER_COUNT	0x39
#define APIC_TIMER_DIVIDE	0x3e
#define APIC_SELF_IPI		0x3f		/* x2APIC only */

#define APIC_SVR_ENABLE		0x100
#define APIC_LVT_MASKED		0x10000

#define APIC_ICR_FIXED		0x000
#define APIC_ICR_NMI		0x400
#define APIC_ICR_INIT		0x500
#define APIC_ICR_STARTUP	0x600
#define APIC_ICR_LOGICAL	0x800
#define APIC_ICR_BUSY		0x1000
#define APIC_ICR_ASSERT		0x4000
#define APIC_ICR_SELF		0x40000
#define APIC_ICR_ALL		0x80000
#define APIC_ICR_OTHERS		0xc0000

#define MSR_X2APIC		0x800
#define APIC_BASE_ENABLE	(1u << 11)
#define APIC_BASE_X2APIC	(1u << 10)

/* false with a message when the APIC is switched off */
bool apic_init(void);		/* on the first CPU */
void apic_init_cpu(void);	/* on each other one */

bool apic_is_x2apic(void);
uint64_t apic_base(void);	/* of the xAPIC's registers */

uint32_t apic_read(unsigned int reg);
void apic_write(unsigned int reg, uint32_t value);

/* The id of this CPU; needs no apic_init(). */
uint32_t apic_id(void);

/* command: APIC_ICR_* and a vector. Waits until it is sent. */
void apic_send(uint32_t id, uint32_t command);

/* Called for every interrupt but the timer's, before its end. */
void apic_set_handler(void (*handler)(unsigned int vector));

/* The timer's; NULL: an interrupt only ends a sleep. */
void apic_set_timer_handler(void (*handler)(void));

/* exception.c calls it. */
void apic_handle_irq(unsigned int vector);

#endif
