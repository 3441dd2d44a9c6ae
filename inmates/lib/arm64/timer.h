/* SPDX-License-Identifier: BSD-2-Clause */
/* The generic timer: virtual (PPI 27) and physical (PPI 30). */
#ifndef TIMER_H
#define TIMER_H

#include <stdbool.h>
#include <stdint.h>

#define TIMER_VIRTUAL_PPI	27
#define TIMER_PHYSICAL_PPI	30

/*
 * On the first CPU: starts the interrupt controller and lets the virtual
 * timer's interrupt through. false with a message when that cannot be.
 */
bool timer_init(void);

/* Ticks of the virtual counter, and how many make a second. */
uint64_t timer_now(void);
uint64_t timer_frequency(void);

uint64_t timer_to_ns(uint64_t ticks);
uint64_t timer_from_us(uint64_t us);
void delay_us(uint64_t us);

/* The interrupt of this CPU comes at that count, and stays until stopped. */
void timer_set(uint64_t at);
void timer_stop(void);

/*
 * Sleeps until that count; interrupts are handled meanwhile and enabled
 * afterwards. Takes the virtual timer; after timer_init().
 */
void timer_sleep_until(uint64_t at);

void timer_physical_set(uint64_t at);
void timer_physical_stop(void);

#endif
