/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A line on the console each second.
 *	lines=N      end after N lines; 0: run until shut down
 *	period-ms=N  1000
 */
#include "inmate.h"

#define POLL_US	20000	/* how soon a message is answered */

void inmate_main(void)
{
	uint64_t period = timer_from_us(cmdline_int("period-ms", 1000) * 1000);
	uint64_t limit = cmdline_int("lines", 0), line = 0;
	uint64_t next = timer_now(), poll;

	if (!timer_init())
		inmate_stop(CB_CELL_FAILED);

	while (!comm_serve() && (!limit || line < limit)) {
		if (timer_now() >= next) {
			next += period;
			line++;
			printk("Hello %lu from the uart-demo\n", line);
		}
		poll = timer_now() + timer_from_us(POLL_US);
		timer_sleep_until(poll < next ? poll : next);
	}
	printk("uart-demo: done after %lu lines\n", line);
}
