/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CPU-09. Set/way operations act on the whole cache whoever owns the lines. A
 * hypervisor that does not trap them (or passes DC ISW on as it is) throws
 * away what the victim has written; the victim keeps a dirty canary.
 */
#include "probe.h"

/* Sets and ways of a cache level from CCSIDR_EL1 (32-bit format). */
static void all_lines(unsigned int level, bool invalidate)
{
	uint64_t ccsidr, sets, ways, set, way, value;
	unsigned int line, shift;

	sysreg_write(csselr_el1, level << 1);
	isb();
	ccsidr = sysreg_read(ccsidr_el1);
	line = (ccsidr & 7) + 4;
	ways = (ccsidr >> 3 & 0x3ff) + 1;
	sets = (ccsidr >> 13 & 0x7fff) + 1;
	shift = ways > 1 ? __builtin_clz((uint32_t)ways - 1) : 31;
	for (way = 0; way < ways; way++) {
		for (set = 0; set < sets; set++) {
			value = way << shift | set << line | level << 1;
			if (invalidate)
				asm volatile("dc isw, %0" : : "r"(value));
			else
				asm volatile("dc cisw, %0" : : "r"(value));
		}
	}
	dsb();
}

static void run(bool invalidate)
{
	uint64_t end = timer_now() + timer_frequency();
	unsigned int rounds = 0;

	report_try("dc %s over two levels", invalidate ? "isw" : "cisw");
	do {
		all_lines(0, invalidate);
		all_lines(1, invalidate);
		rounds++;
	} while (timer_now() < end);
	report_note("%u rounds", rounds);
}

static void clean(void)
{
	run(false);
}

static void invalidate(void)
{
	run(true);
}

static const struct probe_case cases[] = {
	{ "clean", clean },
	{ "invalidate", invalidate },
};

PROBE("CPU-09", "set/way operations harm nobody else", cases);
