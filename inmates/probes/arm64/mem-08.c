/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * MEM-08. A vulnerable hypervisor forgets the read-only bit of a region
 * (ro=ADDRESS), or some forms of store escape it.
 */
#include "probe.h"

static bool target(uint64_t *addr)
{
	if (!probe_param("ro", addr))
		return false;
	map_range(*addr, 16, MAP_RAM);
	return true;
}

static void readable(void)
{
	uint64_t addr;

	if (target(&addr))
		report_check(!probe_read(addr, 8), "cannot be read");
}

static void store(unsigned int width)
{
	uint64_t addr;

	if (target(&addr))
		park_write(addr, width);
}

static void write8(void)
{
	store(1);
}

static void write64(void)
{
	store(8);
}

static void pair(void)
{
	uint64_t addr;

	if (!target(&addr))
		return;
	report_try("stp 0x%lx", addr);
	probe_survived(try_insn("stp xzr, xzr, [%1]", addr));
}

static void zero_line(void)
{
	uint64_t addr;

	if (!target(&addr))
		return;
	report_try("dc zva 0x%lx", addr);
	probe_survived(try_insn("dc zva, %1", addr));
}

static const struct probe_case cases[] = {
	{ "readable", readable },
	{ "write8", write8 },
	{ "write64", write64 },
	{ "pair", pair },
	{ "zero-line", zero_line },
};

PROBE("MEM-08", "a read-only region is read-only", cases);
