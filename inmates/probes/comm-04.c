/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * COMM-04. State and reply change all the time while the hypervisor looks at
 * them. One that reads a field twice sees two values for one decision: checks
 * APPROVED, acts on something else. It never ends by itself; whatever the root
 * cell's requests return, its view stays consistent.
 */
#include "probe.h"

static void __attribute__((noreturn)) flip(void *arg)
{
	volatile struct cb_comm_page *page = comm_page();

	(void)arg;
	for (;;) {
		page->cell_state = CB_CELL_RUNNING;
		page->reply_from_cell = CB_REPLY_REQUEST_APPROVED;
		page->cell_state = CB_CELL_SHUT_DOWN;
		page->reply_from_cell = CB_REPLY_REQUEST_DENIED;
		page->cell_state = CB_CELL_FAILED;
		page->reply_from_cell = 0xffffffff;
		page->cell_state = CB_CELL_RUNNING_LOCKED;
		page->reply_from_cell = CB_REPLY_NONE;
		page->cell_state = 0xffffffff;
	}
}

static void flip_all(void)
{
	uint64_t cpus[4];
	unsigned int n, count = cpus_find(cpus, 4);

	report_note("flipping on %u CPUs", count);
	for (n = 1; n < count; n++)
		cpu_start(cpus[n], flip, NULL);
	flip(NULL);
}

static const struct probe_case cases[] = {
	{ "flip", flip_all },
};

PROBE("COMM-04", "each field is read once per decision", cases);
