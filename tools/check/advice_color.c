// SPDX-License-Identifier: GPL-2.0-only
/*
 * Shares of the last-level cache: by color (cache-colors) and by way
 * (intel,l3-mask). Caches: Devicetree Specification 0.4, 3.9.
 */
#include <libfdt.h>

#include "advice_internal.h"

#define MASK_BITS	32u
#define MAX_LEVELS	8	/* of caches, one behind the other */

/* The last of the caches behind a CPU that the tree names, or negative. */
static int32_t last_cache(const void *fdt, int32_t cpu)
{
	int32_t cache = -1, next = cpu;
	uint32_t i;

	for (i = 0; i < MAX_LEVELS; i++) {
		next = tree_target(fdt, next, "next-level-cache", 0, fdt);
		if (next < 0)
			break;
		cache = next;
	}
	return cache;
}

/* Bytes in one way: as many colors as pages in it. 0: the tree is silent. */
static uint64_t way_size(const void *fdt, int32_t cache)
{
	uint32_t line = tree_u32(fdt, cache, "cache-line-size", 0);

	if (!line)
		line = tree_u32(fdt, cache, "cache-block-size", 0);
	return (uint64_t)tree_u32(fdt, cache, "cache-sets", 0) * line;
}

static uint32_t color_count(const void *fdt, int32_t cache)
{
	return (uint32_t)(way_size(fdt, cache) / CFG_PAGE_SIZE);
}

static uint32_t way_count(const void *fdt, int32_t cache)
{
	uint64_t way = way_size(fdt, cache);

	return way ? (uint32_t)(tree_u32(fdt, cache, "cache-size", 0) / way) :
		     0;
}

/*
 * Of the caches behind the CPUs of a cell, the one with the fewest parts that
 * count() knows of; negative: none.
 */
static int32_t smallest(const struct cfg_system *sys,
			const struct cfg_cell *cell,
			uint32_t (*count)(const void *fdt, int32_t cache))
{
	int32_t found = -1, cache;
	uint32_t i;

	for (i = 0; i < sys->cpu_count; i++) {
		if (!cfg_cpu_test(cell->cpus, i))
			continue;
		cache = last_cache(sys->fdt, sys->cpus[i].node);
		if (cache >= 0 && count(sys->fdt, cache) &&
		    (found < 0 ||
		     count(sys->fdt, cache) < count(sys->fdt, found)))
			found = cache;
	}
	return found;
}

/* Have the cells a cache in common, as far as is known? */
static bool share_cache(const struct cfg_system *sys, const struct cfg_cell *a,
			const struct cfg_cell *b)
{
	int32_t mine, theirs;
	uint32_t i, k;

	for (i = 0; i < sys->cpu_count; i++)
		for (k = 0; k < sys->cpu_count; k++) {
			if (!cfg_cpu_test(a->cpus, i) ||
			    !cfg_cpu_test(b->cpus, k))
				continue;
			mine = last_cache(sys->fdt, sys->cpus[i].node);
			theirs = last_cache(sys->fdt, sys->cpus[k].node);
			if (mine == theirs || mine < 0 || theirs < 0)
				return true;
		}
	return false;
}

struct colors {
	uint32_t first, last;
};

/* False behind the last pair. */
static bool colors_at(const struct cfg_cell *cell, uint32_t i,
		      struct colors *out)
{
	static const char prop[] = "cache-colors";

	*out = (struct colors){ tree_u32(cell->fdt, 0, prop, 2 * i),
				tree_u32(cell->fdt, 0, prop, 2 * i + 1) };
	return 2 * i + 1 < tree_u32s(cell->fdt, 0, prop);
}

/* The first of the pairs in front of the end that meets c. */
static bool find_pair(const struct cfg_cell *cell, uint32_t end,
		      struct colors c, struct colors *o)
{
	uint32_t i;

	for (i = 0; i < end && colors_at(cell, i, o); i++)
		if (c.first <= o->last && o->first <= c.last)
			return true;
	return false;
}

/* Against the pairs before it, and those of the cells before. */
static void judge_pair(const struct advice_input *in, uint32_t n, uint32_t i,
		       struct colors c, struct cfg_report *report)
{
	const struct cfg_cell *cell = in->linked[n];
	struct at where = at(cell->fdt, 0, "cache-colors");
	const struct cfg_cell *other;
	struct colors o;
	uint32_t k;

	if (find_pair(cell, i, c, &o))
		advice_say(report, COLOR_TWICE, where, NOWHERE, c.first,
			   c.last, o.first, o.last);
	for (k = 0; k < n; k++) {
		other = in->linked[k];
		if (find_pair(other, UINT32_MAX, c, &o) &&
		    share_cache(in->system, cell, other))
			advice_say(report, COLOR_CELLS, where,
				   at(other->fdt, 0, "cache-colors"), c.first,
				   c.last, o.first, o.last, other->name);
	}
}

static void judge_colors(const struct advice_input *in, uint32_t n,
			 struct cfg_report *report)
{
	const struct cfg_system *sys = in->system;
	const struct cfg_cell *cell = in->linked[n];
	struct at where = at(cell->fdt, 0, "cache-colors");
	int32_t cache = smallest(sys, cell, color_count);
	struct colors c;
	uint32_t i;

	for (i = 0; colors_at(cell, i, &c); i++) {
		if (c.first > c.last) {
			advice_say(report, COLOR_ORDER, where, NOWHERE,
				   c.first, c.last);
			continue;
		}
		if (cache >= 0 && c.last >= color_count(sys->fdt, cache))
			advice_say(report, COLOR_NONE, where,
				   at(sys->fdt, cache, "cache-sets"), c.last,
				   color_count(sys->fdt, cache));
		judge_pair(in, n, i, c, report);
	}
}

static uint64_t mask_of(const struct cfg_cell *cell)
{
	static const char prop[] = "intel,l3-mask";

	return tree_u32s(cell->fdt, 0, prop) == 1 ?
	       tree_u32(cell->fdt, 0, prop, 0) : 0;
}

/* Against the masks before it; what is left is the root cell's. */
static void judge_others(const struct advice_input *in, uint32_t n,
			 int32_t cache, struct cfg_report *report)
{
	const struct cfg_system *sys = in->system;
	const struct cfg_cell *cell = in->linked[n];
	struct at where = at(cell->fdt, 0, "intel,l3-mask");
	uint64_t mask = mask_of(cell);
	uint64_t all = mask;
	const struct cfg_cell *other;
	uint32_t k, ways;

	for (k = 0; k < n; k++) {
		other = in->linked[k];
		if (!mask_of(other) || !share_cache(sys, cell, other))
			continue;
		all |= mask_of(other);
		if (mask & mask_of(other))
			advice_say(report, MASK_CELLS, where,
				   at(other->fdt, 0, "intel,l3-mask"), mask,
				   mask_of(other), other->name);
	}
	ways = cache < 0 ? 0 : way_count(sys->fdt, cache);
	if (ways && ways <= MASK_BITS && all + 1 == 1ull << ways)
		advice_say(report, MASK_ROOT, where,
			   at(sys->fdt, cache, "cache-size"), mask, ways);
}

static void judge_mask(const struct advice_input *in, uint32_t n,
		       struct cfg_report *report)
{
	const struct cfg_system *sys = in->system;
	const struct cfg_cell *cell = in->linked[n];
	struct at where = at(cell->fdt, 0, "intel,l3-mask");
	int32_t cache = smallest(sys, cell, way_count);
	uint64_t mask = mask_of(cell);
	uint32_t ways;
	uint64_t run;

	if (!mask)
		return;
	run = mask / (mask & -mask);
	if (run & (run + 1))
		advice_say(report, MASK_GAP, where, NOWHERE, mask);
	ways = cache < 0 ? MASK_BITS : way_count(sys->fdt, cache);
	if (ways < MASK_BITS && mask >> ways)
		advice_say(report, MASK_WAYS, where,
			   at(sys->fdt, cache, "cache-size"), mask, ways);
	else
		judge_others(in, n, cache, report);
}

void advice_colors(const struct advice_input *in, struct cfg_report *report)
{
	uint32_t n;

	for (n = 0; n < in->linked_count; n++) {
		judge_colors(in, n, report);
		judge_mask(in, n, report);
	}
}
