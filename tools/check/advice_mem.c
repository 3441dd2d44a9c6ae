// SPDX-License-Identifier: GPL-2.0-only
/* Advice about memory, registers and rights. */
#include <stdlib.h>
#include <string.h>

#include <libfdt.h>

#include "advice_internal.h"

static struct cfg_range page_out(struct cfg_range r)
{
	uint64_t base = r.base & ~(CFG_PAGE_SIZE - 1);
	uint64_t last = (cfg_range_end(r) - 1) | (CFG_PAGE_SIZE - 1);

	/* The last page of all keeps its end below 2^64. */
	return (struct cfg_range){ base, last - base + (last != UINT64_MAX) };
}

/* A piece of registers of the other cell that is in a page of m. */
static const struct cfg_mem *page_mate(const struct cfg_mem *m,
				       const struct cfg_cell *other)
{
	const struct cfg_mem *o;
	uint32_t i;

	for (i = 0; i < other->mem_count; i++) {
		o = &other->mem[i];
		if ((o->flags & CFG_MEM_IO) &&
		    cfg_range_meets(page_out(mem_phys(m)),
				    page_out(mem_phys(o))) &&
		    !cfg_range_meets(mem_phys(m), mem_phys(o)))
			return o;
	}
	return NULL;
}

static void pages_of(const struct advice_input *in, uint32_t n,
		     const struct cfg_mem *m, struct cfg_report *report)
{
	const struct cfg_cell *cell = in->cells[n];
	const struct cfg_cell *other;
	struct cfg_range mine, theirs;
	const struct cfg_mem *mate;
	uint32_t i;

	for (i = 0; i < n; i++) {
		other = in->cells[i];
		mate = page_mate(m, other);
		if (!mate)
			continue;
		mine = mem_phys(m);
		theirs = mem_phys(mate);
		advice_say(report, PAGE_SHARED, mem_place(cell, m),
			   mem_place(other, mate),
			   mem_label(in->system, cell, m), &mine,
			   mem_label(in->system, other, mate), &theirs,
			   other->name);
	}
}

void advice_pages(const struct advice_input *in, struct cfg_report *report)
{
	uint32_t n, i;

	for (n = 0; n < in->cell_count; n++)
		for (i = 0; i < in->cells[n]->mem_count; i++)
			if (in->cells[n]->mem[i].flags & CFG_MEM_IO)
				pages_of(in, n, &in->cells[n]->mem[i], report);
}

static bool phandle_used(const void *fdt, uint32_t phandle)
{
	int node, len, i;
	const fdt32_t *val;

	for (node = 0; node >= 0; node = fdt_next_node(fdt, node, NULL)) {
		val = fdt_getprop(fdt, node, "memory-region", &len);
		for (i = 0; val && i < len / 4; i++)
			if (fdt32_ld(val + i) == phandle)
				return true;
	}
	return false;
}

static bool any_cell_meets(const struct advice_input *in, struct cfg_range r)
{
	uint32_t n, i;

	for (n = 0; n < in->cell_count; n++)
		for (i = 0; i < in->cells[n]->mem_count; i++)
			if (!(in->cells[n]->mem[i].flags & CFG_MEM_COMM) &&
			    cfg_range_meets(mem_phys(&in->cells[n]->mem[i]),
					    r))
				return true;
	for (i = 0; i < in->system->link_count; i++)
		if (cfg_range_meets(in->system->links[i].range, r))
			return true;
	return false;
}

static bool is_ram(const struct cfg_system *sys, struct cfg_range r)
{
	uint32_t i;

	for (i = 0; i < sys->ram.count; i++)
		if (cfg_range_holds(sys->ram.r[i], r))
			return true;
	return false;
}

/*
 * RAM without a kernel, for a cell that is not there. Firmware has reserved
 * memory too: what has no phandle can be meant for no cell, and a compatible
 * says what else it is for.
 */
void advice_unused(const struct advice_input *in, struct cfg_report *report)
{
	const struct cfg_system *sys = in->system;
	const struct cfg_region *r = sys->reserved;
	uint32_t phandle;
	uint32_t i;

	for (i = 0; in->cell_count && i < sys->reserved_count; i++, r++) {
		phandle = fdt_get_phandle(sys->fdt, r->node);
		if (!(r->kind & CFG_MEM_NOMAP) || !phandle ||
		    fdt_getprop(sys->fdt, r->node, "compatible", NULL) ||
		    !is_ram(sys, r->range) || any_cell_meets(in, r->range) ||
		    phandle_used(sys->fdt, phandle))
			continue;
		advice_say(report, RAM_UNUSED, at(sys->fdt, r->node, "reg"),
			   NOWHERE, &r->range);
	}
}

static bool region_of_ours(const struct advice_input *in,
			   const struct cfg_region *r)
{
	uint32_t n, i;

	if (r->range.base == in->system->hv_mem.base &&
	    r->range.size == in->system->hv_mem.size)
		return true;
	for (n = 0; n < in->cell_count; n++)
		for (i = 0; i < in->cells[n]->mem_count; i++)
			if (in->cells[n]->mem[i].region == r->node)
				return true;
	return false;
}

/* dtc's rule: the name repeats the first address. */
static void unit_address(const void *fdt, int32_t node, uint64_t base,
			 struct cfg_report *report)
{
	const char *unit = strchr(tree_name(fdt, node), '@');
	size_t len = unit ? strspn(unit + 1, "0123456789abcdef") : 0;

	if (!len || unit[1 + len] || strtoull(unit + 1, NULL, 16) != base)
		advice_say(report, ADVICE_UNIT_ADDRESS, at(fdt, node, "reg"),
			   NOWHERE, base);
}

/* Of the children of a node of ours, if there is one; one range in each reg. */
static void unit_addresses(const void *fdt, int32_t parent,
			   struct cfg_report *report)
{
	int cells = parent < 0 ? 0 : fdt_address_cells(fdt, parent);
	uint32_t entry = (uint32_t)(cells + fdt_size_cells(fdt, parent));
	uint64_t base;
	int32_t node;

	if (cells != 1 && cells != 2)
		return;
	fdt_for_each_subnode(node, fdt, parent) {
		base = tree_u32(fdt, node, "reg", 0);
		if (cells == 2)
			base = base << 32 | tree_u32(fdt, node, "reg", 1);
		if (tree_u32s(fdt, node, "reg") == entry)
			unit_address(fdt, node, base, report);
	}
}

static int32_t of_ours(const struct cfg_system *sys, const char *compatible)
{
	return fdt_node_offset_by_compatible(sys->fdt, -1, compatible);
}

/* Nodes of ours, and reserved memory that the partition uses. */
void advice_units(const struct advice_input *in, struct cfg_report *report)
{
	const struct cfg_system *sys = in->system;
	const struct cfg_region *r = sys->reserved;
	uint32_t i;

	for (i = 0; i < sys->reserved_count; i++, r++)
		if (strchr(tree_name(sys->fdt, r->node), '@') &&
		    region_of_ours(in, r))
			unit_address(sys->fdt, r->node, r->range.base, report);
	unit_addresses(sys->fdt, of_ours(sys, "cellblock,hypervisor"), report);
	unit_addresses(sys->fdt, of_ours(sys, "cellblock,root-cell"), report);
	for (i = 0; i < in->linked_count; i++)
		unit_addresses(in->linked[i]->fdt, 0, report);
}

/* Is some place in it aligned to the narrowest width, and as wide? */
static void window_widths(const struct cfg_cell *cell, const struct cfg_mem *m,
			  struct cfg_report *report)
{
	uint32_t width = m->widths & -m->widths;
	struct cfg_range r = mem_virt(m);
	uint64_t first;

	if (!(m->flags & CFG_MEM_SUBPAGE) || m->device >= 0 || !width)
		return;
	first = (r.base + width - 1) & ~(uint64_t)(width - 1);
	if (first - r.base > r.size || r.size - (first - r.base) < width)
		advice_say(report, RIGHTS_WIDTHS,
			   at(cell->fdt, m->node, "access-widths"), NOWHERE,
			   &r, width);
}

static void console_rights(const struct advice_input *in,
			   const struct cfg_cell *cell,
			   struct cfg_report *report)
{
	const struct cfg_uart *uart = &cell->console;
	struct at where = at(cell->fdt, 0, "console");
	const struct cfg_mem *m = cell->mem;
	uint32_t i = 0;

	while (i < cell->mem_count && uart->base - m->virt >= m->size) {
		m++;
		i++;
	}
	if (uart->kind == CFG_UART_NONE || i == cell->mem_count)
		return;
	if (!(m->flags & CFG_MEM_WRITE))
		advice_say(report, RIGHTS_CONSOLE, where,
			   at(cell->fdt, m->node, "read-only"),
			   mem_label(in->system, cell, m));
	if ((m->flags & CFG_MEM_SUBPAGE) && !(m->widths & uart->io_width))
		advice_say(report, RIGHTS_CONSOLE_WIDTH, where,
			   at(cell->fdt, m->node, "access-widths"),
			   mem_label(in->system, cell, m), uart->io_width);
}

void advice_rights(const struct advice_input *in, struct cfg_report *report)
{
	const struct cfg_cell *cell;
	uint32_t n, i;

	for (n = 0; n < in->cell_count; n++) {
		cell = in->cells[n];
		for (i = 0; i < cell->mem_count; i++)
			window_widths(cell, &cell->mem[i], report);
		console_rights(in, cell, report);
	}
}
