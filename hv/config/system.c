/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A system, from blob to structures. The root cell has the whole board less
 * what the hypervisor keeps, unless its node says otherwise.
 *
 * Its memory follows from what lies at each address. Registers are given as
 * whole pages where no protected byte lies in the page; what remains of other
 * pages is given exactly, trapped.
 */
#include <string.h>

#include "internal.h"

/* Narrower machines exist, but none that runs a hypervisor. */
#define MIN_ADDR_BITS	40

#define RW	(CFG_MEM_READ | CFG_MEM_WRITE)

/* Only one is allowed. */
static void keep_one(struct ctx *c, const struct cfg_node **kept,
		     const struct cfg_node *n)
{
	if (*kept)
		say_vs(c, SECOND_NODE, here(c, n->off, NULL),
		       here(c, (*kept)->off, NULL));
	else
		*kept = n;
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
	c->sys->list_registers = strings_contain(delivery, "list-registers");
	if (delivery.val && !c->sys->list_registers &&
	    !strings_contain(delivery, "direct"))
		say(c, BAD_CHOICE, prop_at(c, &props, P_DELIVERY),
		    (const char *)delivery.val,
		    "\"direct\" or \"list-registers\"");
}

static void load_link(struct ctx *c, const struct cfg_node *node)
{
	struct cfg_link link = { .node = node->off };
	struct props props;
	struct prop protocol;

	props_read(c, node->off, T_LINK, &props);
	reg_own(c, &props, &link.range);
	/* The ivshmem specification's numbers, by name or as they are. */
	protocol = props.p[P_PROTOCOL];
	if (!strings_contain(protocol, "undefined") &&
	    !strings_contain(protocol, "veth") &&
	    prop_cell(protocol, 0, ~0u) > 0xffff)
		say(c, BAD_PROTOCOL, prop_at(c, &props, P_PROTOCOL));
	prop_need(c, &props, P_PEERS);
	link.peers = prop_cell(props.p[P_PEERS], 0, 0);
	push(c, &c->sys->link_count, link, CFG_MAX_LINKS,
	     here(c, node->off, NULL), "links");
}

/* All children of the hypervisor node. Returns the root cell's, or NULL. */
static const struct cfg_node *load_children(struct ctx *c,
					    const struct cfg_node *hypervisor)
{
	const struct cfg_node *root = NULL;
	const struct cfg_node *n;

	c->sys->links = arena_end(c);
	for_each_child(c->sys, n, hypervisor) {
		if (n->cls == CLASS_ROOT_CELL)
			keep_one(c, &root, n);
		else if (n->cls != CLASS_LINK)
			say_vs(c, UNKNOWN_NODE, here(c, n->off, NULL),
			       here(c, hypervisor->off, NULL));
		else if (cells_own(c, hypervisor->off))
			load_link(c, n);
	}
	return root;
}

/* window@…: registers that the board tree does not describe. */
static void add_window(struct ctx *c, const struct cfg_node *root,
		       const struct cfg_node *node, uint32_t *count)
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
		push_any(c, count, r);
}

static void add(struct ctx *c, struct cfg_ranges *set, uint64_t base,
		uint64_t end)
{
	struct cfg_range r = range_from(base, end);

	if (base < end)
		push_any(c, &set->count, r);
}

/* What is in a, but not in b. */
static struct cfg_ranges without(struct ctx *c, struct cfg_ranges a,
				 struct cfg_ranges b)
{
	const struct cfg_range *hole = b.r, *last = b.r + b.count;
	struct cfg_ranges out = { arena_end(c), 0 };
	const struct cfg_range *r;
	uint64_t base, end;

	for_each(r, a.r, a.count) {
		base = r->base;
		end = cfg_range_end(*r);
		for (; hole < last && cfg_range_end(*hole) <= end; hole++) {
			add(c, &out, base, hole->base);
			if (base < cfg_range_end(*hole))
				base = cfg_range_end(*hole);
		}
		/* This one reaches further, maybe into what comes next. */
		add(c, &out, base,
		    hole < last && hole->base < end ? hole->base : end);
	}
	return out;
}

static struct cfg_ranges pages_of(struct ctx *c, struct cfg_ranges set)
{
	struct cfg_ranges out = { arena_end(c), 0 };
	struct cfg_range *r, pages;

	for_each(r, set.r, set.count) {
		pages = range_page_out(*r);
		push_any(c, &out.count, pages);
	}
	ranges_sort_merge(&out);
	return out;
}

static void give(struct ctx *c, struct cfg_ranges set, uint32_t flags)
{
	struct cfg_mem mem = { .flags = flags, .device = -1,
			       .widths = flags & CFG_MEM_SUBPAGE ? 15 : 0 };
	const struct cfg_range *r;

	for_each(r, set.r, set.count) {
		mem.virt = mem.phys = r->base;
		mem.size = r->size;
		push_any(c, &c->cell->mem_count, mem);
	}
}

static bool listed(const struct ctx *c, struct prop devices, int32_t node)
{
	const struct cfg_node *dev;
	uint32_t i;

	for_each_ref(c, dev, devices, i)
		if (dev->off == node)
			return true;
	return !devices.val;
}

/* Registers of the root cell: of devices, all if none are listed, and more. */
static struct cfg_ranges load_registers(struct ctx *c,
					const struct cfg_node *root,
					struct prop devices)
{
	struct cfg_ranges out = { arena_end(c), 0 };
	const struct cfg_region *dev;
	const struct cfg_node *n;

	for_each_child(c->sys, n, root)
		add_window(c, root, n, &out.count);
	for_each(dev, c->sys->devs, c->sys->dev_count)
		if (listed(c, devices, dev->node))
			push_any(c, &out.count, dev->range);
	ranges_sort_merge(&out);
	return out;
}

static struct cfg_ranges load_kept(struct ctx *c)
{
	struct cfg_ranges out = { arena_end(c), 0 };
	const struct cfg_region *prot;

	for_each(prot, c->sys->prot, c->sys->prot_count)
		if (prot->kind != CFG_PROT_ROOT)
			push_any(c, &out.count, prot->range);
	ranges_sort_merge(&out);
	return out;
}

/* node: NULL if the root cell has none. */
static void map_root(struct ctx *c, const struct cfg_node *node,
		     struct prop devices)
{
	struct cfg_cell *root = c->cell;
	uint32_t used = c->arena->used;
	struct cfg_ranges ram = c->sys->ram;
	struct cfg_ranges regs = load_registers(c, node, devices);
	struct cfg_ranges kept = load_kept(c);
	struct cfg_ranges kept_pages = pages_of(c, kept);
	struct cfg_ranges pages = without(c, pages_of(c, regs), kept_pages);
	struct cfg_ranges parts = without(c, without(c, regs, kept), pages);

	ram = without(c, ram, kept_pages);
	pages = without(c, pages, ram);
	root->mem = arena_end(c);
	give(c, ram, RW | CFG_MEM_EXEC | CFG_MEM_DMA);
	give(c, pages, RW | CFG_MEM_IO);
	give(c, parts, RW | CFG_MEM_IO | CFG_MEM_SUBPAGE);
	sort_by_base(root->mem, root->mem_count, sizeof(*root->mem));
	/* The sets have done their service. */
	c->arena->used = used;
	root->mem = memmove(arena_end(c), root->mem,
			    root->mem_count * sizeof(*root->mem));
	c->arena->used += root->mem_count * (uint32_t)sizeof(*root->mem);
	if (c->cell->mem_count > CFG_MAX_ROOT_MEM)
		say(c, LIMIT, here(c, 0, NULL),
		    "pieces of memory of the root cell", c->cell->mem_count,
		    CFG_MAX_ROOT_MEM);
}

/* node: NULL if there is none; then the whole board is the root cell's. */
static void load_root(struct ctx *c, const struct cfg_node *node)
{
	struct cfg_cell *root = c->cell;
	struct props props = { 0 };

	*root = (struct cfg_cell){ .name = "root", .fdt = c->fdt };
	if (node)
		props_read(c, node->off, T_ROOT, &props);
	cell_load_node(c, &props);
	if (!props.p[P_CPUS].val && c->sys->cpu_count)
		root->cpus.bits = ~0ull >> (64 - c->sys->cpu_count);
	if (!props.p[P_IRQS].val && !props.p[P_IRQS_EXT].val)
		irq_all(c);
	map_root(c, node, props.p[P_DEVICES]);
	ports_load(c, &props);
}

static uint32_t width(const struct cfg_system *sys)
{
	const struct cfg_region *prot;
	const struct cfg_mem *m;
	uint64_t top = 1ull << (MIN_ADDR_BITS - 1);

	for_each_mem(&sys->root, m)
		top |= m->virt + m->size - 1;
	for_each(prot, sys->prot, sys->prot_count)
		top |= cfg_range_end(prot->range) - 1;
	return 64 - (uint32_t)__builtin_clzll(top);
}

int config_load_system(const void *blob, uint32_t size,
		       struct cfg_arena *arena, struct cfg_report *report,
		       struct cfg_system *system)
{
	struct ctx c = { .report = report, .arena = arena, .sys = system,
			 .cell = &system->root, .fdt = blob,
			 .errors = report->errors };
	const struct cfg_node *hypervisor = NULL;
	const struct cfg_node *n;

	memset(system, 0, sizeof(*system));
	if (config_gate(blob, size, CFG_MAX_SYSTEM_BLOB, report))
		return -CFG_EINVAL;
	system->fdt = blob;
	if (!index_build(&c))
		return ctx_result(&c);
	board_load_memory(&c);
	for_each_node(system, n)
		if (n->cls == CLASS_HYPERVISOR)
			keep_one(&c, &hypervisor, n);
	if (!hypervisor) {
		say(&c, NOT_SYSTEM, here(&c, 0, NULL));
		return ctx_result(&c);
	}
	load_hypervisor(&c, hypervisor);
	board_load_protected(&c);
	board_load_devices(&c);
	load_root(&c, load_children(&c, hypervisor));
	system->addr_bits = width(system);
	return ctx_result(&c);
}
