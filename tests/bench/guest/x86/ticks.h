/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The local APIC's timer, again and again: so its count says when it expired,
 * however long it took to set it.
 */
#ifndef TICKS_H
#define TICKS_H

#include "inmate.h"

#define LVT_PERIODIC	0x20000

static uint32_t ticks_period;

static bool ticks_init(void (*handler)(void))
{
	apic_set_timer_handler(handler);
	if (!timer_init())
		return false;
	apic_write(APIC_LVT_TIMER, LVT_PERIODIC | APIC_VECTOR_TIMER);
	return true;
}

static void ticks_arm(uint64_t ticks)
{
	ticks_period = ticks;
	apic_write(APIC_TIMER_INIT, ticks_period);
}

static uint64_t ticks_late(void)
{
	return ticks_period - apic_read(APIC_TIMER_COUNT);
}

static void ticks_handled(void)
{
}

static void ticks_stop(void)
{
	apic_write(APIC_TIMER_INIT, 0);
}

#endif
