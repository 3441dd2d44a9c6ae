/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * reg and ranges of board nodes: Devicetree Specification 0.4, 2.3.6, 2.3.8.
 */
#include "internal.h"

/* One finding for a node, then it is left alone. */
static bool report_once(const struct cfg_node *node)
{
	struct cfg_node *n = (struct cfg_node *)(uintptr_t)node;
	bool first = !(n->flags & NODE_BAD_CELLS);

	n->flags |= NODE_BAD_CELLS;
	return first;
}

uint32_t board_reg_count(struct ctx *c, const struct cfg_node *node)
{
	const struct cfg_node *bus = &c->sys->nodes[node->parent];
	struct prop reg = node_prop(c->sys->fdt, node->reg);
	uint32_t entry = 4u * (bus->addr_cells + bus->size_cells);

	if (!reg.val || ((node->flags | bus->flags) & NODE_BAD_CELLS) ||
	    (node->flags & NODE_UNMAPPED))
		return 0;
	if (!cells_fit(bus->addr_cells, bus->size_cells)) {
		if (report_once(bus))
			say_at(c, CELLS_VALUE,
			       board(c, bus->off, "#address-cells"),
			       bus->addr_cells, bus->size_cells);
		return 0;
	}
	if (reg.len && !(reg.len % entry))
		return reg.len / entry;
	if (report_once(node))
		say_vs(c, CELLS_LENGTH, board(c, node->off, "reg"),
		       board(c, bus->off, "#address-cells"), reg.len, entry,
		       bus->addr_cells, bus->size_cells);
	return 0;
}

/* One bus upward: a range of its children as a range beside the bus. */
static bool translate_step(struct ctx *c, const struct cfg_node *bus,
			   struct cfg_range *range)
{
	const struct cfg_node *up = &c->sys->nodes[bus->parent];
	struct prop map = node_prop(c->sys->fdt, bus->ranges);
	uint32_t entry = bus->addr_cells + up->addr_cells + bus->size_cells;
	const uint8_t *val = map.val;
	uint64_t base, size;

	if (!val || !map.len)
		return val;
	if (!cells_fit(up->addr_cells, 1) || map.len % (4 * entry)) {
		if (report_once(bus))
			say_at(c, CELLS_RANGES, board(c, bus->off, "ranges"),
			       map.len, 4 * entry);
		return false;
	}
	for (; val < map.val + map.len; val += 4 * entry) {
		base = cells_u64(val, bus->addr_cells);
		size = cells_u64(val + 4 * (entry - bus->size_cells),
				 bus->size_cells);
		if (range->base < base || range->base - base >= size ||
		    range->size > size - (range->base - base))
			continue;
		range->base += cells_u64(val + 4 * bus->addr_cells,
					 up->addr_cells) - base;
		return range->base + range->size > range->base;
	}
	return false;
}

bool board_translate(struct ctx *c, const struct cfg_node *bus,
		     struct cfg_range *range)
{
	for (; bus->depth; bus = &c->sys->nodes[bus->parent])
		if (!translate_step(c, bus, range))
			return false;
	return true;
}

struct cfg_range board_reg(struct ctx *c, const struct cfg_node *node,
			   uint32_t i)
{
	const struct cfg_node *bus = &c->sys->nodes[node->parent];
	uint32_t entry = 4u * (bus->addr_cells + bus->size_cells);
	const uint8_t *val;
	struct cfg_range r = { 0, 0 };

	if (i >= board_reg_count(c, node))
		return r;
	val = node_prop(c->sys->fdt, node->reg).val + i * entry;
	r.base = cells_u64(val, bus->addr_cells);
	r.size = cells_u64(val + 4 * bus->addr_cells, bus->size_cells);
	if (r.size && r.base + r.size <= r.base)
		say_at(c, MEM_WRAP, board(c, node->off, "reg"), r.base,
		       r.size);
	else if (r.size && board_translate(c, bus, &r))
		return r;
	return (struct cfg_range){ 0, 0 };
}
