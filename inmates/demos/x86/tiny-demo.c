/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The smallest inmate that shows that time passes: the PM timer, once each
 * second, ten times.
 *	lines=N      10
 *	period-ms=N  1000
 */
#include "inmate.h"

#define POLL_US	20000	/* how soon a message is answered */

void inmate_main(void)
{
	uint64_t period = cmdline_int("period-ms", 1000) * 1000000;
	uint64_t lines = cmdline_int("lines", 10), line = 0, next;

	printk("Hello from this tiny cell!\n");
	if (!pm_timer_port()) {
		printk("tiny-demo: no PM timer (pm-timer=)\n");
		return;
	}
	next = pm_timer_ns();
	while (line < lines && !comm_serve()) {
		uint64_t now = pm_timer_ns();

		if (now >= next) {
			next += period;
			line++;
			printk("PM Timer: %10lu (ns)\n", (unsigned long)now);
		}
		delay_us(POLL_US);
	}
	printk("tiny-demo: done after %lu lines\n", (unsigned long)line);
}
