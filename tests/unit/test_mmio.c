/* SPDX-License-Identifier: GPL-2.0-only */
/* LINK: hv/core/pci.c */
/*
 * Trapped accesses (MEM-10, MMIO-01, -06, -10): every offset and width around
 * the ends of what a cell was given, for cells and for the root cell.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <abi/hypercall.h>
#include "cell.h"
#include "core.h"
#include "fake.h"

/* for its table of regions, which only grows */
#include "../../hv/core/mmio.c"

#define RW	(CFG_MEM_READ | CFG_MEM_WRITE)
#define VIRT	0x1000000ull

struct cfg_system system_cfg;
struct cell root_cell;
struct cell *cells[CELL_MAX] = { &root_cell };
struct spinlock control_lock;

static struct cell cell_a, cell_b;
static struct cfg_mem mem_a[4], mem_b[4], mem_root[4];
static struct mmio seen;
static uint64_t seen_offset;
static void *seen_arg;
static unsigned calls, findings;

int refuse(int err, const char *id, const char *fmt, ...)
{
	findings++;
	return err;
}

static bool handler(struct cell *cell, struct mmio *m, uint64_t offset,
		    void *arg)
{
	(void)cell;
	calls++;
	seen = *m;
	seen_offset = offset;
	seen_arg = arg;
	m->value = 0x55;
	return offset != 0xbad0;
}

static void give(struct cell *cell, struct cfg_mem *mem, uint64_t virt,
		 uint64_t phys, uint64_t size, uint32_t flags)
{
	mem += cell->cfg.mem_count++;
	*mem = (struct cfg_mem){ .virt = virt, .phys = phys, .size = size,
				 .flags = flags, .widths = 15 };
}

static int setup(void **state)
{
	(void)state;
	fake_reset();
	regions_end = regions;
	memset(&cell_a, 0, sizeof(cell_a));
	memset(&cell_b, 0, sizeof(cell_b));
	memset(&root_cell, 0, sizeof(root_cell));
	memset(&system_cfg, 0, sizeof(system_cfg));
	cell_a.cfg.mem = mem_a;
	cell_b.cfg.mem = mem_b;
	root_cell.cfg.mem = mem_root;
	cells[1] = &cell_a;
	cells[2] = &cell_b;
	cell_a.id = 1;
	cell_b.id = 2;
	calls = 0;
	findings = 0;
	give(&root_cell, mem_root, FAKE_DEV, FAKE_DEV, FAKE_DEV_SIZE,
	     RW | CFG_MEM_IO);
	return 0;
}

static bool access_to(struct cell *cell, uint64_t addr, uint32_t size,
		      bool write)
{
	struct mmio m = { addr, 0x1122334455667788ull, size, write };

	return mmio_dispatch(cell, &m);
}

/* MMIO-06, MEM-10: only what is wholly inside and aligned goes through. */
static void window_ends_are_exact(void **state)
{
	const uint64_t base = VIRT + 0x20, size = 0x14;
	uint64_t addr;
	uint32_t width;

	(void)state;
	give(&cell_a, mem_a, base, FAKE_DEV + 0x120, size,
	     RW | CFG_MEM_IO | CFG_MEM_SUBPAGE);
	for (width = 0; width <= 17; width++) {
		for (addr = base - 20; addr < base + size + 20; addr++) {
			bool known = width == 1 || width == 2 || width == 4 ||
				     width == 8;
			bool may = known && addr >= base &&
				   addr + width <= base + size &&
				   addr % width == 0;
			unsigned before = fake_dev_accesses;

			assert_int_equal(access_to(&cell_a, addr, width,
						   addr & 1), may);
			assert_int_equal(fake_dev_accesses - before, may);
		}
	}
}

static void window_is_translated(void **state)
{
	struct mmio m = { VIRT + 0x24, 0, 4, false };

	(void)state;
	give(&cell_a, mem_a, VIRT + 0x20, FAKE_DEV + 0x120, 0x10,
	     RW | CFG_MEM_SUBPAGE);
	memcpy(fake_dev + 0x124, "\x78\x56\x34\x12\xff", 5);
	assert_true(mmio_dispatch(&cell_a, &m));
	assert_int_equal(m.value, 0x12345678);
	m.write = true;
	m.value = 0xaabbccdd;
	assert_true(mmio_dispatch(&cell_a, &m));
	assert_memory_equal(fake_dev + 0x124, "\xdd\xcc\xbb\xaa\xff", 5);
}

static void widths_and_rights_are_kept(void **state)
{
	uint32_t widths, width;

	(void)state;
	give(&cell_a, mem_a, VIRT, FAKE_DEV, 0x10, CFG_MEM_SUBPAGE);
	for (widths = 0; widths < 16; widths++) {
		for (width = 1; width <= 8; width *= 2) {
			mem_a[0].widths = widths;
			mem_a[0].flags = CFG_MEM_SUBPAGE | CFG_MEM_READ;
			assert_int_equal(access_to(&cell_a, VIRT, width, false),
					 !!(widths & width));
			assert_false(access_to(&cell_a, VIRT, width, true));
			mem_a[0].flags = CFG_MEM_SUBPAGE | CFG_MEM_WRITE;
			assert_int_equal(access_to(&cell_a, VIRT, width, true),
					 !!(widths & width));
			assert_false(access_to(&cell_a, VIRT, width, false));
		}
	}
}

/* What stage 2 maps is never accessed on the cell's behalf. */
static void only_windows_are_moderated(void **state)
{
	(void)state;
	give(&cell_a, mem_a, VIRT, FAKE_DEV, 0x1000, RW | CFG_MEM_IO);
	assert_false(access_to(&cell_a, VIRT, 4, false));
	assert_false(access_to(&root_cell, FAKE_DEV + 0x1000, 4, false));
	assert_int_equal(fake_dev_accesses, 0);
}

static void windows_are_of_one_cell(void **state)
{
	(void)state;
	give(&cell_a, mem_a, VIRT, FAKE_DEV, 0x10, RW | CFG_MEM_SUBPAGE);
	assert_true(access_to(&cell_a, VIRT, 4, false));
	assert_false(access_to(&cell_b, VIRT, 4, false));
}

static void neighbouring_windows_are_two(void **state)
{
	(void)state;
	give(&cell_a, mem_a, VIRT, FAKE_DEV, 4, RW | CFG_MEM_SUBPAGE);
	give(&cell_a, mem_a, VIRT + 4, FAKE_DEV + 0x80, 4,
	     RW | CFG_MEM_SUBPAGE);
	assert_true(access_to(&cell_a, VIRT, 4, false));
	assert_true(access_to(&cell_a, VIRT + 4, 4, false));
	assert_false(access_to(&cell_a, VIRT, 8, false));
}

/* The rest of a page that a cell has a part of is the root cell's. */
static void root_keeps_the_rest(void **state)
{
	const uint64_t base = FAKE_DEV + 0x20, size = 0x10;
	uint64_t addr;
	uint32_t width;

	(void)state;
	give(&cell_a, mem_a, VIRT + 0x20, base, size, RW | CFG_MEM_SUBPAGE);
	for (width = 1; width <= 8; width *= 2) {
		for (addr = FAKE_DEV; addr < FAKE_DEV + 0x60; addr++) {
			bool may = addr % width == 0 &&
				   (addr + width <= base ||
				    addr >= base + size);

			assert_int_equal(access_to(&root_cell, addr, width,
						   true), may);
		}
	}
	cells[1] = NULL;
	assert_false(access_to(&root_cell, FAKE_DEV, 4, true));
	cells[1] = &cell_a;
}

static void root_loses_what_two_cells_have(void **state)
{
	(void)state;
	give(&cell_a, mem_a, VIRT, FAKE_DEV, 0x10, RW | CFG_MEM_SUBPAGE);
	give(&cell_b, mem_b, VIRT, FAKE_DEV + 0x12, 1, RW | CFG_MEM_SUBPAGE);
	assert_false(access_to(&root_cell, FAKE_DEV + 0x10, 4, false));
	assert_true(access_to(&root_cell, FAKE_DEV + 0x10, 2, false));
	assert_false(access_to(&root_cell, FAKE_DEV + 0x12, 1, false));
	assert_true(access_to(&root_cell, FAKE_DEV + 0x13, 1, false));
	mem_b[0].flags |= CFG_MEM_SHARED;
	assert_true(access_to(&root_cell, FAKE_DEV + 0x12, 1, false));
}

/* The comm page's physical address means nothing. */
static void comm_page_takes_nothing(void **state)
{
	(void)state;
	give(&cell_a, mem_a, VIRT, FAKE_DEV, 4, RW | CFG_MEM_SUBPAGE);
	give(&cell_b, mem_b, VIRT, FAKE_DEV, 0x1000, RW | CFG_MEM_COMM);
	assert_true(access_to(&root_cell, FAKE_DEV + 8, 4, false));
}

static void root_needs_the_right_itself(void **state)
{
	(void)state;
	give(&cell_a, mem_a, VIRT, FAKE_DEV, 4, RW | CFG_MEM_SUBPAGE);
	mem_root[0].flags = CFG_MEM_READ | CFG_MEM_IO;
	assert_true(access_to(&root_cell, FAKE_DEV + 8, 4, false));
	assert_false(access_to(&root_cell, FAKE_DEV + 8, 4, true));
	mem_root[0].flags = RW;			/* RAM is never a device */
	assert_false(access_to(&root_cell, FAKE_DEV + 8, 4, false));
	mem_root[0].flags = RW | CFG_MEM_IO;
	mem_root[0].size = 0xc;			/* the root's own end */
	assert_true(access_to(&root_cell, FAKE_DEV + 8, 4, false));
	assert_false(access_to(&root_cell, FAKE_DEV + 8, 8, false));
	assert_false(access_to(&root_cell, FAKE_DEV + 0xc, 4, false));
}

static void root_window_of_its_own(void **state)
{
	(void)state;
	mem_root[0].flags |= CFG_MEM_SUBPAGE;
	mem_root[0].size = 0x10;
	mem_root[0].widths = 4;
	assert_true(access_to(&root_cell, FAKE_DEV + 0xc, 4, false));
	assert_false(access_to(&root_cell, FAKE_DEV + 0xc, 2, false));
	assert_false(access_to(&root_cell, FAKE_DEV + 0x10, 4, false));
}

static void top_of_the_address_space(void **state)
{
	(void)state;
	give(&cell_a, mem_a, -0x10ull, FAKE_DEV, 0x10, RW | CFG_MEM_SUBPAGE);
	assert_true(access_to(&cell_a, -8ull, 8, false));
	assert_false(access_to(&cell_a, -4ull, 8, false));
	assert_false(access_to(&cell_a, 0, 8, false));
	assert_int_equal(mmio_register(-0x1000ull, 0x1000, false, handler,
				       NULL), 0);
	assert_int_equal(mmio_register(-0x800ull, 0x10, false, handler, NULL),
			 -CB_EEXIST);
	assert_true(access_to(&cell_a, -8ull, 8, false));
	assert_int_equal(calls, 1);
	assert_int_equal(seen_offset, 0xff8);
	assert_int_equal(mmio_register(-0x2000ull, 0x2001, false, handler,
				       NULL), -CB_EINVAL);
}

static void handlers_see_their_region_only(void **state)
{
	uint64_t addr;
	uint32_t width;
	int arg;

	(void)state;
	assert_int_equal(mmio_register(0x5004, 0x10, false, handler, &arg), 0);
	for (width = 1; width <= 8; width *= 2) {
		for (addr = 0x4ff0; addr < 0x5030; addr++) {
			bool may = addr % width == 0 && addr >= 0x5004 &&
				   addr + width <= 0x5014;

			calls = 0;
			assert_int_equal(access_to(&cell_a, addr, width,
						   false), may);
			assert_int_equal(calls, may);
			if (may)
				assert_int_equal(seen_offset, addr - 0x5004);
		}
	}
	assert_ptr_equal(seen_arg, &arg);
}

static void handler_may_refuse(void **state)
{
	(void)state;
	assert_int_equal(mmio_register(0, 0x10000, false, handler, NULL), 0);
	assert_true(access_to(&cell_a, 0xbad8, 8, false));
	assert_false(access_to(&cell_a, 0xbad0, 8, false));
}

static void root_only_regions(void **state)
{
	(void)state;
	assert_int_equal(mmio_register(0x5000, 0x1000, true, handler, NULL),
			 0);
	assert_true(access_to(&root_cell, 0x5000, 4, false));
	assert_false(access_to(&cell_a, 0x5000, 4, false));
	assert_int_equal(calls, 1);
	/* a cell's window there is its own */
	give(&cell_a, mem_a, 0x5000, FAKE_DEV, 8, RW | CFG_MEM_SUBPAGE);
	assert_true(access_to(&cell_a, 0x5000, 4, false));
	assert_int_equal(calls, 1);
}

/* MMIO-10, and overlaps in all positions. */
static void registration_is_judged(void **state)
{
	static const struct { uint64_t base, size; int err; } rows[] = {
		{ 0x4000, 0x1000, 0 }, { 0x6000, 0x1000, 0 },
		{ 0x5000, 0x1000, -CB_EEXIST }, { 0x5800, 0x100, -CB_EEXIST },
		{ 0x4fff, 2, -CB_EEXIST }, { 0x5fff, 2, -CB_EEXIST },
		{ 0x4800, 0x2000, -CB_EEXIST }, { 0x9000, 0, -CB_EINVAL },
	};
	unsigned i;

	(void)state;
	assert_int_equal(mmio_register(0x5000, 0x1000, false, handler, NULL),
			 0);
	for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		assert_int_equal(mmio_register(rows[i].base, rows[i].size,
					       false, handler, NULL),
				 rows[i].err);
	for (i = 3; i < 16; i++)
		assert_int_equal(mmio_register(0x10000 * i, 0x1000, false,
					       handler, NULL), 0);
	assert_int_equal(mmio_register(0x900000, 0x1000, false, handler, NULL),
			 -CB_ENOMEM);
	regions_end = regions;
	assert_false(access_to(&cell_a, 0x5000, 4, false));
	assert_int_equal(mmio_register(0x5000, 0x1000, false, handler, NULL),
			 0);
}

/* ECAM goes through for the root cell, in its sizes, inside the buses. */
static void ecam_is_the_roots(void **state)
{
	struct cfg_pci_host host = {
		.ecam = { FAKE_DEV, 16u << 20 }, .bus_first = 4, .bus_last = 4,
	};
	uint32_t width;

	(void)state;
	root_cell.cfg.mem_count = 0;
	system_cfg.pci = &host;
	system_cfg.pci_count = 1;
	assert_int_equal(pci_init(), 0);
	for (width = 1; width <= 8; width *= 2) {
		assert_int_equal(access_to(&root_cell, FAKE_DEV + 8, width,
					   true), width <= 4);
		assert_false(access_to(&root_cell, FAKE_DEV + (1u << 20),
				       width, false));
		assert_false(access_to(&cell_a, FAKE_DEV, width, false));
	}
	assert_memory_equal(fake_dev + 8, "\x88\x77\x66\x55\0\0\0\0", 8);
	assert_int_equal(pci_init(), -CB_EEXIST);
	assert_int_equal(findings, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(window_ends_are_exact, setup),
		cmocka_unit_test_setup(window_is_translated, setup),
		cmocka_unit_test_setup(widths_and_rights_are_kept, setup),
		cmocka_unit_test_setup(only_windows_are_moderated, setup),
		cmocka_unit_test_setup(windows_are_of_one_cell, setup),
		cmocka_unit_test_setup(neighbouring_windows_are_two, setup),
		cmocka_unit_test_setup(root_keeps_the_rest, setup),
		cmocka_unit_test_setup(root_loses_what_two_cells_have, setup),
		cmocka_unit_test_setup(comm_page_takes_nothing, setup),
		cmocka_unit_test_setup(root_needs_the_right_itself, setup),
		cmocka_unit_test_setup(root_window_of_its_own, setup),
		cmocka_unit_test_setup(top_of_the_address_space, setup),
		cmocka_unit_test_setup(handlers_see_their_region_only, setup),
		cmocka_unit_test_setup(handler_may_refuse, setup),
		cmocka_unit_test_setup(root_only_regions, setup),
		cmocka_unit_test_setup(registration_is_judged, setup),
		cmocka_unit_test_setup(ecam_is_the_roots, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
