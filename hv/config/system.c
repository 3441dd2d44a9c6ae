/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A system, from blob to structures. The root cell has the whole board less
 * what the hypervisor keeps, unless its node says otherwise.
 *
 * RAM and registers are sets of ranges. Registers are given as whole pages
 * where no protected byte lies in the page; what remains of other pages is
 * given exactly, trapped.
 */
#include <string.h>

#include "internal.h"

/* Narrower machines exist, but none that runs a hypervisor. */
#define MIN_ADDR_BITS	40
/* Of the GIC: INTIDs of all SPIs. */
#define SPI_FIRST	32
#define SPI_LAST	1019

#define RW	(CFG_MEM_READ | CFG_MEM_WRITE)

/* At the end of the arena while it grows. */
struct set {
	struct cfg_range *r;
	uint32_t count;
};

/* The one node of a class, below a parent if that is given; or NULL. */
static const struct cfg_node *find_one(struct ctx *c, enum node_class cls,
				       const struct cfg_node *parent)
{
	const struct cfg_node *found = NULL;
	const struct cfg_node *n;

	for_each_node(c->sys, n) {
		if (n->cls != cls ||
		    (parent && &c->sys->nodes[n->parent] != parent))
			continue;
		if (found)
			say_vs(c, SECOND_NODE, here(c, n->off, NULL),
			       here(c, found->off, NULL));
		else
			found = n;
	}
	return found;
}

static void load_hypervisor(struct ctx *c, const struct cfg_node *node)
{
	const struct cfg_region *region;
	struct props props;
	struct prop delivery;

	props_read(c, node->off, T_HYPERVISOR, &props);
	prop_need(c, &props, P_MEMORY_REGION);
	region = ref_reserved(c, &props);
	if (region)
		c->sys->hv_mem = region->range;
	board_console(c, &props, &c->sys->console);
	delivery = props.p[P_DELIVERY];
	if (strings_contain(delivery, "list-registers"))
		c->sys->delivery = CFG_DELIVERY_LIST;
	else if (delivery.val && !strings_contain(delivery, "direct"))
		say(c, BAD_CHOICE, prop_at(c, &props, P_DELIVERY),
		    (const char *)delivery.val,
		    "\"direct\" or \"list-registers\"");
}

/* The ivshmem specification's numbers, by name or as they are. */
static bool valid_protocol(struct prop p)
{
	return strings_contain(p, "undefined") || strings_contain(p, "veth") ||
	       prop_cell(p, 0, ~0u) <= 0xffff;
}

static void load_link(struct ctx *c, const struct cfg_node *node)
{
	struct cfg_link link = { .node = node->off };
	struct props props;

	props_read(c, node->off, T_LINK, &props);
	reg_own(c, &props, &link.range);
	if (!valid_protocol(props.p[P_PROTOCOL]))
		say(c, BAD_PROTOCOL, prop_at(c, &props, P_PROTOCOL));
	prop_need(c, &props, P_PEERS);
	link.peers = prop_cell(props.p[P_PEERS], 0, 0);
	push(c, &c->sys->link_count, link, CFG_MAX_LINKS,
	     here(c, node->off, NULL), "links");
}

/* All children of the hypervisor node but the root cell. */
static void load_links(struct ctx *c, const struct cfg_node *hypervisor)
{
	const struct cfg_node *n;

	c->sys->links = arena_end(c);
	for_each_child(c->sys, n, hypervisor) {
		if (n->cls == CLASS_LINK && cells_own(c, hypervisor->off))
			load_link(c, n);
		else if (n->cls != CLASS_LINK && n->cls != CLASS_ROOT_CELL)
			say_vs(c, UNKNOWN_NODE, here(c, n->off, NULL),
			       here(c, hypervisor->off, NULL));
	}
}

static void set_add(struct ctx *c, struct set *set, struct cfg_range r)
{
	push_any(c, &set->count, r);
}

static struct set set_minus(struct ctx *c, struct set a, struct set b)
{
	struct set out = { arena_end(c), 0 };
	struct cfg_range *m = b.r;
	struct cfg_range *last = b.r + b.count;
	const struct cfg_range *r;
	uint64_t base, end;

	for_each(r, a.r, a.count) {
		base = r->base;
		end = cfg_range_end(*r);
		while (m < last && cfg_range_end(*m) <= base)
			m++;
		for (; m < last && m->base < end; m++) {
			if (m->base > base)
				set_add(c, &out, range_from(base, m->base));
			base = cfg_range_end(*m);
			if (base >= end)
				break;
		}
		if (base < end)
			set_add(c, &out, range_from(base, end));
	}
	return out;
}

static struct set set_pages(struct ctx *c, struct set a)
{
	struct set out = { arena_end(c), 0 };
	const struct cfg_range *r;

	for_each(r, a.r, a.count)
		set_add(c, &out, range_page_out(*r));
	out.count = ranges_sort_merge(out.r, out.count);
	return out;
}

static struct set protected_set(struct ctx *c)
{
	struct set out = { arena_end(c), 0 };
	const struct cfg_region *prot;

	for_each(prot, c->sys->prot, c->sys->prot_count)
		set_add(c, &out, prot->range);
	out.count = ranges_sort_merge(out.r, out.count);
	return out;
}

static bool listed(const struct ctx *c, struct prop devices, int32_t node)
{
	const struct cfg_node *dev;
	uint32_t i;

	for (i = 0; i < devices.len / 4; i++) {
		dev = index_phandle(c->sys, prop_u32(devices, i));
		if (dev && dev->off == node)
			return true;
	}
	return !devices.val;
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
		set_add(c, set, r);
}

static struct set register_set(struct ctx *c, const struct cfg_node *root,
			       struct prop devices)
{
	struct set out = { arena_end(c), 0 };
	const struct cfg_region *dev;
	const struct cfg_node *n;

	for_each(dev, c->sys->devs, c->sys->dev_count)
		if (listed(c, devices, dev->node))
			set_add(c, &out, dev->range);
	for_each_child(c->sys, n, root)
		add_window(c, root, n, &out);
	out.count = ranges_sort_merge(out.r, out.count);
	return out;
}

static void push_mem(struct ctx *c, struct set set, uint32_t flags,
		     uint32_t widths)
{
	struct cfg_mem mem = { .flags = flags, .widths = widths,
			       .device = -1 };
	const struct cfg_range *r;

	for_each(r, set.r, set.count) {
		mem.virt = mem.phys = r->base;
		mem.size = r->size;
		push_any(c, &c->cell->mem_count, mem);
	}
}

/* node: NULL if the root cell has none. */
static void map_root(struct ctx *c, const struct cfg_node *node,
		     struct prop devices)
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
	struct cfg_mem *mem = arena_end(c);

	push_mem(c, ram, RW | CFG_MEM_EXEC | CFG_MEM_DMA, 0);
	push_mem(c, pages, RW | CFG_MEM_IO, 0);
	push_mem(c, rest, RW | CFG_MEM_IO | CFG_MEM_SUBPAGE, 15);
	sort_by_base(mem, root->mem_count, sizeof(*mem));
	/* Down over the sets, which end here. */
	c->arena->used = mark;
	root->mem = arena_end(c);
	memmove(root->mem, mem, root->mem_count * sizeof(*mem));
	c->arena->used += root->mem_count * (uint32_t)sizeof(*mem);
	if (root->mem_count > CFG_MAX_ROOT_MEM)
		say(c, LIMIT, here(c, 0, NULL),
		    "pieces of memory of the root cell", root->mem_count,
		    CFG_MAX_ROOT_MEM);
}

/* node: NULL if there is none; then the whole board is the root cell's. */
static void load_root(struct ctx *c, const struct cfg_node *node)
{
	struct cfg_cell *root = c->cell;
	struct props props = { 0 };
	uint32_t i;

	*root = (struct cfg_cell){ .name = "root", .fdt = c->fdt,
				   .comm = { .passive = true, .node = -1 } };
	if (node)
		props_read(c, node->off, T_ROOT, &props);
	cell_load_node(c, &props, false);
	if (!props.p[P_CPUS].val && c->sys->cpu_count)
		root->cpus.bits = ~0ull >> (64 - c->sys->cpu_count);
	if (!props.p[P_IRQS].val && !props.p[P_IRQS_EXT].val)
		for (i = SPI_FIRST; i <= SPI_LAST; i++)
			root->irqs.bits[i / 32] |= 1u << i % 32;
	map_root(c, node, props.p[P_DEVICES]);
}

static uint32_t width(const struct cfg_system *sys)
{
	const struct cfg_region *prot;
	const struct cfg_mem *m;
	uint64_t top = 0;
	uint32_t bits = MIN_ADDR_BITS;

	for_each_mem(&sys->root, m)
		top |= m->virt + m->size - 1;
	for_each(prot, sys->prot, sys->prot_count)
		top |= cfg_range_end(prot->range) - 1;
	while (bits < 64 && top >> bits)
		bits++;
	return bits;
}

int config_load_system(const void *blob, uint32_t size,
		       struct cfg_arena *arena, struct cfg_report *report,
		       struct cfg_system *system)
{
	struct ctx c = { .report = report, .arena = arena, .sys = system,
			 .cell = &system->root, .fdt = blob,
			 .errors = report->errors };
	const struct cfg_node *hypervisor;

	memset(system, 0, sizeof(*system));
	if (config_gate(blob, size, CFG_MAX_SYSTEM_BLOB, report))
		return -CFG_EINVAL;
	system->fdt = blob;
	system->fdt_size = size;
	if (!index_build(&c))
		return ctx_result(&c);
	board_load_memory(&c);
	hypervisor = find_one(&c, CLASS_HYPERVISOR, NULL);
	if (!hypervisor) {
		say(&c, NOT_SYSTEM, here(&c, 0, NULL));
		return ctx_result(&c);
	}
	load_hypervisor(&c, hypervisor);
	board_load_protected(&c);
	board_load_devices(&c);
	load_links(&c, hypervisor);
	load_root(&c, find_one(&c, CLASS_ROOT_CELL, hypervisor));
	system->addr_bits = width(system);
	return ctx_result(&c);
}
