/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Time: the TSC. Its rate and the local APIC timer's are those of the comm
 * region, or `tsc-khz=`, `apic-khz=`; where nobody says, they are measured
 * against the PM timer.
 */
#ifndef TIMER_H
#define TIMER_H

#include <stdbool.h>
#include <stdint.h>

/*
 * On the first CPU: the APIC, and its timer ready to be set. false with a
 * message when that cannot be. timer_init_cpu(): on each other CPU.
 */
bool timer_init(void);
void timer_init_cpu(void);

/* Ticks of the TSC, and how many make a second. */
uint64_t timer_now(void);
uint64_t timer_frequency(void);

uint64_t timer_to_ns(uint64_t ticks);
uint64_t timer_from_us(uint64_t us);
void delay_us(uint64_t us);

/*
 * The interrupt of this CPU comes at that count, once; after more than 2^32
 * ticks of the APIC timer it comes early.
 */
void timer_set(uint64_t at);
void timer_stop(void);

/* Sleeps until that count; interrupts are handled meanwhile and afterwards. */
void timer_sleep_until(uint64_t at);

/* The APIC timer's rate; needs timer_init(). */
uint64_t apic_timer_frequency(void);

#endif
