/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TICKS_H
#define TICKS_H

#include "inmate.h"

static uint64_t ticks_due;
static void (*ticks_handler)(void);

static void ticks_irq(unsigned int intid)
{
	if (intid == TIMER_VIRTUAL_PPI)
		ticks_handler();
}

static bool ticks_init(void (*handler)(void))
{
	ticks_handler = handler;
	gic_set_handler(ticks_irq);
	return timer_init();
}

static void ticks_arm(uint64_t ticks)
{
	ticks_due = timer_now() + ticks;
	timer_set(ticks_due);
}

static uint64_t ticks_late(void)
{
	return timer_now() - ticks_due;
}

static void ticks_handled(void)
{
	timer_stop();
}

static void ticks_stop(void)
{
}

#endif
