/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Cases of MEM-02 and MEM-08: forms that are decoded by other means than a
 * plain store. The probe says where.
 */
#ifndef STORES_H
#define STORES_H

#include "insn.h"

/* The address, mapped; false: it was not given, and that was said. */
static bool target(uint64_t *addr);

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

#endif
