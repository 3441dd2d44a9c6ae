/* SPDX-License-Identifier: GPL-2.0-only */
/* The page pool: one byte for each page, first fit. */
#include "page.h"
#include <arch/mem.h>
#include "lock.h"
#include "string.h"

uint32_t page_pool_size, page_pool_used;

static uint8_t *pool;		/* begins with a byte for each page: in use? */
static uint32_t first_free;	/* no free page below this one */

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

static void mark(uint32_t page, uint32_t count)
{
	page_pool_used += count;
	memset(pool + page, 1, count);
	while (first_free < page_pool_size && pool[first_free])
		first_free++;
}

void page_pool_init(void *base, uint32_t count)
{
	pool = base;
	page_pool_size = count;
	page_pool_used = 0;
	first_free = 0;
	memset(pool, 0, count);
	mark(0, page_count(count));
}

void *page_alloc(uint32_t count)
{
	uint32_t align = count & (count - 1) ? 1 : count;
	uint32_t skew = (uint32_t)((uintptr_t)pool >> PAGE_SHIFT);
	uint32_t page = first_free;
	const uint8_t *taken;
	uint8_t *at;

	if (!count || page_must_fail())
		return NULL;
	for (;; page = (uint32_t)(taken - pool) + 1) {
		page += -(skew + page) & (align - 1);
		if (count > page_pool_size || page > page_pool_size - count)
			return NULL;
		taken = memchr(pool + page, 1, count);
		if (!taken)
			break;
	}
	mark(page, count);
	at = pool + page * PAGE_SIZE;
	arch_zero(at, count * PAGE_SIZE);
	return at;
}

void page_free(void *at, uint32_t count)
{
	uint32_t page;

	if (!at)
		return;
	page = (uint32_t)(((uint8_t *)at - pool) >> PAGE_SHIFT);
	if (page < first_free)
		first_free = page;
	page_pool_used -= count;
	memset(pool + page, 0, count);
}
