/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * MEM-01. A vulnerable hypervisor has the victim's RAM (victim=BASE,SIZE) in
 * the attacker's stage 2: the load returns what the victim keeps secret.
 */
#include "probe.h"

static void first(void)
{
	uint64_t base, size;

	if (probe_range("victim", &base, &size))
		park_read(base, 8);
}

static void middle(void)
{
	uint64_t base, size;

	if (probe_range("victim", &base, &size))
		park_read((base + size / 2) & -8ul, 4);
}

static void last(void)
{
	uint64_t base, size;

	if (probe_range("victim", &base, &size))
		park_read(base + size - 1, 1);
}

static const struct probe_case cases[] = {
	{ "first", first },
	{ "middle", middle },
	{ "last", last },
};

PROBE("MEM-01", "another cell's RAM cannot be read", cases);
