/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Arrays, which grow at the end of the arena; sets of addresses: sorted arrays
 * of ranges that neither meet nor touch.
 */
#include <string.h>

#include "internal.h"

void *arena_end(const struct ctx *c)
{
	return c->arena->base + c->arena->used;
}

bool arena_push(struct ctx *c, uint32_t *count, const void *item, uint32_t size,
		uint32_t max, struct at where, const char *what)
{
	uint32_t left = c->arena->size - c->arena->used;

	if (*count >= max)
		return say(c, LIMIT, where, what, max + 1, max);
	if (size > left && !c->out_of_memory)
		say(c, LIMIT_ARENA, here(c, -1, NULL), size, left);
	c->out_of_memory = c->out_of_memory || size > left;
	if (c->out_of_memory)
		return false;
	memcpy(arena_end(c), item, size);
	c->arena->used += size;
	*count += 1;
	return true;
}

/*
 * Shell sort: in place, without recursion, good enough for some thousands.
 * Elements are of up to 8 words and begin with their key.
 */
void sort_by_base(void *array, uint32_t count, uint32_t size)
{
	uint32_t words = size / 8;
	uint64_t *v = array, *p;
	uint32_t gap = count;
	uint64_t moved[8];
	uint32_t i, step;

	while (gap > 1) {
		gap = gap / 3 + 1;
		step = gap * words;
		for (i = step; i < count * words; i += words)
			for (p = &v[i]; p >= &v[step] && *(p - step) > *p;
			     p -= step) {
				memcpy(moved, p, size);
				memcpy(p, p - step, size);
				memcpy(p - step, moved, size);
			}
	}
}

void ranges_sort_merge(struct cfg_ranges *set)
{
	struct cfg_range *r = set->r;
	uint32_t out = 0;
	uint64_t end;
	uint32_t i;

	sort_by_base(r, set->count, sizeof(*r));
	for (i = 0; i < set->count; i++) {
		end = cfg_range_end(r[i]);
		if (!r[i].size)
			continue;
		if (!out || cfg_range_end(r[out - 1]) < r[i].base)
			r[out++] = r[i];
		else if (end > cfg_range_end(r[out - 1]))
			r[out - 1].size = end - r[out - 1].base;
	}
	set->count = out;
}

bool ranges_cover(struct cfg_ranges set, struct cfg_range r)
{
	const struct cfg_range *s;

	for_each(s, set.r, set.count)
		if (cfg_range_holds(*s, r))
			return true;
	return false;
}

/* The last page of all is left out: its end would wrap. */
struct cfg_range range_page_out(struct cfg_range r)
{
	uint64_t base = r.base & ~PAGE_OFFSET;
	uint64_t last = (cfg_range_end(r) - 1) | PAGE_OFFSET;

	if (last == UINT64_MAX)
		last -= CFG_PAGE_SIZE;
	return range_from(base, last + 1);
}

struct cfg_range range_page_in(struct cfg_range r)
{
	uint64_t base = (r.base + PAGE_OFFSET) & ~PAGE_OFFSET;
	uint64_t end = cfg_range_end(r) & ~PAGE_OFFSET;

	if (base < r.base || base > end)
		return (struct cfg_range){ 0, 0 };
	return range_from(base, end);
}
