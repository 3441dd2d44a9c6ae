// SPDX-License-Identifier: GPL-2.0-only
/*
 * The little that the driver must know of a description before the hypervisor
 * has judged it. Modules cannot call the kernel's libfdt. Bounded and without
 * recursion; nothing here lends a description any trust.
 */

#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "cellblock.h"
#include "compat.h"

#define FDT_MAGIC	0xd00dfeed
#define FDT_BEGIN_NODE	1
#define FDT_END_NODE	2
#define FDT_PROP	3
#define FDT_NOP		4
#define MAX_DEPTH	16
#define MAX_MEMORY	128	/* of one cell: as the hypervisor has it */

enum prop_id {
	COMPATIBLE, DEVICE_TYPE, STATUS, PHANDLE, REG, RANGES, MEMORY_REGION,
	OFFSET, PHYSICAL_ADDRESS, SHARED, CPUS, CELL_NAME, ADDRESS_CELLS,
	SIZE_CELLS, PROP_COUNT
};

static const char * const prop_names[PROP_COUNT] = {
	[COMPATIBLE] = "compatible",
	[DEVICE_TYPE] = "device_type",
	[STATUS] = "status",
	[PHANDLE] = "phandle",
	[REG] = "reg",
	[RANGES] = "ranges",
	[MEMORY_REGION] = "memory-region",
	[OFFSET] = "offset",
	[PHYSICAL_ADDRESS] = "physical-address",
	[SHARED] = "shared",
	[CPUS] = "cpus",
	[CELL_NAME] = "cell-name",
	[ADDRESS_CELLS] = "#address-cells",
	[SIZE_CELLS] = "#size-cells",
};

struct prop {
	const u8 *data;
	u32 len;
};

struct node {
	const char *name;
	struct prop prop[PROP_COUNT];
};

/* Called at the end of each node; parent is NULL for the root node. */
typedef void (*visit_fn)(const struct node *node, const struct node *parent,
			 void *arg);

struct walk {
	const u8 *blob;
	u32 pos, end;		/* in the structure block */
	u32 strings, strings_size;
	u32 depth;
	struct node node[MAX_DEPTH];
};

static u32 be32(const struct walk *w, u32 offset)
{
	return get_unaligned_be32(w->blob + offset);
}

static bool take32(struct walk *w, u32 *value)
{
	if (w->end - w->pos < 4)
		return false;
	*value = be32(w, w->pos);
	w->pos += 4;
	return true;
}

/* Skips n bytes and their padding. */
static bool skip(struct walk *w, u32 n)
{
	if (n > w->end - w->pos || ALIGN(n, 4) > w->end - w->pos)
		return false;
	w->pos += ALIGN(n, 4);
	return true;
}

static bool begin(struct walk *w, const void *blob, u32 size)
{
	u32 start, struct_size;

	w->blob = blob;
	w->depth = 0;
	if (size < CB_MIN_BLOB || be32(w, 0) != FDT_MAGIC || be32(w, 4) != size)
		return false;
	start = be32(w, 8);
	struct_size = be32(w, 36);
	w->strings = be32(w, 12);
	w->strings_size = be32(w, 32);
	if (start > size || struct_size > size - start || start % 4 ||
	    w->strings > size || w->strings_size > size - w->strings)
		return false;
	w->pos = start;
	w->end = start + struct_size;
	return true;
}

static bool take_prop(struct walk *w)
{
	struct node *node;
	const char *name;
	const u8 *data;
	u32 len, at, i;

	if (!w->depth || !take32(w, &len) || !take32(w, &at) ||
	    at >= w->strings_size)
		return false;
	name = w->blob + w->strings + at;
	if (strnlen(name, w->strings_size - at) == w->strings_size - at)
		return false;
	data = w->blob + w->pos;
	if (!skip(w, len))
		return false;
	node = &w->node[w->depth - 1];
	for (i = 0; i < PROP_COUNT; i++)
		if (!strcmp(name, prop_names[i]))
			node->prop[i] = (struct prop){ data, len };
	return true;
}

static bool begin_node(struct walk *w)
{
	u32 left = w->end - w->pos;
	const char *name = w->blob + w->pos;
	u32 len = strnlen(name, left);

	if (len == left || w->depth == MAX_DEPTH || !skip(w, len + 1))
		return false;
	w->node[w->depth++] = (struct node){ .name = name };
	return true;
}

static bool run(struct walk *w, visit_fn visit, void *arg)
{
	u32 token;

	while (take32(w, &token)) {
		switch (token) {
		case FDT_BEGIN_NODE:
			if (!begin_node(w))
				return false;
			break;
		case FDT_PROP:
			if (!take_prop(w))
				return false;
			break;
		case FDT_END_NODE:
			if (!w->depth)
				return false;
			w->depth--;
			visit(&w->node[w->depth],
			      w->depth ? &w->node[w->depth - 1] : NULL, arg);
			if (!w->depth)
				return true;
			break;
		case FDT_NOP:
			break;
		default:
			return false;
		}
	}
	return false;
}

/* 0, -EINVAL (not a device tree), -ENOMEM */
static int walk(const void *blob, u32 size, visit_fn visit, void *arg)
{
	struct walk *w = kmalloc(sizeof(*w), GFP_KERNEL);
	bool ok;

	if (!w)
		return -ENOMEM;
	ok = begin(w, blob, size) && run(w, visit, arg);
	kfree(w);
	return ok ? 0 : -EINVAL;
}

static bool is(const struct prop *p, const char *text)
{
	return p->len == strlen(text) + 1 && !memcmp(p->data, text, p->len);
}

static u32 cell_of(const struct prop *p, u32 otherwise)
{
	return p->len >= 4 ? get_unaligned_be32(p->data) : otherwise;
}

/* Takes a number of one or two cells off the front of p. */
static bool number(struct prop *p, u32 cells, u64 *value)
{
	if ((cells != 1 && cells != 2) || p->len < 4 * cells)
		return false;
	*value = cells == 1 ? get_unaligned_be32(p->data) :
			      get_unaligned_be64(p->data);
	p->data += 4 * cells;
	p->len -= 4 * cells;
	return true;
}

static bool is_okay(const struct node *node)
{
	const struct prop *status = &node->prop[STATUS];

	return !status->data || is(status, "okay") || is(status, "ok");
}

static bool cpu_hwid(const struct node *node, const struct node *parent,
		     u64 *hwid)
{
	struct prop reg = node->prop[REG];

	return parent && is(&node->prop[DEVICE_TYPE], "cpu") && is_okay(node) &&
	       number(&reg, cell_of(&parent->prop[ADDRESS_CELLS], 2), hwid);
}

/* ---- the system */

struct system_scan {
	u32 hypervisors;
	u32 phandle;		/* of the hypervisor's memory */
	u32 cpu_count;
};

static void visit_system(const struct node *node, const struct node *parent,
			 void *arg)
{
	struct system_scan *scan = arg;
	u64 hwid;

	if (is(&node->prop[COMPATIBLE], "cellblock,hypervisor")) {
		scan->hypervisors++;
		scan->phandle = cell_of(&node->prop[MEMORY_REGION], 0);
	}
	if (!cpu_hwid(node, parent, &hwid))
		return;
	if (scan->cpu_count < CB_MAX_CPUS)
		cb.cpus[scan->cpu_count].hwid = hwid;
	scan->cpu_count++;
}

struct region_scan {
	u32 phandle;
	u32 count;
	struct cb_region region;
};

/* Reserved memory has the CPU's addresses: its ranges say nothing else. */
static void visit_region(const struct node *node, const struct node *parent,
			 void *arg)
{
	struct region_scan *scan = arg;
	struct prop reg = node->prop[REG];

	if (!parent || parent->prop[RANGES].len ||
	    cell_of(&node->prop[PHANDLE], 0) != scan->phandle)
		return;
	if (number(&reg, cell_of(&parent->prop[ADDRESS_CELLS], 2),
		   &scan->region.base) &&
	    number(&reg, cell_of(&parent->prop[SIZE_CELLS], 1),
		   &scan->region.size))
		scan->count++;
}

/* What a memory-region refers to. -ENOENT: not one node that has a place. */
static int find_region(const void *blob, u32 size, u32 phandle,
		       struct cb_region *region)
{
	struct region_scan scan = { .phandle = phandle };
	int err = phandle ? walk(blob, size, visit_region, &scan) : 0;

	if (err)
		return err;
	*region = scan.region;
	return scan.count == 1 ? 0 : -ENOENT;
}

int cb_fdt_system(const void *blob, u32 size, struct cb_report *rep)
{
	struct system_scan scan = { 0 };
	int err;

	err = walk(blob, size, visit_system, &scan);
	if (err == -EINVAL)
		return cb_refuse(rep, err, "driver-not-a-tree",
				 "the system description is not a well-formed device tree of %u bytes",
				 size);
	if (err)
		return err;
	if (scan.hypervisors != 1)
		return cb_refuse(rep, -EINVAL, "driver-no-hypervisor-node",
				 "%u nodes are compatible with \"cellblock,hypervisor\"; a system description has one",
				 scan.hypervisors);
	if (!scan.cpu_count || scan.cpu_count > CB_MAX_CPUS)
		return cb_refuse(rep, -EINVAL, "driver-cpu-count",
				 "the description has %u CPUs; 1 to %u are possible",
				 scan.cpu_count, CB_MAX_CPUS);
	cb.cpu_count = scan.cpu_count;
	err = find_region(blob, size, scan.phandle, &cb.mem);
	if (err == -ENOENT)
		return cb_refuse(rep, -EINVAL, "driver-no-memory-region",
				 "the hypervisor's memory-region (phandle %u) does not lead to one node with an address and a size",
				 scan.phandle);
	return err;
}

/* ---- a cell: name and CPUs */

struct cpu_scan {
	u32 phandle;
	bool found;
	u64 hwid;
};

static void visit_cpu(const struct node *node, const struct node *parent,
		      void *arg)
{
	struct cpu_scan *scan = arg;

	if (cell_of(&node->prop[PHANDLE], 0) == scan->phandle)
		scan->found = cpu_hwid(node, parent, &scan->hwid);
}

/* *cpu: Linux' number of the CPU with this phandle, or -1. 0 or -ENOMEM. */
static int linux_cpu(u32 phandle, int *cpu)
{
	struct cpu_scan scan = { .phandle = phandle };
	int err = 0;
	u32 i;

	*cpu = -1;
	if (phandle)
		err = walk(cb.blob, cb.blob_size, visit_cpu, &scan);
	for (i = 0; i < cb.cpu_count && scan.found; i++)
		if (cb.cpus[i].hwid == scan.hwid)
			*cpu = cb.cpus[i].linux_cpu;
	return err;
}

static void copy_name(const struct prop *p, char name[32])
{
	if (p->len && p->len <= 32 && !p->data[p->len - 1])
		memcpy(name, p->data, p->len);
}

struct cell_scan {
	char *name;
	struct prop cpus;
};

static void visit_cell(const struct node *node, const struct node *parent,
		       void *arg)
{
	struct cell_scan *scan = arg;

	if (parent)
		return;
	copy_name(&node->prop[CELL_NAME], scan->name);
	scan->cpus = node->prop[CPUS];
}

int cb_fdt_cell(struct cb_cell *cell, struct cb_report *rep)
{
	struct cell_scan scan = { .name = cell->name };
	u64 phandle;
	int err, cpu;

	err = walk(cell->blob, cell->blob_size, visit_cell, &scan);
	if (err == -EINVAL)
		return cb_refuse(rep, err, "driver-not-a-tree",
				 "the cell description is not a well-formed device tree of %u bytes",
				 cell->blob_size);
	if (err || scan.cpus.len / 4 > cb.cpu_count)
		return err;
	while (number(&scan.cpus, 1, &phandle)) {
		err = linux_cpu(phandle, &cpu);
		if (err)
			return err;
		if (cpu >= 0)
			cpumask_set_cpu(cpu, &cell->cpus);
	}
	return 0;
}

/* ---- a cell: memory */

struct memory_scan {
	struct cb_report *rep;
	u32 count;
	int err;		/* the first one */
};

static bool is_memory(const struct node *node)
{
	return !strcmp(node->name, "memory") ||
	       !strncmp(node->name, "memory@", 7);
}

static u64 number_of(const struct prop *p)
{
	struct prop copy = *p;
	u64 value = 0;

	number(&copy, p->len / 4, &value);
	return value;
}

/*
 * As hv/config locates it; base is where the cell sees it. What leads nowhere
 * is refused: nothing stays unjudged because it is not understood here.
 */
static int locate(const struct node *node, u64 *base, struct cb_report *rep)
{
	const struct prop *phandle = &node->prop[MEMORY_REGION];
	struct cb_region region;
	int err;

	if (!phandle->data) {
		if (node->prop[PHYSICAL_ADDRESS].data)
			*base = number_of(&node->prop[PHYSICAL_ADDRESS]);
		return 0;
	}
	err = find_region(cb.blob, cb.blob_size, cell_of(phandle, 0), &region);
	*base = region.base + number_of(&node->prop[OFFSET]);
	if (err != -ENOENT)
		return err;
	return cb_refuse_at(rep, -EINVAL, "driver-no-memory-region",
			    node->name, "memory-region",
			    "memory-region (phandle %u) does not lead to one node of the system with an address and a size",
			    cell_of(phandle, 0));
}

static int judge_memory(const struct node *node, struct cb_region *mem,
			struct memory_scan *scan)
{
	int err;

	if (++scan->count > MAX_MEMORY)
		return scan->count > MAX_MEMORY + 1 ? -EINVAL :
		       cb_refuse_at(scan->rep, -EINVAL, "limit-exceeded",
				    node->name, "",
				    "pieces of memory of one cell: the limit is %u",
				    MAX_MEMORY);
	err = locate(node, &mem->base, scan->rep);
	return err ?: cb_memory_judge(mem, node->name, scan->rep);
}

static void visit_memory(const struct node *node, const struct node *parent,
			 void *arg)
{
	struct memory_scan *scan = arg;
	struct prop reg = node->prop[REG];
	struct cb_region mem;
	int err;

	if (!parent || !is_memory(node) || node->prop[SHARED].data ||
	    !number(&reg, cell_of(&parent->prop[ADDRESS_CELLS], 2),
		    &mem.base) ||
	    !number(&reg, cell_of(&parent->prop[SIZE_CELLS], 1), &mem.size))
		return;
	err = judge_memory(node, &mem, scan);
	scan->err = scan->err ?: err;
}

int cb_fdt_memory(const struct cb_cell *cell, struct cb_report *rep)
{
	struct memory_scan scan = { .rep = rep };
	int err;

	err = walk(cell->blob, cell->blob_size, visit_memory, &scan);
	return err ?: scan.err;
}

/* ---- the root cell */

static void visit_root_cell(const struct node *node, const struct node *parent,
			    void *arg)
{
	if (is(&node->prop[COMPATIBLE], "cellblock,root-cell"))
		copy_name(&node->prop[CELL_NAME], arg);
}

int cb_fdt_root_name(const void *blob, u32 size, char name[32])
{
	strscpy(name, "root", 32);
	return walk(blob, size, visit_root_cell, name);
}
