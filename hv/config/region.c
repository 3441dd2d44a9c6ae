/* SPDX-License-Identifier: GPL-2.0-only */
/* Pieces of a cell's address space: memory, registers, the comm page. */
#include "internal.h"

#define TIMEOUT_DEFAULT	1000
#define TIMEOUT_MAX	60000

static void push_mem(struct ctx *c, struct cfg_mem mem)
{
	push(c, &c->cell->mem_count, mem, CFG_MAX_MEM, here(c, mem.node, NULL),
	     "pieces of memory of one cell");
}

static void add_registers(struct ctx *c, const struct cfg_node *dev,
			  uint64_t base, uint64_t end, bool subpage)
{
	const uint32_t flags = CFG_MEM_READ | CFG_MEM_WRITE | CFG_MEM_IO;

	if (base < end)
		push_mem(c, (struct cfg_mem){
			.virt = base, .phys = base, .size = end - base,
			.flags = flags | (subpage ? CFG_MEM_SUBPAGE : 0),
			.widths = subpage ? 1 | 2 | 4 | 8 : 0,
			.device = dev->off,
		});
}

/*
 * Adds the exact registers in a page of which the device has a part, if it
 * also holds registers of others, or something protected.
 */
static bool add_shared(struct ctx *c, const struct cfg_node *dev,
		       struct cfg_range regs, uint64_t at)
{
	struct cfg_range page = { at, CFG_PAGE_SIZE };
	uint64_t end = cfg_range_end(regs);
	uint64_t next = at + CFG_PAGE_SIZE;
	const struct cfg_region *r;
	bool shared = false;

	if (cfg_range_holds(regs, page))
		return false;
	for_each(r, c->sys->devs, c->sys->dev_count)
		shared |= r->node != dev->off &&
			  cfg_range_meets(r->range, page);
	for_each(r, c->sys->prot, c->sys->prot_count)
		shared |= cfg_range_meets(r->range, page);
	if (shared)
		add_registers(c, dev, regs.base > at ? regs.base : at,
			      end < next ? end : next, true);
	return shared;
}

/*
 * Whole pages where the device has them for itself, the exact registers in a
 * first and a last page that it shares.
 */
static void add_pages(struct ctx *c, const struct cfg_node *dev,
		      struct cfg_range regs)
{
	struct cfg_range pages = range_page_out(regs);
	uint64_t from = pages.base;
	uint64_t to = cfg_range_end(pages);

	if (add_shared(c, dev, regs, from))
		from += CFG_PAGE_SIZE;
	if (from < to && add_shared(c, dev, regs, to - CFG_PAGE_SIZE))
		to -= CFG_PAGE_SIZE;
	add_registers(c, dev, from, to, false);
}

void cell_add_device(struct ctx *c, const struct cfg_node *dev, struct at where)
{
	struct at other = board(c, dev->off, NULL);
	struct cfg_range r;
	bool all = true;
	enum space space;
	uint32_t i;

	if (!dev->depth ||
	    (dev->flags & (NODE_NO_DEVICE | NODE_CPU | NODE_MEMORY))) {
		say_vs(c, BAD_TARGET, where, other, "a device");
		return;
	}
	if ((dev->flags | c->sys->nodes[dev->parent].flags) & NODE_PCI) {
		say_vs(c, MMIO_PCI, where, other);
		return;
	}
	for (i = 0; (space = board_reg(c, dev, i, &r)); i++) {
		all = all && (space == SPACE_MEMORY ||
			      (space == SPACE_PORT && is_pc(c->sys)));
		if (space == SPACE_MEMORY)
			add_pages(c, dev, r);
	}
	if (!all || (!i && board_find(c, dev, "reg").val))
		say_vs(c, MMIO_UNREACHABLE, where, other);
}

/* Where it lies: in a region, at an address, or where the cell sees it. */
static bool locate(struct ctx *c, const struct props *props,
		   struct cfg_mem *mem)
{
	bool named = props->p[P_MEMORY_REGION].val;
	uint64_t offset = prop_number(props->p[P_OFFSET], 0);
	struct prop phys = props->p[P_PHYS];
	const struct cfg_region *region;
	struct cfg_range range;

	if (phys.bad || props->p[P_MEMORY_REGION].bad ||
	    props->p[P_OFFSET].bad)
		return false;
	if (phys.val && named)
		return say(c, BAD_CONFLICT, prop_at(c, props, P_PHYS),
			   "memory-region");
	if (props->p[P_OFFSET].val && !prop_need(c, props, P_MEMORY_REGION))
		return false;
	region = ref_reserved(c, props);
	if (named && !region)
		return false;
	mem->region = region ? region->node : 0;
	mem->phys = region ? region->range.base + offset :
		    prop_number(phys, mem->virt);
	range = (struct cfg_range){ mem->phys, mem->size };
	if (mem->phys < offset || cfg_range_end(range) <= mem->phys)
		return say(c, MEM_WRAP,
			   prop_at(c, props, region ? P_OFFSET : P_PHYS),
			   region ? offset : mem->phys, mem->size);
	return !region || cfg_range_holds(region->range, range) ||
	       say_vs(c, MEM_OUTSIDE_REGION,
		      prop_at(c, props, P_MEMORY_REGION),
		      board(c, region->node, "reg"), &range, &region->range);
}

/* access-widths = <1 2 4 8>: a set, as a mask. */
static bool read_widths(struct ctx *c, const struct props *props,
			uint32_t *widths)
{
	struct prop prop = props->p[P_WIDTHS];
	uint32_t i, w;

	for (i = 0; i < prop.len / 4; i++) {
		w = prop_u32(prop, i);
		if (w != 1 && w != 2 && w != 4 && w != 8)
			return say(c, BAD_VALUE,
				      prop_at(c, props, P_WIDTHS), (uint64_t)w,
				      "1, 2, 4 or 8");
		*widths |= w;
	}
	return !prop.bad;
}

static bool load_comm(struct ctx *c, const struct props *props)
{
	struct prop timeout = props->p[P_TIMEOUT];
	struct cfg_comm *comm = &c->cell->comm;
	bool passive = props->p[P_PASSIVE].val;

	if (comm->node)
		return say_vs(c, COMM_TWICE, here(c, props->node, NULL),
			      here(c, comm->node, NULL));
	comm->node = props->node;
	comm->timeout_ms = passive ? 0 : prop_cell(timeout, TIMEOUT_DEFAULT, 0);
	if (passive && timeout.val)
		say(c, BAD_CONFLICT, prop_at(c, props, P_TIMEOUT),
		       "passive");
	else if (!passive && comm->timeout_ms - 1 >= TIMEOUT_MAX)
		say(c, VOTE_TIMEOUT, prop_at(c, props, P_TIMEOUT),
		       comm->timeout_ms);
	return true;
}

/* What the type of a region gives and its properties change. */
static uint32_t rights(const struct props *props, enum node_type type)
{
	uint32_t flags = CFG_MEM_READ | CFG_MEM_WRITE;

	if (type == T_COMM)
		return flags | CFG_MEM_COMM;
	flags |= type == T_WINDOW ? CFG_MEM_IO :
		 CFG_MEM_EXEC | CFG_MEM_DMA | CFG_MEM_LOADABLE;
	if (props->p[P_READ_ONLY].val)
		flags &= ~CFG_MEM_WRITE;
	if (props->p[P_NO_EXEC].val)
		flags &= ~CFG_MEM_EXEC;
	if (props->p[P_NO_DMA].val)
		flags &= ~CFG_MEM_DMA;
	if (props->p[P_SHARED].val)
		flags = (flags & ~CFG_MEM_LOADABLE) | CFG_MEM_SHARED;
	return props->p[P_WIDTHS].val ? flags | CFG_MEM_SUBPAGE : flags;
}

void cell_add_region(struct ctx *c, int32_t node, enum node_type type)
{
	struct cfg_mem mem = { .node = node, .device = -1 };
	struct cfg_range range;
	struct props props;

	props_read(c, node, type, &props);
	if (type == T_COMM && !load_comm(c, &props))
		return;
	if (!reg_own(c, &props, &range))
		return;
	mem.virt = range.base;
	mem.size = range.size;
	if (type == T_COMM)
		c->cell->comm.virt = range.base;
	else if (!locate(c, &props, &mem) ||
		 !read_widths(c, &props, &mem.widths))
		return;
	mem.flags = rights(&props, type);
	push_mem(c, mem);
}
