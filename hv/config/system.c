/* SPDX-License-Identifier: GPL-2.0-only */
/* A system, from blob to structures. */
#include <string.h>

#include "internal.h"

/* Narrower machines exist, but none that runs a hypervisor. */
#define MIN_ADDR_BITS	40
/* Of the GIC: INTIDs of all SPIs. */
#define SPI_FIRST	32
#define SPI_LAST	1019

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
	const char *delivery;
	struct props props;

	props_read(c, node->off, T_HYPERVISOR, &props);
	prop_need(c, &props, P_MEMORY_REGION);
	region = ref_reserved(c, &props);
	if (region)
		c->sys->hv_mem = region->range;
	ref_console(c, &props, &c->sys->console);
	delivery = (const char *)props.p[P_DELIVERY].val;
	if (delivery && !strcmp(delivery, "list-registers"))
		c->sys->delivery = CFG_DELIVERY_LIST;
	else if (delivery && strcmp(delivery, "direct"))
		say_at(c, BAD_CHOICE, prop_at(c, &props, P_DELIVERY), delivery,
		       "\"direct\" or \"list-registers\"");
}

/* The ivshmem specification's numbers, by name or as they are. */
static bool valid_protocol(const struct prop *p)
{
	return !p->val || strings_contain(p->val, p->len, "undefined") ||
	       strings_contain(p->val, p->len, "veth") ||
	       (p->len == 4 && prop_u32(p, 0) <= 0xffff);
}

static void load_link(struct ctx *c, const struct cfg_node *node)
{
	struct cfg_link *link;
	struct props props;

	link = arena_push(c, &c->sys->link_count, sizeof(*link), CFG_MAX_LINKS,
			  here(c, node->off, NULL), "links");
	if (!link)
		return;
	props_read(c, node->off, T_LINK, &props);
	reg_own(c, &props, &link->range);
	if (!valid_protocol(&props.p[P_PROTOCOL]))
		say_at(c, BAD_PROTOCOL, prop_at(c, &props, P_PROTOCOL));
	if (prop_need(c, &props, P_PEERS))
		link->peers = prop_u32(&props.p[P_PEERS], 0);
	link->node = node->off;
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

/* node: NULL if there is none; then the whole board is the root cell's. */
static void load_root(struct ctx *c, const struct cfg_node *node)
{
	struct cfg_cell *root = c->cell;
	struct props props = { 0 };
	const struct prop *devices = &props.p[P_DEVICES];
	uint32_t i;

	*root = (struct cfg_cell){ .name = "root", .fdt = c->fdt,
				   .comm = { .passive = true, .node = -1 } };
	if (node)
		props_read(c, node->off, T_ROOT, &props);
	cell_load_node(c, &props);
	for (i = 0; i < devices->len / 4; i++)
		ref_get(c, prop_at(c, &props, P_DEVICES), devices, i);
	if (!props.p[P_CPUS].val && c->sys->cpu_count)
		root->cpus.bits = ~0ull >> (64 - c->sys->cpu_count);
	if (!props.p[P_IRQS].val && !props.p[P_IRQS_EXT].val)
		for (i = SPI_FIRST; i <= SPI_LAST; i++)
			root->irqs.bits[i / 32] |= 1u << i % 32;
	root_map(c, node, devices);
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
		say_at(&c, NOT_SYSTEM, here(&c, 0, NULL));
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
