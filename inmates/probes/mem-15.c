/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * MEM-15. What the former owner left in memory. case=fill writes a pattern to
 * all RAM behind the image, dirty in the caches, and ends; then another cell
 * with the same RAM runs case=check. A hypervisor that does not wipe, or that
 * wipes memory but not what caches still hold, shows the pattern. Right: all
 * of it is zero.
 */
#include "probe.h"

#define PATTERN		0x5ec2e75ec2e75ec2ul
#define ROOM		0x10000		/* for stack, tables and the heap */

static uint64_t *first(void)
{
	return (uint64_t *)((uint64_t)alloc(PAGE_SIZE, PAGE_SIZE) + ROOM);
}

static void fill(void)
{
	uint64_t *word = first(), *end = (uint64_t *)ram_end();

	report_note("filling from 0x%lx", (uint64_t)word);
	report_check(word < end, "no RAM to fill");
	for (; word < end; word++)
		*(volatile uint64_t *)word = PATTERN;
}

static void check(void)
{
	uint64_t *word = first(), *end = (uint64_t *)ram_end();
	uint64_t patterns = 0, others = 0;

	for (; word < end; word++) {
		patterns += *(volatile uint64_t *)word == PATTERN;
		others += *word && *word != PATTERN;
	}
	report_check(!patterns, "%lu words hold the pattern", patterns);
	report_check(!others, "%lu words hold something", others);
}

static const struct probe_case cases[] = {
	{ "check", check },
	{ "fill", fill },
};

PROBE("MEM-15", "memory is wiped when its owner changes", cases);
