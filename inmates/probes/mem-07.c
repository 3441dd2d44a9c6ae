/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * MEM-07. A hypervisor that rounds or counts wrongly maps one page too many:
 * the byte before or behind a region (region=BASE,SIZE) is within reach. The
 * first and last bytes of the region itself must be.
 */
#include "probe.h"

static void inside(void)
{
	uint64_t base, size;

	if (!probe_range("region", &base, &size))
		return;
	map_range(base, 1, MAP_RAM);
	map_range(base + size - 1, 1, MAP_RAM);
	report_check(!probe_read(base, 1), "first byte 0x%lx faults", base);
	report_check(!probe_read(base + size - 1, 1),
		     "last byte 0x%lx faults", base + size - 1);
}

static bool before(uint64_t *addr)
{
	uint64_t base, size;

	if (!probe_range("region", &base, &size))
		return false;
	*addr = base - 1;
	if (!base)
		report_skip("nothing lies before address 0");
	return base;
}

static bool behind(uint64_t *addr)
{
	uint64_t base, size;

	if (!probe_range("region", &base, &size))
		return false;
	*addr = base + size;
	return true;
}

static void read_before(void)
{
	uint64_t addr;

	if (before(&addr))
		park_read(addr, 1);
}

static void write_before(void)
{
	uint64_t addr;

	if (before(&addr))
		park_write(addr, 1);
}

static void read_behind(void)
{
	uint64_t addr;

	if (behind(&addr))
		park_read(addr, 1);
}

static void write_behind(void)
{
	uint64_t addr;

	if (behind(&addr))
		park_write(addr, 1);
}

static void exec_behind(void)
{
	uint64_t addr;

	if (behind(&addr))
		park_exec(addr);
}

static const struct probe_case cases[] = {
	{ "inside", inside },
	{ "read-before", read_before },
	{ "write-before", write_before },
	{ "read-behind", read_behind },
	{ "write-behind", write_behind },
	{ "exec-behind", exec_behind },
};

PROBE("MEM-07", "a region ends where it ends", cases);
