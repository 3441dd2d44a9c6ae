/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The root cell's map: the whole board less what the hypervisor keeps, unless
 * its node says otherwise.
 *
 * RAM and registers are sets of ranges. Registers are given as whole pages
 * where no protected byte lies in the page; what remains of other pages is
 * given exactly, trapped.
 */
#include <string.h>

#include "internal.h"

#define RW	(CFG_MEM_READ | CFG_MEM_WRITE)

/* In scratch memory. Out of memory: no room, no writes. */
struct set {
	struct cfg_range *r;
	uint32_t count;
};

static struct set set_new(struct ctx *c, uint32_t room)
{
	return (struct set){ arena_alloc(c, room, sizeof(struct cfg_range)),
			     0 };
}

static struct set set_minus(struct ctx *c, struct set a, struct set b)
{
	struct set out = set_new(c, a.count + b.count);

	if (out.r)
		out.count = ranges_subtract(a.r, a.count, b.r, b.count, out.r);
	return out;
}

static struct set set_pages(struct ctx *c, struct set a)
{
	struct set out = set_new(c, a.count);

	for (; out.r && out.count < a.count; out.count++)
		out.r[out.count] = range_page_out(a.r[out.count]);
	out.count = ranges_sort_merge(out.r, out.count);
	return out;
}

static struct set protected_set(struct ctx *c)
{
	struct set out = set_new(c, c->sys->prot_count);

	for (; out.r && out.count < c->sys->prot_count; out.count++)
		out.r[out.count] = c->sys->prot[out.count].range;
	out.count = ranges_sort_merge(out.r, out.count);
	return out;
}

static bool listed(const struct ctx *c, const struct prop *devices,
		   int32_t node)
{
	const struct cfg_node *dev;
	uint32_t i;

	for (i = 0; i < devices->len / 4; i++) {
		dev = index_phandle(c->sys, prop_u32(devices, i));
		if (dev && dev->off == node)
			return true;
	}
	return !devices->val;
}

/* window@…: registers that the board tree does not describe. */
static void add_window(struct ctx *c, const struct cfg_node *root,
		       const struct cfg_node *node, struct set *set)
{
	struct props props;
	struct cfg_range r;

	if (strncmp(node_name(c->fdt, node->off), "window@", 7)) {
		say_vs(c, UNKNOWN_NODE, here(c, node->off, NULL),
		       here(c, root->off, NULL));
		return;
	}
	if (!cells_own(c, root->off))
		return;
	props_read(c, node->off, T_ROOT_WINDOW, &props);
	if (reg_own(c, &props, &r))
		set->r[set->count++] = r;
}

static struct set register_set(struct ctx *c, const struct cfg_node *root,
			       const struct prop *devices)
{
	const struct cfg_system *sys = c->sys;
	uint32_t windows = 0;
	const struct cfg_region *dev;
	const struct cfg_node *n;
	struct set out;

	for_each_child(sys, n, root)
		windows++;
	out = set_new(c, sys->dev_count + windows);
	if (!out.r)
		return out;
	for_each(dev, sys->devs, sys->dev_count)
		if (listed(c, devices, dev->node))
			out.r[out.count++] = dev->range;
	for_each_child(sys, n, root)
		add_window(c, root, n, &out);
	out.count = ranges_sort_merge(out.r, out.count);
	return out;
}

static uint32_t emit(struct cfg_mem *mem, struct set set, uint32_t flags,
		     uint32_t widths)
{
	uint32_t i;

	for (i = 0; i < set.count; i++)
		mem[i] = (struct cfg_mem){
			.virt = set.r[i].base, .phys = set.r[i].base,
			.size = set.r[i].size, .flags = flags,
			.widths = widths, .device = -1,
		};
	return set.count;
}

void root_map(struct ctx *c, const struct cfg_node *node,
	      const struct prop *devices)
{
	struct cfg_cell *root = c->cell;
	uint32_t mark = c->arena->used;
	struct set board_ram = { c->sys->ram, c->sys->ram_count };
	struct set prot = protected_set(c);
	struct set prot_pages = set_pages(c, prot);
	struct set ram = set_minus(c, board_ram, prot_pages);
	struct set regs = set_minus(c, register_set(c, node, devices), ram);
	struct set pages = set_minus(c, set_minus(c, set_pages(c, regs), ram),
				     prot_pages);
	struct set rest = set_minus(c, set_minus(c, regs, pages), prot);
	uint32_t count = ram.count + pages.count + rest.count;
	struct cfg_mem *mem = arena_alloc(c, count, sizeof(*mem));
	uint32_t n;

	if (c->out_of_memory)
		return;
	n = emit(mem, ram, RW | CFG_MEM_EXEC | CFG_MEM_DMA, 0);
	n += emit(mem + n, pages, RW | CFG_MEM_IO, 0);
	emit(mem + n, rest, RW | CFG_MEM_IO | CFG_MEM_SUBPAGE, 15);
	sort_by_base(mem, count, sizeof(*mem));
	/* Down over the scratch memory, which ends here. */
	root->mem = (void *)(c->arena->base + mark);
	root->mem_count = count;
	memmove(root->mem, mem, count * sizeof(*mem));
	c->arena->used = mark + (uint32_t)(count * sizeof(*mem));
	if (count > CFG_MAX_ROOT_MEM)
		say_at(c, LIMIT, here(c, 0, NULL),
		       "pieces of memory of the root cell", count,
		       CFG_MAX_ROOT_MEM);
}
