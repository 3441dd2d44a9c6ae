/* SPDX-License-Identifier: GPL-2.0-only */
/* The page pool: one bit for each page, first fit. */
#include "page.h"
#include <arch/mem.h>
#include "lock.h"
#include "string.h"

static struct {
	uint8_t *base;
	uint64_t *map;		/* set: in use; in the pool's first pages */
	uint32_t count;
	uint32_t used;
	uint32_t first;		/* no free page below this one */
} pool;

/* In .data: a test of enable sets it in the file of the image. */
static uint32_t fail_after __attribute__((section(".data.fail_after")));

bool page_fail_after(uint32_t n)
{
	fail_after = n;
	return PAGE_CAN_FAIL;
}

bool page_must_fail(void)
{
	return PAGE_CAN_FAIL && fail_after &&
	       atomic_add32(&fail_after, ~0u) == 1;
}

static bool in_use(uint32_t page)
{
	return pool.map[page / 64] >> page % 64 & 1;
}

static void mark(uint32_t page, uint32_t count)
{
	pool.used += count;
	for (; count; count--, page++)
		pool.map[page / 64] |= BIT64(page % 64);
	while (pool.first < pool.count && in_use(pool.first))
		pool.first++;
}

void page_pool_init(void *base, uint32_t count)
{
	uint32_t map_bytes = (count + 63) / 64 * 8;
	uint32_t map_pages = page_count(map_bytes);

	memset(&pool, 0, sizeof(pool));
	if (count <= map_pages)
		return;
	pool.base = base;
	pool.map = base;
	pool.count = count;
	memset(base, 0, map_bytes);
	mark(0, map_pages);
}

/* Pages at and behind `page` that are free, at most count. */
static uint32_t free_run(uint32_t page, uint32_t count)
{
	uint32_t n = 0;

	while (n < count && !in_use(page + n))
		n++;
	return n;
}

void *page_alloc(uint32_t count)
{
	uint32_t align = count & (count - 1) ? 1 : count;
	uint32_t skew = (uint32_t)((uintptr_t)pool.base >> PAGE_SHIFT);
	uint32_t page = pool.first, run;
	uint8_t *at;

	if (!count || page_must_fail())
		return NULL;
	for (;; page += run + 1) {
		page += -(skew + page) & (align - 1);
		if (count > pool.count || page > pool.count - count)
			return NULL;
		run = free_run(page, count);
		if (run == count)
			break;
	}
	mark(page, count);
	at = pool.base + page * PAGE_SIZE;
	arch_zero(at, count * PAGE_SIZE);
	return at;
}

void page_free(void *at, uint32_t count)
{
	uint32_t page;

	if (!at || !count)
		return;
	page = (uint32_t)(((uint8_t *)at - pool.base) >> PAGE_SHIFT);
	if (page < pool.first)
		pool.first = page;
	pool.used -= count;
	for (; count; count--, page++)
		pool.map[page / 64] &= ~BIT64(page % 64);
}

uint32_t page_pool_size(void)
{
	return pool.count;
}

uint32_t page_pool_used(void)
{
	return pool.used;
}
