/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Many boards in one process:
 *	survey SCHEMAS… -- BLOB…
 *
 * Each blob goes through the gate and the schemas as it is. Then it is made
 * a system, by the least that makes one: a hypervisor and, where the firmware
 * fills it in, the size of the memory. That is gated, loaded, judged, advised
 * on and checked again. One line for each finding, with tabs: board, "board" or
 * "system", id, severity, path, property, text; "-" stands for nothing. A line
 * "board, end, bytes of the system's blob, bytes of the arena" ends a board.
 * Status 2: could not run.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <check/advice.h>
#include <check/schema.h>
#include <config/config.h>
#include <libfdt.h>

#define ROOM		4096		/* for our nodes */
#define HV_SIZE		0x400000ull
#define RAM_SIZE	0x40000000ull	/* where a board does not say */

static const char *board, *stage;

static void *need(void *mem)
{
	if (mem)
		return mem;
	perror(board);
	exit(2);
}

static const char *or_dash(const char *text)
{
	return text && *text ? text : "-";
}

static void finding(struct cfg_report *report, const struct cfg_finding *f)
{
	static const char *const severity[] = { "note", "warning", "error" };

	(void)report;
	printf("%s\t%s\t%s\t%s\t%s\t%s\t%s\n", board, stage, f->id,
	       severity[f->severity], or_dash(f->where.path),
	       or_dash(f->where.prop), f->text);
}

static void broken(void *arg, const struct schema_finding *f)
{
	(void)arg;
	printf("%s\t%s\t%s\terror\t%s\t%s\t%s\n", board, stage,
	       schema_class_id(f->class), f->path, or_dash(f->property),
	       f->text);
}

static void complain(void *arg, const char *message)
{
	(void)arg;
	fprintf(stderr, "%s\n", message);
}

static void add_number(void *fdt, int node, const char *name, uint64_t value,
		       int cells)
{
	if (cells == 2)
		fdt_appendprop_u64(fdt, node, name, value);
	else
		fdt_appendprop_u32(fdt, node, name, (uint32_t)value);
}

static uint64_t number(const fdt32_t *at, int cells)
{
	uint64_t v = 0;

	for (; cells > 0; cells--)
		v = v << 32 | fdt32_ld(at++);
	return v;
}

/* The first memory; of RAM_SIZE if the firmware is to say. */
static struct cfg_range find_ram(void *fdt)
{
	int addr = fdt_address_cells(fdt, 0), size = fdt_size_cells(fdt, 0);
	struct cfg_range r = { 0, 0 };
	const fdt32_t *reg;
	int len, node, first = -1;

	fdt_for_each_subnode(node, fdt, 0) {
		const char *type = fdt_getprop(fdt, node, "device_type", NULL);

		if (!type || strcmp(type, "memory"))
			continue;
		reg = fdt_getprop(fdt, node, "reg", &len);
		if (!reg || len < 4 * (addr + size))
			continue;
		first = first < 0 ? node : first;
		r.base = number(reg, addr);
		r.size = number(reg + addr, size);
		if (r.size >= 2 * HV_SIZE)
			return r;
	}
	if (first < 0) {
		first = fdt_add_subnode(fdt, 0, "memory@40000000");
		fdt_setprop_string(fdt, first, "device_type", "memory");
		r.base = 0x40000000;
	}
	r.size = RAM_SIZE;
	fdt_delprop(fdt, first, "reg");
	add_number(fdt, first, "reg", r.base, addr);
	add_number(fdt, first, "reg", r.size, size);
	return r;
}

static int reserved_memory(void *fdt)
{
	int node = fdt_path_offset(fdt, "/reserved-memory");

	if (node >= 0)
		return node;
	node = fdt_add_subnode(fdt, 0, "reserved-memory");
	fdt_setprop_u32(fdt, node, "#address-cells",
			(uint32_t)fdt_address_cells(fdt, 0));
	fdt_setprop_u32(fdt, node, "#size-cells",
			(uint32_t)fdt_size_cells(fdt, 0));
	fdt_setprop_empty(fdt, node, "ranges");
	return node;
}

/* From the end downwards, the first place that nobody has reserved. */
static uint64_t hypervisor_base(const void *fdt, struct cfg_range ram)
{
	int up = fdt_path_offset(fdt, "/reserved-memory");
	int addr = fdt_address_cells(fdt, up), size = fdt_size_cells(fdt, up);
	struct cfg_range hv = { ram.base + ram.size - HV_SIZE, HV_SIZE };
	const fdt32_t *reg;
	struct cfg_range r;
	int node, len;

	hv.base &= ~(HV_SIZE - 1);
again:
	fdt_for_each_subnode(node, fdt, up) {
		reg = fdt_getprop(fdt, node, "reg", &len);
		if (!reg || len < 4 * (addr + size))
			continue;
		r.base = number(reg, addr);
		r.size = number(reg + addr, size);
		if (!cfg_range_meets(r, hv) || hv.base < HV_SIZE)
			continue;
		hv.base -= HV_SIZE;
		goto again;
	}
	return hv.base;
}

/* A copy with our nodes; of its exact size, for the sanitizer. */
static void *make_system(const void *blob, uint32_t *size)
{
	int room = (int)*size + ROOM;
	void *fdt = need(malloc((size_t)room));
	uint32_t phandle = 0;
	struct cfg_range ram;
	int up, node;

	if (fdt_open_into(blob, fdt, room) ||
	    fdt_generate_phandle(fdt, &phandle))
		exit(2);
	ram = find_ram(fdt);
	up = reserved_memory(fdt);
	ram.base = hypervisor_base(fdt, ram);
	node = fdt_add_subnode(fdt, up, "cellblock");
	add_number(fdt, node, "reg", ram.base, fdt_address_cells(fdt, up));
	add_number(fdt, node, "reg", HV_SIZE, fdt_size_cells(fdt, up));
	fdt_setprop_empty(fdt, node, "no-map");
	fdt_setprop_u32(fdt, node, "phandle", phandle);
	/* there are boards with another hypervisor's node */
	node = fdt_add_subnode(fdt, 0, "cellblock");
	node = fdt_add_subnode(fdt, node, "hypervisor");
	fdt_setprop_string(fdt, node, "compatible", "cellblock,hypervisor");
	if (fdt_setprop_u32(fdt, node, "memory-region", phandle) ||
	    fdt_pack(fdt))
		exit(2);
	*size = fdt_totalsize(fdt);
	return need(realloc(fdt, *size));
}

/* original: the board's own tree, which the system cannot contradict. */
static void check_system(struct schemas *set, const void *blob,
			 uint32_t size, const void *original,
			 uint32_t original_size)
{
	struct cfg_report report = { .emit = finding };
	struct cfg_arena arena = { .size = CFG_ARENA_SYSTEM(size) };
	struct cfg_system system;
	const struct advice_input in = { .system = &system,
					 .board = original,
					 .board_size = original_size };

	stage = "system";
	arena.base = need(malloc(arena.size));
	if (!config_load_system(blob, size, &arena, &report, &system)) {
		config_judge_system(&system, &report);
		advice_run(&in, &report);
	}
	schema_check(set, blob, size, broken, NULL);
	printf("%s\tend\t%u\t%u\n", board, size, arena.used);
	free(arena.base);
}

static void *read_file(const char *name, uint32_t *size)
{
	FILE *in = need(fopen(name, "rb"));
	void *data;
	long end;

	fseek(in, 0, SEEK_END);
	end = ftell(in);
	rewind(in);
	data = need(malloc(end > 0 ? (size_t)end : 1));
	*size = (uint32_t)fread(data, 1, (size_t)end, in);
	fclose(in);
	return data;
}

static void check_file(struct schemas *set, const char *name)
{
	struct cfg_report report = { .emit = finding };
	void *blob, *system;
	uint32_t size, original;

	board = strrchr(name, '/') ? strrchr(name, '/') + 1 : name;
	stage = "board";
	blob = read_file(name, &size);
	if (!config_gate(blob, size, CFG_MAX_SYSTEM_BLOB, &report)) {
		schema_check(set, blob, size, broken, NULL);
		original = size;
		system = make_system(blob, &size);
		check_system(set, system, size, blob, original);
		free(system);
	}
	free(blob);
}

int main(int argc, char **argv)
{
	struct schemas *set = schemas_new();
	bool ok = set;
	int i;

	for (i = 1; ok && i < argc && strcmp(argv[i], "--"); i++)
		ok = schemas_add(set, argv[i], complain, NULL);
	if (!ok || !schemas_ready(set, complain, NULL))
		return 2;
	for (i++; i < argc; i++)
		check_file(set, argv[i]);
	schemas_free(set);
	return 0;
}
