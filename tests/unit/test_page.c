/* SPDX-License-Identifier: GPL-2.0-only */
/* LINK: hv/core/page.c */
/* The page pool against a list of who owns what. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fake.h"
#include "page.h"

#define POOL	100u		/* pages; one of them holds the bitmap */

static int setup(void **state)
{
	(void)state;
	memset(fake_ram, 0x5a, sizeof(fake_ram));
	page_pool_init(fake_ram, POOL);
	page_fail_after(0);
	return 0;
}

static void bitmap_is_counted(void **state)
{
	(void)state;
	assert_int_equal(page_pool_size, POOL);
	assert_int_equal(page_pool_used, 1);
	assert_ptr_equal(page_alloc(1), fake_ram + PAGE_SIZE);
}

static void large_pool_has_a_larger_bitmap(void **state)
{
	const uint32_t pages = FAKE_RAM_SIZE / PAGE_SIZE;

	(void)state;
	page_pool_init(fake_ram, pages);
	assert_int_equal(page_pool_used, 1);
	assert_non_null(page_alloc(pages - 1));
	assert_null(page_alloc(1));
}

static void no_pool_has_no_pages(void **state)
{
	(void)state;
	page_pool_init(fake_ram, 0);
	assert_null(page_alloc(1));
	page_pool_init(fake_ram, 1);
	assert_null(page_alloc(1));
	assert_int_equal(page_pool_used, page_pool_size);
}

static void pages_are_zeroed_again(void **state)
{
	uint8_t *page;
	unsigned i, round;

	(void)state;
	for (round = 0; round < 2; round++) {
		page = page_alloc(3);
		for (i = 0; i < 3 * PAGE_SIZE; i++)
			assert_int_equal(page[i], 0);
		memset(page, 0xff, 3 * PAGE_SIZE);
		page_free(page, 3);
	}
}

static void exhaustion_is_an_answer(void **state)
{
	unsigned i;

	(void)state;
	for (i = 1; i < POOL; i++)
		assert_non_null(page_alloc(1));
	assert_null(page_alloc(1));
	assert_int_equal(page_pool_used, POOL);
	page_free(fake_ram + 50 * PAGE_SIZE, 1);
	assert_null(page_alloc(2));
	assert_ptr_equal(page_alloc(1), fake_ram + 50 * PAGE_SIZE);
}

static void odd_requests_are_refused(void **state)
{
	(void)state;
	assert_null(page_alloc(0));
	assert_null(page_alloc(POOL));
	assert_null(page_alloc(POOL + 1));
	assert_null(page_alloc(UINT32_MAX));
	assert_null(page_alloc(1u << 31));
	page_free(NULL, 1);
	assert_int_equal(page_pool_used, 1);
}

static void alignment_is_by_address(void **state)
{
	uint8_t *at;
	uint32_t n;

	(void)state;
	for (n = 1; n <= 32; n *= 2) {
		page_pool_init(fake_ram + 3 * PAGE_SIZE, POOL);
		at = page_alloc(n);
		assert_non_null(at);
		assert_int_equal((uintptr_t)at % (n * PAGE_SIZE), 0);
		assert_int_equal(page_pool_used, 1 + n);
	}
}

static void told_to_fail_once(void **state)
{
	(void)state;
	assert_true(page_fail_after(3));
	assert_non_null(page_alloc(1));
	assert_non_null(page_alloc(1));
	assert_null(page_alloc(1));
	assert_non_null(page_alloc(1));
	assert_int_equal(page_pool_used, 4);
}

/* Random use: never two owners, and in the end all is as it was. */
static void owners_never_share(void **state)
{
	uint8_t owner[POOL] = { 1 };	/* the bitmap */
	struct { uint8_t *at; uint32_t n; } held[16] = { 0 };
	unsigned round, i, slot, used = 1;

	(void)state;
	srand(1);
	for (round = 0; round < 20000; round++) {
		slot = rand() % 16;
		if (held[slot].at) {
			page_free(held[slot].at, held[slot].n);
			i = (held[slot].at - fake_ram) / PAGE_SIZE;
			memset(&owner[i], 0, held[slot].n);
			used -= held[slot].n;
			held[slot].at = NULL;
			continue;
		}
		held[slot].n = 1 + rand() % 12;
		held[slot].at = page_alloc(held[slot].n);
		if (!held[slot].at)
			continue;
		i = (held[slot].at - fake_ram) / PAGE_SIZE;
		assert_true(i + held[slot].n <= POOL);
		used += held[slot].n;
		for (; held[slot].n > i - (held[slot].at - fake_ram) /
		     PAGE_SIZE; i++)
			assert_int_equal(owner[i]++, 0);
		assert_int_equal(page_pool_used, used);
	}
	for (slot = 0; slot < 16; slot++)
		if (held[slot].at)
			page_free(held[slot].at, held[slot].n);
	assert_int_equal(page_pool_used, 1);
	assert_non_null(page_alloc(POOL - 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(bitmap_is_counted, setup),
		cmocka_unit_test_setup(large_pool_has_a_larger_bitmap, setup),
		cmocka_unit_test_setup(no_pool_has_no_pages, setup),
		cmocka_unit_test_setup(pages_are_zeroed_again, setup),
		cmocka_unit_test_setup(exhaustion_is_an_answer, setup),
		cmocka_unit_test_setup(odd_requests_are_refused, setup),
		cmocka_unit_test_setup(alignment_is_by_address, setup),
		cmocka_unit_test_setup(told_to_fail_once, setup),
		cmocka_unit_test_setup(owners_never_share, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
