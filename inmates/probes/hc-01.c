/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * HC-01. Management calls are the root cell's. A vulnerable hypervisor judges
 * the arguments before the caller, so that another cell learns which cells
 * exist (by another error, or by the time it takes), or even obeys.
 */
#include "probe.h"

static const uint32_t codes[] = {
	CB_HC_DISABLE, CB_HC_CELL_CREATE, CB_HC_CELL_START,
	CB_HC_CELL_SET_LOADABLE, CB_HC_CELL_DESTROY, CB_HC_CELL_GET_STATE,
	CB_HC_CELL_LOAD_ADDRESS, CB_HC_CELL_LOAD_ROOM,
};

static void try_call_code(uint32_t code, uint64_t arg1, uint64_t arg2)
{
	int64_t result = hypercall(code, arg1, arg2);

	report_check(result == -CB_EPERM, "call %u (0x%lx, 0x%lx) returns %ld",
		     code, arg1, arg2, result);
}

static void all(void)
{
	unsigned int c, n;

	for (c = 0; c < ARRAY_SIZE(codes); c++) {
		for (n = 0; n < 64; n++)
			try_call_code(codes[c], n, (uint64_t)inmate_base);
		for (n = 0; n < 64; n++)
			try_call_code(codes[c], 1ul << n, ~0ul << n);
		for (n = 0; n < 1000; n++)
			try_call_code(codes[c], probe_random(),
				      probe_random());
	}
}

static uint64_t shortest(uint32_t code, uint64_t arg1)
{
	uint64_t best = ~0ul, start, ticks;
	unsigned int n;

	for (n = 0; n < 200; n++) {
		start = timer_now();
		hypercall(code, arg1, 0);
		ticks = timer_now() - start;
		if (ticks < best)
			best = ticks;
	}
	return timer_to_ns(best);
}

/* For the reader: an existing cell (1) and one that cannot exist. */
static void time_it(void)
{
	unsigned int c;

	for (c = 0; c < ARRAY_SIZE(codes); c++)
		report_note("call %u: %lu ns for cell 1, %lu ns for cell 999",
			    codes[c], shortest(codes[c], 1),
			    shortest(codes[c], 999));
}

static const struct probe_case cases[] = {
	{ "all", all },
	{ "time", time_it },
};

PROBE("HC-01", "management calls from a cell are refused", cases);
