/* SPDX-License-Identifier: GPL-2.0-only */
/* LINK: hv/core/s2.c hv/core/page.c */
/*
 * Stage 2 against a flat map of pages, over tables of several shapes (MEM-07,
 * MEM-13, MEM-18, LIFE-01). The fake architecture watches that no entry is
 * changed without break before make and that all is published.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <abi/hypercall.h>
#include <arch/pte.h>
#include "console.h"
#include "page.h"
#include "s2.h"

#define POOL	600u
#define MIB2	0x200000ull
#define GIB	0x40000000ull
#define RWX	(S2_READ | S2_WRITE | S2_EXEC)

static struct s2 s2;
static unsigned printed;

void printk(const char *fmt, ...)
{
	(void)fmt;
	printed++;
}

static void begin(unsigned levels, unsigned root_pages, uint32_t blocks)
{
	fake_s2.levels = levels;
	fake_s2.root_pages = root_pages;
	fake_s2.block_levels = blocks;
	fake_reset();
	page_pool_init(fake_ram, POOL);
	page_fail_after(0);
	printed = 0;
	assert_int_equal(s2_init(&s2, 1), 0);
}

static int setup(void **state)
{
	(void)state;
	begin(3, 2, ~0u);
	return 0;
}

/* All pages of the pool, for comparing bit by bit. */
static uint8_t *snapshot(void)
{
	uint8_t *copy = malloc(POOL * PAGE_SIZE);

	memcpy(copy, fake_ram, POOL * PAGE_SIZE);
	return copy;
}

static void same_as(uint8_t *copy)
{
	assert_memory_equal(copy, fake_ram, POOL * PAGE_SIZE);
	free(copy);
}

/* Tables only: what free pages hold does not count. */
static uint64_t table_hash(const pte_t *table, unsigned lvl)
{
	unsigned n = 512 * (lvl ? 1 : arch_s2_root_pages()), i;
	uint64_t hash = lvl + 1;

	fake_s2_check(table);
	for (i = 0; i < n; i++) {
		hash = (hash ^ table[i]) * 0x100000001b3ull;
		if (arch_pte_is_table(lvl, table[i]))
			hash ^= table_hash(arch_phys_to_virt(
				arch_pte_addr(table[i])), lvl + 1);
	}
	return hash;
}

/* Table pages that are in use: the pool's without its bitmap. */
static uint32_t pages(void)
{
	return page_pool_used - 1;
}

static void map(uint64_t ip, uint64_t pa, uint64_t size, uint32_t attr)
{
	assert_int_equal(s2_map(&s2, ipaddr(ip), paddr(pa), size, attr), 0);
}

static void expect(uint64_t ip, uint64_t pa, uint32_t attr)
{
	paddr_t got;

	assert_int_equal(s2_query(&s2, ipaddr(ip), &got), attr);
	assert_int_equal(got.v, pa);
}

static void expect_none(uint64_t ip)
{
	assert_int_equal(s2_query(&s2, ipaddr(ip), NULL), 0);
}

/* MEM-07: the bytes around a region are not mapped. */
static void region_is_exact(void **state)
{
	(void)state;
	map(0x40001000, 0x80005000, 0x3000, S2_READ);
	expect_none(0x40000fff);
	expect(0x40001000, 0x80005000, S2_READ);
	expect(0x40003fff, 0x80007fff, S2_READ);
	expect_none(0x40004000);
}

static void largest_blocks_are_used(void **state)
{
	(void)state;
	map(0, 0, 4 * GIB, RWX);
	assert_int_equal(pages(), 2);
	map(5 * GIB, 6 * GIB + MIB2, GIB, RWX);	/* 2 MiB blocks */
	assert_int_equal(pages(), 3);
	map(7 * GIB, 8 * GIB + PAGE_SIZE, MIB2, RWX);	/* pages */
	assert_int_equal(pages(), 5);
	expect(5 * GIB + 0x12345, 6 * GIB + MIB2 + 0x12345, RWX);
	expect(7 * GIB + 0x12345, 8 * GIB + PAGE_SIZE + 0x12345, RWX);
}

static void blocks_only_where_allowed(void **state)
{
	(void)state;
	begin(4, 1, 1u << 2);
	map(0, 0, GIB, RWX);
	assert_int_equal(pages(), 3);	/* 2 MiB blocks, no 1 GiB */
	expect(GIB - 1, GIB - 1, RWX);
	expect_none(GIB);
	s2_change(&s2, S2_MERGE, ipaddr(0), GIB);
	assert_int_equal(pages(), 3);
}

static void reach_is_checked(void **state)
{
	const uint64_t limit = 1024 * GIB;
	uint8_t *before;

	(void)state;
	before = snapshot();
	assert_int_equal(s2_map(&s2, ipaddr(limit), paddr(0), PAGE_SIZE, RWX),
			 -CB_ERANGE);
	assert_int_equal(s2_map(&s2, ipaddr(limit - PAGE_SIZE), paddr(0),
				2 * PAGE_SIZE, RWX), -CB_ERANGE);
	assert_int_equal(s2_map(&s2, ipaddr(PAGE_SIZE), paddr(0),
				-PAGE_SIZE, RWX), -CB_ERANGE);
	assert_int_equal(s2_map(&s2, ipaddr(0), paddr(-PAGE_SIZE),
				2 * PAGE_SIZE, RWX), -CB_ERANGE);
	assert_int_equal(s2_map(&s2, ipaddr(0), paddr(0), 0, RWX),
			 -CB_ERANGE);
	assert_int_equal(s2_map(&s2, ipaddr(0x800), paddr(0x800), PAGE_SIZE,
				RWX), -CB_ERANGE);
	assert_int_equal(s2_map(&s2, ipaddr(0), paddr(0x800), PAGE_SIZE, RWX),
			 -CB_ERANGE);
	assert_int_equal(s2_map(&s2, ipaddr(0), paddr(0), PAGE_SIZE, 0),
			 -CB_ERANGE);
	assert_int_equal(s2_change(&s2, S2_SPLIT, ipaddr(limit), PAGE_SIZE),
			 -CB_ERANGE);
	s2_change(&s2, S2_UNMAP, ipaddr(limit), PAGE_SIZE);
	s2_change(&s2, S2_MERGE, ipaddr(limit), PAGE_SIZE);
	same_as(before);
	map(0, 0, PAGE_SIZE, RWX);
	expect_none(limit);
	expect_none(~0ull << 40);
	map(limit - PAGE_SIZE, 0x5000, PAGE_SIZE, RWX);
	expect(limit - 1, 0x5fff, RWX);
}

static void what_is_mapped_clashes(void **state)
{
	uint8_t *before;

	(void)state;
	map(0, 0, 2 * GIB, RWX);
	before = snapshot();
	assert_int_equal(s2_map(&s2, ipaddr(GIB), paddr(GIB), PAGE_SIZE, RWX),
			 -CB_EEXIST);
	/* the free part in front is not mapped either */
	assert_int_equal(s2_map(&s2, ipaddr(GIB + MIB2), paddr(0), 2 * GIB,
				RWX), -CB_EEXIST);
	same_as(before);
}

static void leaf_is_replaced_with_a_break(void **state)
{
	(void)state;
	map(0, 0, GIB, RWX);
	fake_s2.flushes = 0;
	map(0, 0, GIB, RWX);
	assert_int_equal(fake_s2.flushes, 0);
	map(0, 0, GIB, S2_READ);
	assert_int_equal(fake_s2.flushes, 1);
	expect(0x1000, 0x1000, S2_READ);
	assert_int_equal(fake_s2.breaks, 0);
}

/* MEM-13, LIFE-01 */
static void round_trip_leaves_no_trace(void **state)
{
	uint64_t hash, base = GIB + 3 * MIB2 + 0x5000;
	uint32_t used;

	(void)state;
	map(0, 0, 8 * GIB, RWX);
	hash = table_hash(s2.root, 0);
	used = page_pool_used;
	assert_int_equal(s2_change(&s2, S2_SPLIT, ipaddr(base), 5 * MIB2), 0);
	expect(base, base, RWX);
	s2_change(&s2, S2_UNMAP, ipaddr(base), 5 * MIB2);
	expect(base - 1, base - 1, RWX);
	expect_none(base);
	expect_none(base + 5 * MIB2 - 1);
	expect(base + 5 * MIB2, base + 5 * MIB2, RWX);
	assert_true(page_pool_used > used);
	page_fail_after(1);		/* no memory is needed to go back */
	map(base, base, 5 * MIB2, RWX);
	s2_change(&s2, S2_MERGE, ipaddr(base), 5 * MIB2);
	assert_int_equal(page_pool_used, used);
	assert_int_equal(table_hash(s2.root, 0), hash);
	assert_int_equal(fake_s2.breaks, 0);
	assert_int_equal(fake_s2.unpublished, 0);
}

/* What another cell took from the same table has a way back as well. */
static void merge_keeps_tables_in_use(void **state)
{
	uint64_t hash, half = MIB2 / 2;

	(void)state;
	map(0, 0, GIB, RWX);
	hash = table_hash(s2.root, 0);
	assert_int_equal(s2_change(&s2, S2_SPLIT, ipaddr(0), half), 0);
	assert_int_equal(s2_change(&s2, S2_SPLIT, ipaddr(half), half), 0);
	s2_change(&s2, S2_UNMAP, ipaddr(0), half);
	s2_change(&s2, S2_UNMAP, ipaddr(half), half);
	page_fail_after(1);
	map(half, half, half, RWX);
	s2_change(&s2, S2_MERGE, ipaddr(half), half);
	expect_none(half - 1);
	map(0, 0, half, RWX);
	s2_change(&s2, S2_MERGE, ipaddr(0), half);
	assert_int_equal(table_hash(s2.root, 0), hash);
}

static void empty_tables_are_freed(void **state)
{
	uint32_t used = page_pool_used;

	(void)state;
	map(0x1000, 0x1000, 0x1000, RWX);
	assert_int_equal(page_pool_used, used + 2);
	s2_change(&s2, S2_UNMAP, ipaddr(0x1000), 0x1000);
	s2_change(&s2, S2_MERGE, ipaddr(0x1000), 0x1000);
	assert_int_equal(page_pool_used, used);
	assert_int_equal(pages(), 2);
}

/* Neighbours that differ in rights or do not follow each other stay apart. */
static void merge_joins_only_what_is_one(void **state)
{
	(void)state;
	map(0, 0, MIB2, RWX);
	map(MIB2, 2 * MIB2, MIB2, RWX);
	map(4 * MIB2, 0, 0x1000, RWX);
	map(4 * MIB2 + 0x1000, 0x1000, MIB2 - 0x1000, S2_READ);
	map(6 * MIB2, 0x1000, MIB2, RWX);
	s2_change(&s2, S2_MERGE, ipaddr(0), GIB);
	assert_int_equal(pages(), 2 + 3);
	expect(MIB2, 2 * MIB2, RWX);
	expect(4 * MIB2, 0, RWX);
	expect(4 * MIB2 + 0x1000, 0x1000, S2_READ);
	expect(6 * MIB2 + 5, 0x1005, RWX);
}

/* MEM-18: refused at each possible point, nothing has changed. */
static void no_memory_changes_nothing(void **state)
{
	uint64_t hash;
	uint32_t used, n;
	int err = -CB_ENOMEM;

	(void)state;
	map(0, 0, 4 * GIB, RWX);
	hash = table_hash(s2.root, 0);
	used = page_pool_used;
	for (n = 1; err; n++) {
		page_fail_after(n);
		err = s2_map(&s2, ipaddr(4 * GIB + 0x1000), paddr(0),
			     128 * MIB2, RWX);
		if (!err)
			break;
		assert_int_equal(err, -CB_ENOMEM);
		assert_int_equal(page_pool_used, used);
		assert_int_equal(table_hash(s2.root, 0), hash);
	}
	assert_int_equal(n, page_pool_used - used + 1);
	assert_true(n > 129);
}

static void no_memory_splits_nothing(void **state)
{
	uint64_t hash;
	uint32_t used, n;
	int err = -CB_ENOMEM;

	(void)state;
	map(0, 0, 4 * GIB, RWX);
	hash = table_hash(s2.root, 0);
	used = page_pool_used;
	for (n = 1; err; n++) {
		page_fail_after(n);
		err = s2_change(&s2, S2_SPLIT, ipaddr(GIB - 0x1000), 0x2000);
		if (!err)
			break;
		assert_int_equal(err, -CB_ENOMEM);
		assert_int_equal(page_pool_used, used);
		assert_int_equal(table_hash(s2.root, 0), hash);
	}
	assert_int_equal(n, 5);		/* two tables at either end */
	assert_int_equal(page_pool_used, used + 4);
}

static void no_memory_for_the_root(void **state)
{
	struct s2 other;

	(void)state;
	page_fail_after(1);
	assert_int_equal(s2_init(&other, 2), -CB_ENOMEM);
	assert_null(other.root);
}

/* Never leaves standing what was to go, and says so. */
static void unmap_of_an_unsplit_block_takes_all(void **state)
{
	(void)state;
	map(0, 0, GIB, RWX);
	s2_change(&s2, S2_UNMAP, ipaddr(MIB2), 0x1000);
	assert_int_equal(printed, 1);
	expect_none(MIB2);
}

static void free_returns_all_pages(void **state)
{
	uint32_t used = page_pool_used;
	struct s2 other;

	(void)state;
	assert_int_equal(s2_init(&other, 2), 0);
	assert_int_equal(s2_map(&other, ipaddr(0x1000), paddr(0x3000), GIB,
				RWX), 0);
	assert_int_equal(page_pool_used - used, 2 + 2 + 513);
	s2_free(&other);
	assert_int_equal(page_pool_used, used);
}

/* A deaf CPU: everything goes, comes back, and only what went comes back. */
static void hidden_tables_come_back(void **state)
{
	uint32_t used = page_pool_used;
	struct s2 other;
	uint64_t hash;

	(void)state;
	assert_int_equal(s2_init(&other, 2), 0);
	assert_int_equal(s2_map(&other, ipaddr(0x1000), paddr(0x3000), GIB,
				RWX), 0);
	hash = table_hash(other.root, 0);
	fake_s2.flushes = 0;
	s2_hide(&other, false);
	assert_int_equal(fake_s2.flushes, 0);
	s2_hide(&other, true);
	s2_hide(&other, true);
	assert_int_equal(fake_s2.flushes, 1);
	assert_int_equal(s2_query(&other, ipaddr(0x1000), NULL), 0);
	s2_hide(&other, false);
	assert_int_equal(table_hash(other.root, 0), hash);
	s2_free(&other);
	assert_int_equal(page_pool_used, used);
}

/* A tag that had another owner: none of its translations is left. */
static void init_flushes_the_tag(void **state)
{
	struct s2 other;

	(void)state;
	fake_s2.flushes = 0;
	assert_int_equal(s2_init(&other, 2), 0);
	assert_int_equal(fake_s2.flushes, 1);
}

/* ---- random sequences over a small space ---- */

#define SPACE	2048u			/* pages: four 2 MiB blocks */
static uint32_t flat[SPACE];		/* frame * 16 + attr, 0 = none */

static void compare_with_flat(void)
{
	uint32_t i, attr;
	paddr_t pa;

	for (i = 0; i < SPACE; i++) {
		attr = s2_query(&s2, ipaddr(i * PAGE_SIZE + 0x123), &pa);
		if (!attr)
			assert_int_equal(flat[i], 0);
		else
			assert_int_equal(flat[i], pa.v >> 12 << 4 | attr);
	}
}

/* A free stretch, or whatever is there as it is: s2_map() either way. */
static void random_map(uint32_t at, uint32_t n, uint32_t shift, uint32_t attr)
{
	uint32_t i;

	for (i = at; i < at + n; i++)
		if (flat[i])
			return;
	map(at * PAGE_SIZE, (at + shift) * PAGE_SIZE, n * PAGE_SIZE, attr);
	for (i = at; i < at + n; i++)
		flat[i] = (i + shift) << 4 | attr;
}

static void random_unmap(uint32_t at, uint32_t n)
{
	assert_int_equal(s2_change(&s2, S2_SPLIT, ipaddr(at * PAGE_SIZE),
				   n * PAGE_SIZE), 0);
	compare_with_flat();
	s2_change(&s2, S2_UNMAP, ipaddr(at * PAGE_SIZE), n * PAGE_SIZE);
	memset(&flat[at], 0, n * sizeof(*flat));
}

static void random_round(void)
{
	static const uint32_t shifts[] = { 0, 512, 1024, 7 };
	uint32_t at = rand() % SPACE, n = 1 + rand() % (SPACE - at);

	if (rand() % 2) {
		at &= ~511u;
		n = (n + 511) & ~511u;
	}
	if (rand() % 2 && n > 64)
		n = 1 + rand() % 64;
	switch (rand() % 3) {
	case 0:
		random_map(at, n, shifts[rand() % 4], 1 + rand() % 3);
		break;
	case 1:
		random_unmap(at, n);
		break;
	default:
		s2_change(&s2, S2_MERGE, ipaddr(at * PAGE_SIZE), n * PAGE_SIZE);
	}
}

static void random_sequence(unsigned seed, unsigned levels, unsigned pages,
			    uint32_t blocks)
{
	unsigned round, empty;

	begin(levels, pages, blocks);
	empty = page_pool_used;
	memset(flat, 0, sizeof(flat));
	srand(seed);
	for (round = 0; round < 60; round++) {
		random_round();
		compare_with_flat();
		table_hash(s2.root, 0);
	}
	assert_int_equal(fake_s2.breaks, 0);
	assert_int_equal(fake_s2.unpublished, 0);
	assert_int_equal(printed, 0);
	random_unmap(0, SPACE);
	s2_change(&s2, S2_MERGE, ipaddr(0), SPACE * PAGE_SIZE);
	assert_int_equal(page_pool_used, empty);
}

static void random_sequences_agree(void **state)
{
	unsigned seed;

	(void)state;
	for (seed = 1; seed <= 20; seed++) {
		random_sequence(seed, 2, 1, ~0u);
		random_sequence(seed, 2, 4, 0);
		random_sequence(seed, 3, 2, ~0u);
		random_sequence(seed, 4, 1, 6);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(region_is_exact, setup),
		cmocka_unit_test_setup(largest_blocks_are_used, setup),
		cmocka_unit_test_setup(blocks_only_where_allowed, setup),
		cmocka_unit_test_setup(reach_is_checked, setup),
		cmocka_unit_test_setup(what_is_mapped_clashes, setup),
		cmocka_unit_test_setup(leaf_is_replaced_with_a_break, setup),
		cmocka_unit_test_setup(round_trip_leaves_no_trace, setup),
		cmocka_unit_test_setup(merge_keeps_tables_in_use, setup),
		cmocka_unit_test_setup(empty_tables_are_freed, setup),
		cmocka_unit_test_setup(merge_joins_only_what_is_one, setup),
		cmocka_unit_test_setup(no_memory_changes_nothing, setup),
		cmocka_unit_test_setup(no_memory_splits_nothing, setup),
		cmocka_unit_test_setup(no_memory_for_the_root, setup),
		cmocka_unit_test_setup(unmap_of_an_unsplit_block_takes_all,
				       setup),
		cmocka_unit_test_setup(free_returns_all_pages, setup),
		cmocka_unit_test_setup(hidden_tables_come_back, setup),
		cmocka_unit_test_setup(init_flushes_the_tag, setup),
		cmocka_unit_test_setup(random_sequences_agree, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
