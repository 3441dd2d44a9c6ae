/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Limits, each at its value and one above, and links, which a system may not
 * have yet: with blobs made here.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libfdt.h>

#include <config/config.h>

#define MAX		(1 << 18)
#define GIC		1
#define HV		2
#define POOL		3
#define LINK		4
#define GPIO		5
#define DEV		6
#define CPU(n)		(100 + (n))

static uint8_t system_blob[MAX] __attribute__((aligned(8)));
static uint8_t cell_blob[MAX] __attribute__((aligned(8)));
static uint8_t memory[4 << 20] __attribute__((aligned(8)));
static char seen[4096];		/* "id: text\n" of every finding */

static void emit(struct cfg_report *report, const struct cfg_finding *f)
{
	size_t len = strlen(seen);

	(void)report;
	snprintf(seen + len, sizeof(seen) - len, "%s: %s\n", f->id, f->text);
}

static void cells(void *b, const char *name, int count, ...)
{
	fdt32_t val[32];
	va_list args;
	int i;

	va_start(args, count);
	for (i = 0; i < count; i++)
		val[i] = cpu_to_fdt32(va_arg(args, uint32_t));
	va_end(args);
	fdt_property(b, name, val, 4 * count);
}

static void begin(void *b, const char *base, uint32_t n)
{
	char name[32];

	snprintf(name, sizeof(name), "%s@%x", base, n);
	fdt_begin_node(b, name);
}

static void start(void *b)
{
	fdt_create(b, MAX);
	fdt_finish_reservemap(b);
	fdt_begin_node(b, "");
	cells(b, "#address-cells", 1, 1);
	cells(b, "#size-cells", 1, 1);
}

/* What a system has more of. */
struct shape {
	uint32_t cpus, links, protected, redist, pci;
};

static void put_cpus(void *b, uint32_t count)
{
	uint32_t i;

	fdt_begin_node(b, "cpus");
	cells(b, "#address-cells", 1, 1);
	cells(b, "#size-cells", 1, 0);
	for (i = 0; i < count; i++) {
		begin(b, "cpu", i);
		fdt_property_string(b, "device_type", "cpu");
		cells(b, "reg", 1, i);
		cells(b, "phandle", 1, CPU(i));
		fdt_end_node(b);
	}
	fdt_end_node(b);
}

static void put_board(void *b, const struct shape *s)
{
	fdt32_t reg[40];
	uint32_t i;

	fdt_begin_node(b, "memory@40000000");
	fdt_property_string(b, "device_type", "memory");
	cells(b, "reg", 2, 0x40000000, 0x10000000);
	fdt_end_node(b);
	fdt_begin_node(b, "gic@1000000");
	fdt_property_string(b, "compatible", "arm,gic-v3");
	cells(b, "phandle", 1, GIC);
	cells(b, "#interrupt-cells", 1, 3);
	cells(b, "#redistributor-regions", 1, s->redist);
	cells(b, "interrupts", 3, 1, 9, 4);
	for (i = 0; i <= s->redist && i < 20; i++) {
		reg[2 * i] = cpu_to_fdt32(0x1000000 + i * 0x1000000);
		reg[2 * i + 1] = cpu_to_fdt32(0x1000000);
	}
	fdt_property(b, "reg", reg, (int)(8 * i));
	fdt_end_node(b);
	fdt_begin_node(b, "gpio@10000000");
	cells(b, "phandle", 1, GPIO);
	cells(b, "#interrupt-cells", 1, 2);
	fdt_end_node(b);
	fdt_begin_node(b, "dev@10001000");
	cells(b, "phandle", 1, DEV);
	cells(b, "reg", 2, 0x10001000, 0x1000);
	cells(b, "interrupt-parent", 1, GPIO);
	cells(b, "interrupts", 2, 3, 4);
	fdt_end_node(b);
	for (i = 0; i < s->protected; i++) {
		begin(b, "iommu", 0x20000000 + i * 0x1000);
		fdt_property_string(b, "compatible", "arm,smmu-v3");
		cells(b, "reg", 2, 0x20000000 + i * 0x1000, 0x1000);
		fdt_end_node(b);
	}
	for (i = 0; i < s->pci; i++) {
		begin(b, "pci", 0x30000000 + i * 0x100000);
		fdt_property_string(b, "compatible", "pci-host-ecam-generic");
		cells(b, "reg", 2, 0x30000000 + i * 0x100000, 0x100000);
		fdt_end_node(b);
	}
}

static void put_reserved(void *b, const char *name, uint32_t phandle,
			 uint32_t base, uint32_t size)
{
	begin(b, name, base);
	cells(b, "reg", 2, base, size);
	cells(b, "phandle", 1, phandle);
	fdt_property(b, "no-map", NULL, 0);
	fdt_end_node(b);
}

static uint32_t build_system(const struct shape *s)
{
	void *b = system_blob;
	uint32_t i;

	start(b);
	put_cpus(b, s->cpus);
	put_board(b, s);
	fdt_begin_node(b, "reserved-memory");
	cells(b, "#address-cells", 1, 1);
	cells(b, "#size-cells", 1, 1);
	fdt_property(b, "ranges", NULL, 0);
	put_reserved(b, "hv", HV, 0x48000000, 0x400000);
	put_reserved(b, "pool", POOL, 0x44000000, 0x1000000);
	fdt_end_node(b);
	fdt_begin_node(b, "hypervisor");
	fdt_property_string(b, "compatible", "cellblock,hypervisor");
	cells(b, "memory-region", 1, HV);
	cells(b, "#address-cells", 1, 1);
	cells(b, "#size-cells", 1, 1);
	for (i = 0; i < s->links; i++) {
		begin(b, "link", 0x46000000 + i * 0x10000);
		fdt_property_string(b, "compatible", "cellblock,ivshmem");
		cells(b, "reg", 2, 0x46000000 + i * 0x10000, 0x10000);
		cells(b, "peers", 1, 2);
		cells(b, "phandle", 1, LINK + 1000 + i);
		fdt_end_node(b);
	}
	fdt_end_node(b);
	fdt_end_node(b);
	assert_int_equal(fdt_finish(b), 0);
	return fdt_totalsize(b);
}

static int load_system(const struct shape *s, struct cfg_system *sys,
		       struct cfg_arena *arena, uint32_t arena_size)
{
	struct cfg_report report = { .emit = emit };
	uint32_t size = build_system(s);

	*arena = (struct cfg_arena){ memory, arena_size, 0 };
	seen[0] = '\0';
	return config_load_system(system_blob, size, arena, &report, sys);
}

static const struct shape plain = { .cpus = 4, .redist = 1 };

static void limit(struct shape shape, const char *text)
{
	struct cfg_arena arena;
	struct cfg_system sys;

	if (text) {
		assert_int_not_equal(load_system(&shape, &sys, &arena,
						 sizeof(memory)), 0);
		if (!strstr(seen, text))
			fail_msg("\"%s\" not in \"%s\"", text, seen);
	} else {
		assert_int_equal(load_system(&shape, &sys, &arena,
					     sizeof(memory)), 0);
		assert_string_equal(seen, "");
		assert_true(arena.used <
			    CFG_ARENA_SYSTEM(fdt_totalsize(sys.fdt)));
	}
}

#define LIMIT(member, max, text) do {				\
	struct shape s_ = plain;				\
	s_.member = (max) - 1;					\
	limit(s_, NULL);					\
	s_.member = (max);					\
	limit(s_, NULL);					\
	s_.member = (max) + 1;					\
	limit(s_, "limit-exceeded: " text);			\
} while (0)

static void test_system_limits(void **state)
{
	(void)state;
	LIMIT(cpus, CFG_MAX_CPUS, "CPUs: 65, the limit is 64");
	LIMIT(links, CFG_MAX_LINKS, "links: 17, the limit is 16");
	/* One is the hypervisor's memory, two are the GIC's. */
	LIMIT(protected, CFG_MAX_PROTECTED - 3,
	      "protected ranges: 65, the limit is 64");
	LIMIT(redist, CFG_MAX_REDIST,
	      "redistributor regions: 9, the limit is 8");
	LIMIT(pci, CFG_MAX_PCI_HOSTS, "PCI hosts: 5, the limit is 4");
}

/* Any arena size: an error, never an overrun (the sanitizer watches). */
static void test_arena(void **state)
{
	struct cfg_arena arena;
	struct cfg_system sys;
	uint32_t size;

	(void)state;
	assert_int_equal(load_system(&plain, &sys, &arena, sizeof(memory)), 0);
	for (size = 0; size < arena.used; size += 8) {
		struct cfg_arena small;

		assert_int_equal(load_system(&plain, &sys, &small, size), -12);
		assert_non_null(strstr(seen, "limit-exceeded: no memory"));
	}
}

static void begin_cell(void *b)
{
	start(b);
	fdt_property_string(b, "compatible", "cellblock,cell");
	fdt_property_string(b, "cell-name", "c");
	cells(b, "cpus", 1, CPU(1));
}

static void put_memory(void *b, uint32_t virt, uint32_t offset)
{
	begin(b, "memory", virt);
	cells(b, "reg", 2, virt, 0x1000);
	cells(b, "memory-region", 1, POOL);
	cells(b, "offset", 1, offset);
	fdt_end_node(b);
}

static int judge_cell(const struct cfg_system *sys, struct cfg_arena *arena,
		      const struct cfg_cell *const *live, uint32_t live_count,
		      struct cfg_cell *cell)
{
	struct cfg_report report = { .emit = emit };
	struct plan plan;
	int err;

	fdt_end_node(cell_blob);
	assert_int_equal(fdt_finish(cell_blob), 0);
	seen[0] = '\0';
	err = config_load_cell(cell_blob, fdt_totalsize(cell_blob), sys, arena,
			       &report, cell);
	return err ? err : config_judge_cell(sys, live, live_count, cell,
					     arena, &report, &plan);
}

static void test_cell_memory_limit(void **state)
{
	struct cfg_arena arena;
	struct cfg_system sys;
	struct cfg_cell cell;
	uint32_t n, i;

	(void)state;
	for (n = CFG_MAX_MEM - 1; n <= CFG_MAX_MEM + 1; n++) {
		assert_int_equal(load_system(&plain, &sys, &arena,
					     sizeof(memory)), 0);
		begin_cell(cell_blob);
		for (i = 0; i < n; i++)
			put_memory(cell_blob, i * 0x2000, i * 0x3000);
		if (n <= CFG_MAX_MEM) {
			uint32_t used = arena.used;

			assert_int_equal(judge_cell(&sys, &arena, NULL, 0,
						    &cell), 0);
			assert_int_equal(cell.mem_count, n);
			assert_true(arena.used - used <= CFG_ARENA_CELL);
		} else {
			assert_int_not_equal(judge_cell(&sys, &arena, NULL, 0,
							&cell), 0);
			assert_string_equal(seen, "limit-exceeded: pieces of "
				"memory of one cell: 129, the limit is 128\n");
		}
	}
}

static void test_interrupt_left_behind(void **state)
{
	struct cfg_arena arena;
	struct cfg_system sys;
	struct cfg_cell cell;

	(void)state;
	load_system(&plain, &sys, &arena, sizeof(memory));
	begin_cell(cell_blob);
	cells(cell_blob, "devices", 1, DEV);
	put_memory(cell_blob, 0, 0);
	assert_int_equal(judge_cell(&sys, &arena, NULL, 0, &cell), 0);
	assert_string_equal(seen, "irq-not-of-device: an interrupt in devices "
		"goes to gpio@10000000, not to the GIC; it is left behind\n");
}

static void put_link(void *b, uint32_t device, uint32_t link, uint32_t peer)
{
	begin(b, "link", device);
	fdt_property_string(b, "compatible", "cellblock,link");
	cells(b, "reg", 1, device);
	cells(b, "link", 1, LINK + 1000 + link);
	cells(b, "peer-id", 1, peer);
	fdt_end_node(b);
}

static void test_links(void **state)
{
	struct shape shape = plain;
	struct cfg_link_end taken = { .link = 0, .peer_id = 1 };
	struct cfg_cell other = { .name = "o", .links = &taken,
				  .link_count = 1 };
	const struct cfg_cell *live[] = { &other };
	struct cfg_arena arena;
	struct cfg_system sys;
	struct cfg_cell cell;

	(void)state;
	shape.links = 2;
	assert_int_equal(load_system(&shape, &sys, &arena, sizeof(memory)), 0);
	other.mem = sys.root.mem;	/* none of it: the count is 0 */
	begin_cell(cell_blob);
	put_memory(cell_blob, 0, 0);
	fdt_begin_node(cell_blob, "links");
	put_link(cell_blob, 0, 0, 1);
	put_link(cell_blob, 1, 1, 2);
	fdt_end_node(cell_blob);
	assert_int_not_equal(judge_cell(&sys, &arena, live, 1, &cell), 0);
	assert_string_equal(seen,
		"link-peer-id: peer-id 1 of link@46000000 is taken by cell "
		"\"o\"\n"
		"link-unsupported: link@0: links between cells are not "
		"supported yet\n"
		"link-peer-id: peer-id 2 is not below the number of peers of "
		"link@46010000, 2\n"
		"link-unsupported: link@1: links between cells are not "
		"supported yet\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_system_limits),
		cmocka_unit_test(test_arena),
		cmocka_unit_test(test_cell_memory_limit),
		cmocka_unit_test(test_interrupt_left_behind),
		cmocka_unit_test(test_links),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
