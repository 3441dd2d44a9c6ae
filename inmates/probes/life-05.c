/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * LIFE-05. A cell that says SHUT_DOWN (or approves) and goes on running. A
 * vulnerable hypervisor gives its memory away while its CPU still writes
 * there. The word at addr= (default: behind the image) counts up for ever; the
 * root cell sees it stand still once it owns the memory.
 */
#include "probe.h"

static void __attribute__((noreturn)) count_up(void)
{
	uint64_t addr = cmdline_int("addr", 0), n;
	volatile uint64_t *word;

	if (!addr)
		addr = (uint64_t)alloc(PAGE_SIZE, PAGE_SIZE);
	map_range(addr, PAGE_SIZE, MAP_RAM);
	word = (volatile uint64_t *)addr;
	report_try("count at 0x%lx for ever", addr);
	for (n = 0;; n++)
		*word = n;
}

static void claim(void)
{
	comm_set_state(CB_CELL_SHUT_DOWN);
	count_up();
}

static void approve(void)
{
	report_note("waiting for a shutdown");
	while (!comm_serve())
		;
	count_up();
}

static const struct probe_case cases[] = {
	{ "claim", claim },
	{ "approve", approve },
};

PROBE("LIFE-05", "a lying cell is stopped all the same", cases);
