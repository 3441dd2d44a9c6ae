/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A periodic timer and how late its interrupts come.
 *	period-us=N   100000
 *	ticks=N       end after N interrupts; 0: run until shut down
 */
#include "inmate.h"

static uint64_t expected, period;
static uint64_t min = ~0ul, max, sum;
static volatile uint64_t ticks, jitter;

static void on_irq(unsigned int intid)
{
	uint64_t late;

	if (intid != TIMER_VIRTUAL_PPI)
		return;
	late = timer_now() - expected;
	/* After a stall go on from now instead of catching up. */
	expected += late < period ? period : late + period;
	timer_set(expected);

	jitter = timer_to_ns(late);
	ticks = ticks + 1;
}

static void show(void)
{
	if (jitter < min)
		min = jitter;
	if (jitter > max)
		max = jitter;
	sum += jitter;
	printk("Timer fired, jitter: %6lu ns, min: %6lu ns, avg: %6lu ns, "
	       "max: %6lu ns\n", jitter, min, sum / ticks, max);
}

void inmate_main(void)
{
	uint64_t limit = cmdline_int("ticks", 0), seen = 0;

	period = timer_from_us(cmdline_int("period-us", 100000));
	printk("gic-demo: one interrupt every %lu us\n",
	       timer_to_ns(period) / 1000);
	gic_set_handler(on_irq);
	if (!timer_init())
		inmate_stop(CB_CELL_FAILED);
	expected = timer_now() + period;
	timer_set(expected);

	while (!comm_serve() && (!limit || seen < limit)) {
		/* Masked: an interrupt after the test still ends the wfi. */
		irq_disable();
		if (seen == ticks)
			irq_wait();
		irq_enable();
		if (seen == ticks)
			continue;
		seen = ticks;
		show();
	}
	timer_stop();
	printk("gic-demo: done after %lu ticks\n", seen);
}
