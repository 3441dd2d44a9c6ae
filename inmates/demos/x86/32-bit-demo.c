/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The same as tiny-demo, in 32-bit protected mode.
 *	lines=N      10
 *	period-ms=N  1000
 */
#include "inmate.h"

#define POLL_US	20000	/* how soon a message is answered */

void inmate_main(void)
{
	uint64_t period = cmdline_int("period-ms", 1000) * 1000000;
	unsigned int lines = cmdline_int("lines", 10), line = 0;
	uint64_t next;

	printk("Hello from this 32-bit cell: EFER 0x%lx, pointers of %zu bytes\n",
	       (unsigned long)msr_read(MSR_EFER), sizeof(void *));
	if (!pm_timer_port()) {
		printk("32-bit-demo: no PM timer (pm-timer=)\n");
		return;
	}
	next = pm_timer_ns();
	while (line < lines && !comm_serve()) {
		uint64_t now = pm_timer_ns();

		if (now >= next) {
			next += period;
			line++;
			printk("PM Timer: %10llu (ns)\n",
			       (unsigned long long)now);
		}
		delay_us(POLL_US);
	}
	printk("32-bit-demo: done after %u lines\n", line);
}
