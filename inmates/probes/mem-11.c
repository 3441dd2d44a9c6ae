/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * MEM-11. A hypervisor whose stage 2 covers fewer bits than the cell can form
 * may cut an address and alias low memory, or fault itself. The access must
 * end in a parked CPU, or in the cell's own stage 1 where the address exceeds
 * what the CPU implements.
 */
#include "probe.h"

#define ALIAS	0x7f0000000000ul

static void reach(uint64_t phys)
{
	uint64_t value = 0, exception;

	map_alias(ALIAS, phys, PAGE_SIZE, MAP_RAM);
	report_try("read64 0x%lx", phys);
	exception = try_read64(ALIAS + (phys & (PAGE_SIZE - 1)), &value);
	report_check(exception, "0x%lx can be read", phys);
}

static void bit_40(void)
{
	reach(1ul << 40);
}

static void bit_40_ram(void)
{
	reach(1ul << 40 | (uint64_t)inmate_base);
}

static void bit_43(void)
{
	reach(1ul << 43);
}

static void bit_47(void)
{
	reach(1ul << 47);
}

static void top_48(void)
{
	reach((1ul << 48) - 8);
}

/* Only stage 1 sees these: more bits than a virtual address has. */
static void beyond(void)
{
	uint64_t value = 0;

	report_check(try_read64((1ul << 52) - 8, &value), "2^52 - 8 readable");
	report_check(try_read64(~7ul, &value), "the last word is readable");
}

static const struct probe_case cases[] = {
	{ "beyond", beyond },
	{ "bit-40", bit_40 },
	{ "bit-40-ram", bit_40_ram },
	{ "bit-43", bit_43 },
	{ "bit-47", bit_47 },
	{ "top-48", top_48 },
};

PROBE("MEM-11", "addresses above the implemented range fault", cases);
