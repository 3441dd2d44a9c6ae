/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * MEM-02. A vulnerable hypervisor lets the store through: the victim's canary
 * (victim=BASE,SIZE) changes. Other forms than a plain store are decoded by
 * other means, so each is a case.
 */
#include "stores.h"

static bool target(uint64_t *addr)
{
	uint64_t base, size;

	if (!probe_range("victim", &base, &size))
		return false;
	*addr = base;
	map_range(base, 8, MAP_RAM);
	return true;
}

static void first(void)
{
	uint64_t addr;

	if (target(&addr))
		park_write(addr, 8);
}

static void last(void)
{
	uint64_t base, size;

	if (probe_range("victim", &base, &size))
		park_write(base + size - 1, 1);
}

static const struct probe_case cases[] = {
	{ "first", first },
	{ "last", last },
	{ "locked", locked },
	{ "non-temporal", non_temporal },
	{ "string", string },
};

PROBE("MEM-02", "another cell's RAM cannot be written", cases);
