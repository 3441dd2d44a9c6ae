/* SPDX-License-Identifier: GPL-2.0-only */
/* LINK: hv/core/cell_mem.c hv/core/s2.c hv/core/page.c */
/* What the root cell loses to cells and gets back (MEM-06, MEM-13, LIFE-01). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <abi/hypercall.h>
#include <arch/pte.h>
#include "cell.h"
#include "fake.h"
#include "page.h"

#define PAGES	100u
#define RW	(CFG_MEM_READ | CFG_MEM_WRITE)
#define RAM	(FAKE_RAM + (1u << 20))		/* behind the pool */
#define BOARD	(4u << 20)			/* of RAM and of devices */
#define LONELY	(FAKE_DEV + (64u << 20))	/* a page of devices */

struct cell root_cell;
struct cell *cells[CELL_MAX] = { &root_cell };
char __root_ro[1], __root_ro_end[1];

static struct cell cell_a, cell_b;
static struct cfg_mem mem_root[3], mem_a[2], mem_b[2];
static struct cfg_range take_a[2], take_b[2];
static uint32_t used;

void printk(const char *fmt, ...)
{
	fail_msg("%s", fmt);
}

static void give(struct cell *cell, uint64_t base, uint64_t size,
		 uint32_t flags)
{
	cell->cfg.mem[cell->cfg.mem_count++] = (struct cfg_mem){
		.virt = base, .phys = base, .size = size, .flags = flags,
	};
	if (cell == &root_cell)
		return;
	size += (base & PAGE_MASK) + PAGE_MASK;
	cell->plan.take.r[cell->plan.take.count++] = (struct cfg_range){
		page_down(base), page_down(size),
	};
}

static void begin(struct cell *cell, struct cfg_mem *mem,
		  struct cfg_range *take, uint32_t id)
{
	memset(cell, 0, sizeof(*cell));
	cell->id = id;
	cell->cfg.mem = mem;
	cell->plan.take.r = take;
	assert_int_equal(s2_init(&cell->s2, id + 1), 0);
}

static int setup(void **state)
{
	const struct cfg_mem *m = mem_root;

	(void)state;
	fake_s2.levels = 3;
	fake_s2.root_pages = 2;
	fake_s2.block_levels = ~0u;
	fake_reset();
	page_pool_init(fake_ram, PAGES);
	page_fail_after(0);
	begin(&root_cell, mem_root, NULL, 0);
	begin(&cell_a, mem_a, take_a, 1);
	begin(&cell_b, mem_b, take_b, 2);
	cells[1] = cells[2] = NULL;
	give(&root_cell, FAKE_DEV, BOARD, RW | CFG_MEM_IO);
	give(&root_cell, FAKE_RAM, BOARD, RW | CFG_MEM_EXEC);
	give(&root_cell, LONELY, PAGE_SIZE, RW | CFG_MEM_IO);
	for (; m < &mem_root[3]; m++)
		assert_int_equal(s2_map(&root_cell.s2, ipaddr(m->virt),
					paddr(m->phys), m->size,
					m->flags & S2_ATTR), 0);
	used = page_pool_used;
	return 0;
}

static void create(struct cell *cell)
{
	assert_int_equal(cell_mem_prepare(cell), 0);
	cells[cell->id] = cell;
	cell_mem_commit(cell);
}

static void destroy(struct cell *cell)
{
	page_fail_after(1);		/* no memory is needed to go back */
	cell_mem_revoke(cell);
	cells[cell->id] = NULL;
	page_fail_after(0);
	s2_free(&cell->s2);
	used -= arch_s2_root_pages();
}

static bool root_has(uint64_t addr)
{
	return s2_query(&root_cell.s2, ipaddr(addr), NULL);
}

static void ram_goes_and_comes_back(void **state)
{
	uint8_t *ram = fake_ram + (RAM - FAKE_RAM);

	(void)state;
	give(&cell_a, RAM, 0x3000, RW | CFG_MEM_EXEC | CFG_MEM_LOADABLE);
	memset(ram - 1, 0x5a, 0x3002);
	create(&cell_a);
	assert_int_equal(ram[-1], 0x5a);
	assert_int_equal(ram[0] | ram[0x2fff], 0);
	assert_int_equal(ram[0x3000], 0x5a);
	assert_true(root_has(RAM - 1) && root_has(RAM + 0x3000));
	assert_false(root_has(RAM) || root_has(RAM + 0x2fff));
	assert_true(s2_query(&cell_a.s2, ipaddr(RAM + 0x2fff), NULL));
	page_fail_after(1);
	cell_mem_loadable(&cell_a, true);
	assert_true(root_has(RAM) && root_has(RAM + 0x2fff));
	cell_mem_loadable(&cell_a, false);
	assert_false(root_has(RAM) || root_has(RAM + 0x2fff));
	memset(ram, 0x77, 0x3000);
	destroy(&cell_a);
	assert_int_equal(ram[0] | ram[0x2fff], 0);
	assert_true(root_has(RAM) && root_has(RAM + 0x2fff));
	assert_int_equal(page_pool_used, used);
}

/* Windows of two cells in one page: the last one gives it back. */
static void shared_out_page_comes_back_last(void **state)
{
	(void)state;
	give(&cell_a, FAKE_DEV + 0x1000, 0x1000, RW | CFG_MEM_IO);
	give(&cell_a, FAKE_DEV + 0x2020, 0x10, RW | CFG_MEM_SUBPAGE);
	give(&cell_b, FAKE_DEV + 0x2080, 0x10, RW | CFG_MEM_SUBPAGE);
	give(&cell_b, FAKE_DEV + 0x3000, 0x1000, RW | CFG_MEM_IO);
	create(&cell_a);
	create(&cell_b);
	destroy(&cell_a);
	assert_true(root_has(FAKE_DEV + 0x1000));
	assert_false(root_has(FAKE_DEV + 0x2000));
	assert_false(root_has(FAKE_DEV + 0x3000));
	destroy(&cell_b);
	assert_true(root_has(FAKE_DEV + 0x2000));
	assert_true(root_has(FAKE_DEV + 0x3000));
	assert_int_equal(page_pool_used, used);
}

/* … wherever it lies in what the cell took. */
static void held_pages_in_the_middle(void **state)
{
	(void)state;
	give(&cell_a, FAKE_DEV, 0x4000, RW | CFG_MEM_SUBPAGE);
	give(&cell_b, FAKE_DEV + 0x3000, 1, RW | CFG_MEM_SUBPAGE);
	give(&cell_b, FAKE_DEV + 0x1000, 1, RW | CFG_MEM_SUBPAGE);
	create(&cell_a);
	create(&cell_b);
	destroy(&cell_a);
	assert_true(root_has(FAKE_DEV) && root_has(FAKE_DEV + 0x2000));
	assert_false(root_has(FAKE_DEV + 0x1000));
	assert_false(root_has(FAKE_DEV + 0x3000));
	assert_true(root_has(FAKE_DEV + 0x4000));
	destroy(&cell_b);
	assert_true(root_has(FAKE_DEV + 0x1000));
	assert_true(root_has(FAKE_DEV + 0x3000));
	assert_int_equal(page_pool_used, used);
}

/* MEM-18: whatever allocation fails, the root cell has lost nothing. */
static void no_memory_takes_nothing(void **state)
{
	uint32_t before = page_pool_used, n;

	(void)state;
	give(&cell_a, RAM, 0x3000, RW | CFG_MEM_EXEC | CFG_MEM_LOADABLE);
	give(&cell_a, FAKE_DEV + 0x1000, 0x1000, RW | CFG_MEM_IO);
	for (n = 1; ; n++) {
		page_fail_after(n);
		if (!cell_mem_prepare(&cell_a))
			break;
		assert_true(root_has(RAM) && root_has(FAKE_DEV + 0x1000));
		s2_free(&cell_a.s2);
		page_fail_after(0);
		assert_int_equal(s2_init(&cell_a.s2, 2), 0);
		assert_int_equal(page_pool_used, before);
	}
	assert_true(n > 4);
}

/* … nor has a cell lost what its page needs to come back. */
static void failed_cells_leave_tables_of_others(void **state)
{
	uint32_t n;

	(void)state;
	give(&cell_a, LONELY, 4, RW | CFG_MEM_SUBPAGE);
	give(&cell_a, RAM, 0x3000, RW);
	give(&cell_b, LONELY + 4, 4, RW | CFG_MEM_SUBPAGE);
	create(&cell_b);
	for (n = 1; n < 4; n++) {
		page_fail_after(n);
		assert_int_equal(cell_mem_prepare(&cell_a), -CB_ENOMEM);
		s2_free(&cell_a.s2);
		page_fail_after(0);
		assert_int_equal(s2_init(&cell_a.s2, 2), 0);
		assert_true(root_has(RAM) && !root_has(LONELY));
	}
	destroy(&cell_b);
	assert_true(root_has(LONELY));
	assert_int_equal(page_pool_used, used);
}

static void only_root_ram_is_copied(void **state)
{
	uint8_t *ram = fake_ram + (RAM - FAKE_RAM), copy[0x20];

	(void)state;
	memcpy(ram + 0xff8, "0123456789abcdef", 16);
	assert_int_equal(root_copy(copy, RAM + 0xff8, 16), 0);
	assert_memory_equal(copy, "0123456789abcdef", 16);
	assert_int_equal(root_copy(copy, FAKE_DEV, 8), -CB_EFAULT);
	assert_int_equal(root_copy(copy, FAKE_RAM + BOARD - 8, 16),
			 -CB_EFAULT);
	assert_int_equal(root_copy(copy, -8ull, 16), -CB_EFAULT);
	give(&cell_a, RAM + 0x1000, 0x1000, RW);
	create(&cell_a);
	assert_int_equal(root_copy(copy, RAM + 0xff8, 8), 0);
	assert_int_equal(root_copy(copy, RAM + 0xff8, 9), -CB_EFAULT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(ram_goes_and_comes_back, setup),
		cmocka_unit_test_setup(shared_out_page_comes_back_last, setup),
		cmocka_unit_test_setup(held_pages_in_the_middle, setup),
		cmocka_unit_test_setup(no_memory_takes_nothing, setup),
		cmocka_unit_test_setup(failed_cells_leave_tables_of_others,
				       setup),
		cmocka_unit_test_setup(only_root_ram_is_copied, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
