/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hypervisor's page pool: what of its memory neither image, CPU slots nor
 * the system description take. Callers hold the control lock.
 */
#ifndef PAGE_H
#define PAGE_H

#include "types.h"

/* Pages that hold so many bytes; size is far below what would wrap. */
static inline uint32_t page_count(uint64_t size)
{
	return (uint32_t)(page_up(size) >> PAGE_SHIFT);
}

/* pool: page-aligned, mapped, count pages; the map of them lives in front. */
void page_pool_init(void *pool, uint32_t count);

/*
 * Zeroed pages, physically contiguous; NULL when there are none. A power of two
 * of them is aligned to its own size, counted in addresses: the pool's mapping
 * has the alignment of its memory.
 */
void *page_alloc(uint32_t count);
void page_free(void *page, uint32_t count);

/* In pages. */
extern uint32_t page_pool_size, page_pool_used;

/*
 * Test builds (PAGE_CAN_FAIL, from the Makefile): the n-th allocation from now
 * fails (1 = the next; 0 = none). Others: false, and none does.
 */
bool page_fail_after(uint32_t n);

/* Counts as an allocation there: is it the one that fails? */
bool page_must_fail(void);

#endif
