/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * MEM-02. A vulnerable hypervisor lets the store through: the victim's canary
 * (victim=BASE,SIZE) changes. Other forms than a plain store are decoded by
 * other means, so each is a case.
 */
#include "insn.h"

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

static void form(const char *name, uint64_t (*store)(uint64_t addr))
{
	uint64_t addr;

	if (!target(&addr))
		return;
	report_try("%s 0x%lx", name, addr);
	probe_survived(store(addr));
}

static void locked(void)
{
	form("lock add", store_locked);
}

static void non_temporal(void)
{
	form("movnti", store_non_temporal);
}

static void string(void)
{
	form("rep stosb", store_string);
}

static const struct probe_case cases[] = {
	{ "first", first },
	{ "last", last },
	{ "locked", locked },
	{ "non-temporal", non_temporal },
	{ "string", string },
};

PROBE("MEM-02", "another cell's RAM cannot be written", cases);
