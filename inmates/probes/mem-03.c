/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * MEM-03. A vulnerable hypervisor runs the victim's code (victim=BASE,SIZE)
 * on the attacker's CPU: its content shows in what the instructions do.
 */
#include "probe.h"

static void first(void)
{
	uint64_t base, size;

	if (probe_range("victim", &base, &size))
		park_exec(base);
}

static void last(void)
{
	uint64_t base, size;

	if (probe_range("victim", &base, &size))
		park_exec(base + size - 4);
}

static const struct probe_case cases[] = {
	{ "first", first },
	{ "last", last },
};

PROBE("MEM-03", "another cell's RAM cannot be executed", cases);
