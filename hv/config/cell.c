/* SPDX-License-Identifier: GPL-2.0-only */
/* A cell, from linked blob to structures. */
#include <string.h>

#include "internal.h"

/* Where the CPUs of a cell on x86 start by default. */
#define PC_ENTRY	0xffff0

static void load_name(struct ctx *c, const struct props *props)
{
	struct prop name = props->p[P_NAME];
	uint32_t hash;

	if (name.len > CFG_NAME_LEN ||
	    name_length(name.val, name.len, &hash) < 0)
		say(c, NAME_INVALID, prop_at(c, props, P_NAME));
	else
		memcpy(c->cell->name, name.val, name.len);
}

static void load_cpus(struct ctx *c, const struct props *props)
{
	struct at where = prop_at(c, props, P_CPUS);
	struct cfg_cpu_set *cpus = &c->cell->cpus;
	const struct cfg_node *node;
	uint32_t i, cpu;

	for (i = 0; i < props->p[P_CPUS].len / 4; i++) {
		node = ref_get(c, where, props->p[P_CPUS], i);
		if (!node)
			continue;
		for (cpu = 0; cpu < c->sys->cpu_count; cpu++)
			if (c->sys->cpus[cpu].node == node->off)
				break;
		if (cpu == c->sys->cpu_count)
			say_vs(c, CPU_UNKNOWN, where,
			       board(c, node->off, NULL));
		else if (cfg_cpu_test(*cpus, cpu))
			say_vs(c, CPU_TWICE, where, board(c, node->off, NULL));
		else
			cpus->bits |= 1ull << cpu;
	}
}

void cell_load_node(struct ctx *c, const struct props *props)
{
	/* The last one, where there are no ports. */
	static const uint8_t refused[] = { P_COLORS, P_L3_MASK, P_AARCH32,
					   P_PORTS };
	uint32_t count = ARRAY_LEN(refused) - is_pc(c->sys);
	struct at where = prop_at(c, props, P_DEVICES);
	const struct cfg_node *dev;
	uint32_t i;

	if (props->p[P_NAME].val)
		load_name(c, props);
	load_cpus(c, props);
	for (i = 0; i < count; i++)
		if (props->p[refused[i]].val)
			say(c, ARCH_FEATURE, prop_at(c, props, refused[i]));
	for (i = 0; i < props->p[P_DEVICES].len / 4; i++) {
		dev = ref_get(c, where, props->p[P_DEVICES], i);
		if (dev && !is_root(c))
			cell_add_device(c, dev, where);
	}
	irq_load(c, props);
}

/* The cell's console is registers that it has. */
static void load_console(struct ctx *c, const struct props *props)
{
	struct cfg_uart *uart = &c->cell->console;
	struct cfg_range regs, phys;
	const struct cfg_mem *m;

	board_console(c, props, uart);
	if (uart->kind == CFG_UART_NONE)
		return;
	regs = (struct cfg_range){ uart->base, uart->size };
	if (uart->is_port && ranges_cover(c->cell->ports, regs))
		return;
	for_each_mem(c->cell, m) {
		phys = (struct cfg_range){ m->phys, m->size };
		if ((m->flags & CFG_MEM_IO) && !uart->is_port &&
		    cfg_range_holds(phys, regs)) {
			uart->base += m->virt - m->phys;
			return;
		}
	}
	say(c, CONSOLE_UNMAPPED, prop_at(c, props, P_CONSOLE), &regs);
}

static void load_link(struct ctx *c, int32_t node)
{
	const struct cfg_link *links = c->sys->links;
	const struct cfg_node *target;
	struct cfg_link_end end = { .node = node };
	struct props props;

	props_read(c, node, T_LINK_END, &props);
	if (!prop_need(c, &props, P_REG) || !prop_need(c, &props, P_LINK) ||
	    !prop_need(c, &props, P_PEER_ID))
		return;
	target = ref_one(c, &props, P_LINK);
	if (!target)
		return;
	while (end.link < c->sys->link_count &&
	       links[end.link].node != target->off)
		end.link++;
	if (end.link == c->sys->link_count) {
		say_vs(c, LINK_DANGLING, prop_at(c, &props, P_LINK),
		       board(c, target->off, NULL));
		return;
	}
	end.device = prop_u32(props.p[P_REG], 0);
	end.peer_id = prop_u32(props.p[P_PEER_ID], 0);
	push(c, &c->cell->link_count, end, CFG_MAX_LINKS, here(c, node, NULL),
	     "links of one cell");
}

/* Name without unit address. */
static bool named(const char *name, const char *base)
{
	size_t len = strlen(base);

	return !strncmp(name, base, len) && (!name[len] || name[len] == '@');
}

static void load_links(struct ctx *c, int32_t links)
{
	struct props props;
	int32_t node;

	props_read(c, links, T_LINKS, &props);
	fdt_for_each_subnode(node, c->fdt, links) {
		if (named(node_name(c->fdt, node), "link"))
			load_link(c, node);
		else
			say_vs(c, UNKNOWN_NODE, here(c, node, NULL),
			       here(c, links, NULL));
	}
}

static void load_nodes(struct ctx *c)
{
	/* dtc's records of labels, of which the linker has made use. */
	static const struct name linked[] = {
		{ "__symbols__", 0 }, { "__fixups__", 0 },
		{ "__local_fixups__", 0 }, { NULL, 0 },
	};
	int32_t node, links = -1;
	const char *name;

	fdt_for_each_subnode(node, c->fdt, 0) {
		name = node_name(c->fdt, node);
		if (named(name, "memory"))
			cell_add_region(c, node, T_MEMORY);
		else if (named(name, "window"))
			cell_add_region(c, node, T_WINDOW);
		else if (named(name, "comm-region"))
			cell_add_region(c, node, T_COMM);
		else if (!strcmp(name, "links"))
			links = node;
		else if (!name_find(linked, name)->name)
			say_vs(c, UNKNOWN_NODE, here(c, node, NULL),
			       here(c, 0, NULL));
	}
	/* Behind the memory: that is one array at the end of the arena. */
	c->cell->links = arena_end(c);
	if (links >= 0)
		load_links(c, links);
}

int config_load_cell(const void *blob, uint32_t size,
		     const struct cfg_system *system, struct cfg_arena *arena,
		     struct cfg_report *report, struct cfg_cell *cell)
{
	struct ctx c = { .report = report, .arena = arena,
			 .sys = (struct cfg_system *)(uintptr_t)system,
			 .cell = cell, .fdt = blob, .errors = report->errors };
	struct props props;

	*cell = (struct cfg_cell){ .fdt = blob, .mem = arena_end(&c),
				   .links = arena_end(&c),
				   .ports = { arena_end(&c), 0 } };
	if (config_gate(blob, size, CFG_MAX_CELL_BLOB, report))
		return -CFG_EINVAL;
	if (!strings_contain(node_find(blob, 0, "compatible"),
			     "cellblock,cell")) {
		say(&c, NOT_CELL, here(&c, 0, "compatible"));
		return -CFG_EINVAL;
	}
	props_read(&c, 0, T_CELL, &props);
	prop_need(&c, &props, P_NAME);
	if (!props.p[P_CPUS].val && !props.p[P_CPUS].bad)
		say(&c, CPU_EMPTY, prop_at(&c, &props, P_CPUS));
	cell_load_node(&c, &props);
	cell->entry = prop_number(props.p[P_ENTRY],
				  is_pc(system) ? PC_ENTRY : 0);
	cell->virtual_console = props.p[P_VIRTUAL].val;
	if (cells_own(&c, 0))
		load_nodes(&c);
	ports_load(&c, &props);
	if (!ctx_result(&c)) {
		load_console(&c, &props);
		sort_by_base(cell->mem, cell->mem_count, sizeof(*cell->mem));
	}
	return ctx_result(&c);
}
