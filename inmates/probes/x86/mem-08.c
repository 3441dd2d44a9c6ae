/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * MEM-08. A vulnerable hypervisor forgets the read-only bit of a region
 * (ro=ADDRESS), or some forms of store escape it.
 */
#include "stores.h"

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

static void write8(void)
{
	uint64_t addr;

	if (target(&addr))
		park_write(addr, 1);
}

static void write64(void)
{
	uint64_t addr;

	if (target(&addr))
		park_write(addr, 8);
}

/* The CPU itself writes: the accessed bit of a table in that region. */
static void page_table(void)
{
	uint64_t addr;

	if (!target(&addr))
		return;
	report_try("page tables at 0x%lx", addr);
	cr3_write(addr & -PAGE_SIZE);
	probe_survived(0);
}

static const struct probe_case cases[] = {
	{ "readable", readable },
	{ "write8", write8 },
	{ "write64", write64 },
	{ "locked", locked },
	{ "non-temporal", non_temporal },
	{ "string", string },
	{ "page-table", page_table },
};

PROBE("MEM-08", "a read-only region is read-only", cases);
