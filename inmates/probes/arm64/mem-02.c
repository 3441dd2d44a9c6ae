/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * MEM-02. A vulnerable hypervisor lets the store through: the victim's canary
 * (victim=BASE,SIZE) changes. The atomic and the cache-line forms are decoded
 * by other means than a plain store, so each is a case.
 */
#include "probe.h"

static bool target(uint64_t *addr, bool at_end)
{
	uint64_t base, size;

	if (!probe_range("victim", &base, &size))
		return false;
	*addr = at_end ? base + size - 8 : base;
	map_range(*addr, 8, MAP_RAM);
	return true;
}

static void first(void)
{
	uint64_t addr;

	if (target(&addr, false))
		park_write(addr, 8);
}

static void last(void)
{
	uint64_t addr;

	if (target(&addr, true))
		park_write(addr + 7, 1);
}

static void pair(void)
{
	uint64_t addr;

	if (!target(&addr, false))
		return;
	report_try("stp 0x%lx", addr);
	probe_survived(try_insn("stp xzr, xzr, [%1]", addr));
}

static void exclusive(void)
{
	uint64_t addr;

	if (!target(&addr, false))
		return;
	report_try("ldxr, stxr 0x%lx", addr);
	probe_survived(try_insn("ldxr xzr, [%1]\n\tstxr w0, xzr, [%1]\n\t"
				"mov x0, xzr", addr));
}

static void zero_line(void)
{
	uint64_t addr;

	if (!target(&addr, false))
		return;
	report_try("dc zva 0x%lx", addr);
	probe_survived(try_insn("dc zva, %1", addr));
}

static const struct probe_case cases[] = {
	{ "first", first },
	{ "last", last },
	{ "pair", pair },
	{ "exclusive", exclusive },
	{ "zero-line", zero_line },
};

PROBE("MEM-02", "another cell's RAM cannot be written", cases);
