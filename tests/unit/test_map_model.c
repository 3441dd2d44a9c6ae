/* SPDX-License-Identifier: GPL-2.0-only */
/* LINK: tools/lib/map_model.c tools/lib/io.c */
/* Who owns what: segments, CPUs and interrupts of made-up partitions. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../tools/lib/map_model.h"

#define MIB		0x100000ull
#define RAM		(64 * MIB)	/* where it begins */
#define HV		(96 * MIB)
#define POOL		(80 * MIB)
#define UART		(16 * MIB)
#define RW		(CFG_MEM_READ | CFG_MEM_WRITE)
#define RWX		(RW | CFG_MEM_EXEC)

static struct cfg_mem root_mem[] = {
	{ .virt = UART, .phys = UART, .size = 0x1000,
	  .flags = RW | CFG_MEM_IO, .device = -1 },
	{ .virt = RAM, .phys = RAM, .size = 32 * MIB, .flags = RWX,
	  .device = -1 },
};

static struct cfg_region prot[] = {
	{ .range = { 8 * MIB, 0x10000 }, .kind = CFG_PROT_INTC },
	{ .range = { HV, 4 * MIB }, .kind = CFG_PROT_HYPERVISOR },
};

static struct cfg_region reserved[] = {
	{ .range = { POOL, 8 * MIB }, .kind = CFG_MEM_NOMAP },
};

static struct cfg_link links[] = {
	{ .range = { POOL + 7 * MIB, MIB }, .peers = 2 },
};

static struct cfg_link_end link_end;

static struct cfg_system board(void)
{
	struct cfg_system sys = {
		.cpu_count = 4, .prot = prot, .prot_count = 2,
		.reserved = reserved, .reserved_count = 1,
		.links = links, .link_count = 1, .addr_bits = 40,
		.root = { .name = "root", .mem = root_mem, .mem_count = 2,
			  .cpus = { 0xf } },
	};

	memset(sys.root.irqs.bits, 0xff, sizeof(sys.root.irqs.bits));
	return sys;
}

static struct cfg_cell cell_of(const char *name, struct cfg_mem *mem,
			       uint32_t cpus)
{
	struct cfg_cell cell = { .mem = mem, .mem_count = 1,
				 .cpus = { cpus } };

	strcpy(cell.name, name);
	return cell;
}

static const struct map_segment *at(const struct map *m, uint64_t addr)
{
	uint32_t i;

	for (i = 0; i < m->segment_count; i++)
		if (addr - m->segment[i].range.base < m->segment[i].range.size)
			return &m->segment[i];
	return NULL;
}

static void expect(const struct map *m, uint64_t addr, uint64_t base,
		   uint64_t size, enum map_state state, uint64_t owners)
{
	const struct map_segment *s = at(m, addr);

	assert_non_null(s);
	assert_int_equal(s->range.base, base);
	assert_int_equal(s->range.size, size);
	assert_int_equal(s->state, state);
	assert_int_equal(s->owners.bits[0], owners);
}

/* Without holes or overlaps, from 0 to the end of the address space. */
static void expect_whole(const struct map *m)
{
	uint64_t next = 0;
	uint32_t i;

	for (i = 0; i < m->segment_count; i++) {
		assert_int_equal(m->segment[i].range.base, next);
		assert_true(m->segment[i].range.size > 0);
		next += m->segment[i].range.size;
	}
	assert_true(next >= 1ull << m->system->addr_bits);
}

static void no_cell(void **unused)
{
	struct cfg_system sys = board();
	struct map m;

	(void)unused;
	map_build(&m, &sys, NULL, 0);
	expect_whole(&m);
	expect(&m, 0, 0, 8 * MIB, MAP_FREE, 0);
	expect(&m, 8 * MIB, 8 * MIB, 0x10000, MAP_ALONE, 1);
	assert_int_equal(at(&m, 8 * MIB)->kind, MAP_KIND_INTC);
	expect(&m, UART, UART, 0x1000, MAP_ALONE, 2);
	expect(&m, RAM, RAM, 16 * MIB, MAP_ALONE, 2);
	expect(&m, POOL, POOL, 8 * MIB, MAP_ALONE, 2);
	assert_ptr_equal(at(&m, POOL)->reserved, reserved);
	assert_null(at(&m, POOL + 8 * MIB)->reserved);
	expect(&m, HV, HV, 4 * MIB, MAP_ALONE, 1);
	expect(&m, HV + 4 * MIB, HV + 4 * MIB, (1ull << 40) - HV - 4 * MIB,
	       MAP_FREE, 0);
	assert_int_equal(map_ram_of(&m, MAP_ROOT), 32 * MIB);
	assert_int_equal(map_ram_of(&m, MAP_HYPERVISOR), 4 * MIB);
	assert_int_equal(m.irqs_count, 1);
	assert_int_equal(m.irqs[0].first, 32);
	assert_int_equal(m.irqs[0].last, CFG_MAX_IRQS - 1);
	assert_int_equal(map_trouble(&m), 0);
	map_free(&m);
}

static void a_cell_takes(void **unused)
{
	struct cfg_mem mem = { .phys = POOL + MIB, .size = MIB, .flags = RWX,
			       .device = -1 };
	struct cfg_cell cell = cell_of("a", &mem, 8);
	const struct cfg_cell *cells[] = { &cell };
	struct cfg_system sys = board();
	struct map m;

	(void)unused;
	cell.irqs.bits[1] = 1u << 1 | 1u << 2;
	map_build(&m, &sys, cells, 1);
	expect_whole(&m);
	expect(&m, POOL, POOL, MIB, MAP_ALONE, 2);
	expect(&m, POOL + MIB, POOL + MIB, MIB, MAP_ALONE, 4);
	expect(&m, POOL + 2 * MIB, POOL + 2 * MIB, 6 * MIB, MAP_ALONE, 2);
	assert_int_equal(map_ram_of(&m, MAP_ROOT), 31 * MIB);
	assert_int_equal(m.cpu[3].owners.bits[0], 4);
	assert_int_equal(m.cpu[2].owners.bits[0], 2);
	assert_int_equal(m.irqs_count, 3);
	assert_int_equal(m.irqs[1].first, 33);
	assert_int_equal(m.irqs[1].last, 34);
	assert_int_equal(m.irqs[1].owners.bits[0], 4);
	assert_int_equal(map_trouble(&m), 0);
	map_free(&m);
	/* the second is not the root cell's: its neighbour may not hide it */
	sys.root.irqs.bits[1] &= ~(1u << 2);
	map_build(&m, &sys, cells, 1);
	assert_int_equal(m.irqs_count, 4);
	assert_int_equal(m.irqs[1].state, MAP_ALONE);
	assert_int_equal(m.irqs[2].first, 34);
	assert_int_equal(m.irqs[2].state, MAP_STRAY);
	map_free(&m);
}

/* Two cells over each other by half, in memory, CPU and interrupt. */
static void cells_clash(void **unused)
{
	struct cfg_mem mem[] = {
		{ .phys = POOL, .size = 2 * MIB, .flags = RWX },
		{ .phys = POOL + MIB, .size = 2 * MIB, .flags = RWX },
	};
	struct cfg_cell a = cell_of("a", &mem[0], 6);
	struct cfg_cell b = cell_of("b", &mem[1], 12);
	const struct cfg_cell *cells[] = { &a, &b };
	struct cfg_system sys = board();
	struct map m;

	(void)unused;
	a.irqs.bits[1] = 1;
	b.irqs.bits[1] = 1;
	map_build(&m, &sys, cells, 2);
	expect_whole(&m);
	expect(&m, POOL, POOL, MIB, MAP_ALONE, 4);
	expect(&m, POOL + MIB, POOL + MIB, MIB, MAP_CLASH, 12);
	expect(&m, POOL + 2 * MIB, POOL + 2 * MIB, MIB, MAP_ALONE, 8);
	assert_int_equal(m.cpu[1].state, MAP_ALONE);
	assert_int_equal(m.cpu[2].state, MAP_CLASH);
	assert_int_equal(m.cpu[2].owners.bits[0], 12);
	assert_int_equal(m.irqs[0].state, MAP_CLASH);
	assert_int_equal(map_trouble(&m), 3);
	map_free(&m);
}

static void sharing(void **unused)
{
	struct cfg_mem mem[] = {
		{ .phys = UART, .size = 0x1000,
		  .flags = RW | CFG_MEM_IO | CFG_MEM_SHARED },
		{ .phys = UART, .size = 0x1000,
		  .flags = RW | CFG_MEM_IO | CFG_MEM_SHARED },
	};
	struct cfg_cell a = cell_of("a", &mem[0], 2);
	struct cfg_cell b = cell_of("b", &mem[1], 4);
	const struct cfg_cell *cells[] = { &a, &b };
	struct cfg_system sys = board();
	struct map m;

	(void)unused;
	map_build(&m, &sys, cells, 1);
	expect(&m, UART, UART, 0x1000, MAP_SHARED, 2 | 4);
	map_free(&m);
	map_build(&m, &sys, cells, 2);
	expect(&m, UART, UART, 0x1000, MAP_SHARED, 2 | 4 | 8);
	map_free(&m);
	/* declared by one of them only: the root cell loses it, too */
	mem[1].flags &= ~CFG_MEM_SHARED;
	map_build(&m, &sys, cells, 2);
	expect(&m, UART, UART, 0x1000, MAP_CLASH, 4 | 8);
	map_free(&m);
}

/* The hypervisor's memory, and addresses that the board does not have. */
static void not_to_be_had(void **unused)
{
	struct cfg_mem mem = { .phys = HV - MIB, .size = 2 * MIB,
			       .flags = RWX };
	struct cfg_cell cell = cell_of("a", &mem, 1u << 5);
	const struct cfg_cell *cells[] = { &cell };
	struct cfg_system sys = board();
	struct cfg_region window = { .range = { HV, MIB } };
	struct map_set owners;
	struct map m;

	(void)unused;
	sys.cpu_count = 6;
	map_build(&m, &sys, cells, 1);
	expect(&m, HV - MIB, HV - MIB, MIB, MAP_ALONE, 4);
	expect(&m, HV, HV, MIB, MAP_CLASH, 1 | 4);
	assert_int_equal(map_owners(&m, window.range, &owners), MAP_CLASH);
	assert_int_equal(owners.bits[0], 1 | 4);
	/* the root cell does not have that CPU */
	assert_int_equal(m.cpu[5].state, MAP_STRAY);
	assert_int_equal(m.cpu[4].state, MAP_FREE);
	map_free(&m);
	mem.phys = 1ull << 41;
	map_build(&m, &sys, cells, 1);
	expect_whole(&m);
	expect(&m, 1ull << 41, 1ull << 41, 2 * MIB, MAP_STRAY, 4);
	map_free(&m);
}

/* The ends of a link share its memory, and the root cell has it no more. */
static void link_memory(void **unused)
{
	struct cfg_mem mem = { .phys = POOL, .size = MIB, .flags = RWX };
	struct cfg_cell a = cell_of("a", &mem, 2);
	struct cfg_cell b = cell_of("b", &mem, 4);
	const struct cfg_cell *cells[] = { &a, &b };
	struct cfg_system sys = board();
	struct map m;

	(void)unused;
	a.links = b.links = &link_end;
	a.link_count = b.link_count = 1;
	b.mem_count = 0;
	map_build(&m, &sys, cells, 2);
	expect(&m, POOL + 7 * MIB, POOL + 7 * MIB, MIB, MAP_SHARED, 4 | 8);
	assert_int_equal(at(&m, POOL + 7 * MIB)->kind, MAP_KIND_LINK);
	map_free(&m);
}

/* The comm page has no physical address that would mean anything. */
static void comm_page_is_left_out(void **unused)
{
	struct cfg_mem mem = { .phys = 0, .virt = 0x80000000, .size = 0x1000,
			       .flags = RW | CFG_MEM_COMM };
	struct cfg_cell cell = cell_of("a", &mem, 2);
	const struct cfg_cell *cells[] = { &cell };
	struct cfg_system sys = board();
	struct map m;

	(void)unused;
	map_build(&m, &sys, cells, 1);
	expect(&m, 0, 0, 8 * MIB, MAP_FREE, 0);
	map_free(&m);
}

/* More owners than one word of a set has bits. */
static void many_cells(void **unused)
{
	const struct cfg_cell *cells[CFG_MAX_CELLS];
	struct cfg_cell cell[CFG_MAX_CELLS];
	struct cfg_mem mem[CFG_MAX_CELLS];
	struct cfg_system sys = board();
	struct map m;
	uint32_t i;

	(void)unused;
	for (i = 0; i < CFG_MAX_CELLS; i++) {
		mem[i] = (struct cfg_mem){ .phys = RAM + i * 0x1000ull,
					   .size = 0x1000, .flags = RWX };
		cell[i] = cell_of("c", &mem[i], 0);
		cells[i] = &cell[i];
	}
	map_build(&m, &sys, cells, CFG_MAX_CELLS);
	expect_whole(&m);
	for (i = 0; i < CFG_MAX_CELLS; i++) {
		const struct map_segment *s = at(&m, mem[i].phys);

		assert_int_equal(s->range.size, 0x1000);
		assert_int_equal(map_set_count(&s->owners), 1);
		assert_true(map_set_test(&s->owners, MAP_CELL + i));
	}
	map_free(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_cell),
		cmocka_unit_test(a_cell_takes),
		cmocka_unit_test(cells_clash),
		cmocka_unit_test(sharing),
		cmocka_unit_test(not_to_be_had),
		cmocka_unit_test(link_memory),
		cmocka_unit_test(comm_page_is_left_out),
		cmocka_unit_test(many_cells),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
