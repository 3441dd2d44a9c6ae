/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * LIFE-04. A cell that never answers. With a vulnerable hypervisor the root
 * cell waits for ever, or all of it stands still meanwhile. Right: after the
 * time limit the cell has failed and is stopped; root was responsive.
 */
#include "probe.h"

static void silent(void)
{
	uint64_t seen = 0, beat = 0;

	report_note("silent from now on");
	for (;;) {
		delay_us(100000);
		beat++;
		if (comm_message() && comm_message() != seen) {
			seen = comm_message();
			report_note("message %lu at beat %lu: no answer", seen,
				    beat);
		}
	}
}

static const struct probe_case cases[] = {
	{ "silent", silent },
};

PROBE("LIFE-04", "a silent cell times out", cases);
