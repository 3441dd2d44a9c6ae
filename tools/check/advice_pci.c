// SPDX-License-Identifier: GPL-2.0-only
/* PCI functions that cells list, and registers and groups that they bring. */
#include <stdio.h>

#include <libfdt.h>

#include "advice_pci.h"

/* A sound function in the list of a cell. */
struct given {
	const struct pci_node *f;
	uint32_t cell;		/* index into linked */
};

struct judge {
	const struct advice_input *in;
	struct cfg_report *report;
	const void *fdt;		/* the system's */
	struct pci_tree tree;
	struct given *given;
	uint32_t count;
};

static struct at of_cell(const struct judge *j, uint32_t cell)
{
	return at(j->in->linked[cell]->fdt, 0, "devices");
}

static const char *name_of(const struct judge *j, const struct pci_node *f)
{
	return tree_name(j->fdt, f->node);
}

/* As lspci has it. */
static const char *number(const struct pci_node *f, char text[16])
{
	snprintf(text, 16, "%04x:%02x:%02x.%x",
		 f->domain == PCI_NO_DOMAIN ? 0 : f->domain & 0xffff,
		 f->rid >> 8 & 0xff, f->rid >> 3 & 31, f->rid & 7);
	return text;
}

/* Does the node name a function that the board has? */
static bool judge_named(const struct judge *j, const struct pci_node *f,
			struct at where)
{
	const struct pci_node *up = pci_find(&j->tree, f->up);
	struct at other = at(j->fdt, f->node, NULL);

	if (f->is_bus)
		advice_say(j->report, PCI_BUS, where, other);
	else if (f->state == PCI_NO_REG)
		advice_say(j->report, PCI_REG, where, other);
	else if (f->state == PCI_NO_BUS)
		advice_say(j->report, PCI_BRIDGE, where, other,
			   name_of(j, up));
	else if (f->state == PCI_OTHER_BUS)
		advice_say(j->report, PCI_RANGE, where, other, f->rid >> 8,
			   name_of(j, up), up->first, up->last);
	else if (f->disabled)
		advice_say(j->report, PCI_OFF, where, other);
	else
		return true;
	return false;
}

/* Where the root cell lists its devices, it has what is behind them too. */
static bool root_owns(const struct judge *j, const struct pci_node *f)
{
	int32_t root = fdt_node_offset_by_compatible(j->fdt, -1,
						     "cellblock,root-cell");
	const struct pci_node *n;
	uint32_t i;

	if (root < 0 || !fdt_getprop(j->fdt, root, "devices", NULL))
		return true;
	for (i = 0; i < tree_u32s(j->fdt, root, "devices"); i++)
		for (n = f; n; n = n->up == n->node ? NULL :
					 pci_find(&j->tree, n->up))
			if (tree_target(j->fdt, root, "devices", i, j->fdt) ==
			    n->node)
				return true;
	return false;
}

static void judge_owner(const struct judge *j, const struct pci_node *f,
			uint32_t cell)
{
	struct at where = of_cell(j, cell);
	const struct given *g;
	char text[16];

	if (!root_owns(j, f))
		advice_say(j->report, PCI_LEFT, where,
			   at(j->fdt, f->node, NULL));
	for (g = j->given; g < j->given + j->count; g++)
		if (pci_same(g->f, f))
			break;
	if (g == j->given + j->count)
		return;
	if (g->cell == cell)
		advice_say(j->report, PCI_TWICE, where,
			   at(j->fdt, g->f->node, NULL), name_of(j, f),
			   number(f, text));
	else
		advice_say(j->report, PCI_SHARED, where, of_cell(j, g->cell),
			   name_of(j, f), number(f, text),
			   j->in->linked[g->cell]->name);
}

/* Registers come at the board's addresses, as those of other devices do. */
static void judge_bar(const struct judge *j, const struct pci_node *f,
		      uint32_t cell, struct cfg_range bar)
{
	const struct cfg_cell *c;
	const struct cfg_mem *m;
	struct cfg_range r;
	uint32_t n, i;

	for (n = 0; n < j->in->linked_count; n++) {
		c = j->in->linked[n];
		for (i = 0; i < c->mem_count; i++) {
			m = &c->mem[i];
			r = n == cell ? mem_virt(m) : mem_phys(m);
			if (!cfg_range_meets(r, bar))
				continue;
			if (n == cell)
				advice_say(j->report, PCI_IN_CELL,
					   of_cell(j, cell),
					   at(c->fdt, m->node, "reg"),
					   name_of(j, f), &bar,
					   mem_label(j->in->system, c, m), &r);
			else if (!(m->flags & CFG_MEM_COMM))
				advice_say(j->report, PCI_IN_OTHER,
					   of_cell(j, cell), mem_place(c, m),
					   name_of(j, f), &bar,
					   mem_label(j->in->system, c, m), &r,
					   c->name);
		}
	}
}

static void judge_registers(const struct judge *j, const struct pci_node *f,
			    uint32_t cell)
{
	struct at other = at(j->fdt, f->node, NULL);
	struct cfg_range table;
	struct pci_bar bar;
	uint32_t i;

	for (i = 0; pci_bar(j->fdt, f, i, &bar); i++) {
		if (bar.seen)
			judge_bar(j, f, cell, bar.range);
		else if (bar.range.size)
			advice_say(j->report, PCI_BAR, of_cell(j, cell), other,
				   bar.bus_address,
				   tree_name(j->fdt, f->host));
	}
	if (pci_msix(j->fdt, f, &table) && !table.size)
		advice_say(j->report, PCI_TABLE, of_cell(j, cell), other);
}

static void judge_list(struct judge *j, uint32_t cell)
{
	const void *fdt = j->in->linked[cell]->fdt;
	const struct pci_node *f;
	uint32_t i;

	for (i = 0; i < tree_u32s(fdt, 0, "devices"); i++) {
		f = pci_find(&j->tree,
			     tree_target(fdt, 0, "devices", i, j->fdt));
		if (!f || !judge_named(j, f, of_cell(j, cell)))
			continue;
		judge_owner(j, f, cell);
		judge_registers(j, f, cell);
		j->given[j->count++] = (struct given){ f, cell };
	}
}

enum kinship { KIN_NONE, KIN_DEVICE, KIN_BRIDGE };

/* What ACS would have to keep apart. */
static enum kinship kinship(const struct judge *j, const struct pci_node *a,
			    const struct pci_node *b)
{
	const struct pci_node *host = pci_find(&j->tree, a->host);

	if (a->host != b->host || pci_same(a, b))
		return KIN_NONE;
	if (a->rid >> 3 == b->rid >> 3)
		return KIN_DEVICE;
	/* behind one node on the host's bus; or on a bus without a node */
	if ((a->top == b->top && a->top != a->node) ||
	    (a->rid >> 8 == b->rid >> 8 && a->rid >> 8 != host->first))
		return KIN_BRIDGE;
	return KIN_NONE;
}

static void say_split(const struct judge *j, const struct given *g,
		      const struct pci_node *f, struct at other,
		      const char *owner)
{
	struct at where = of_cell(j, g->cell);

	if (kinship(j, g->f, f) == KIN_DEVICE)
		advice_say(j->report, PCI_SPLIT_DEVICE, where, other,
			   name_of(j, g->f), name_of(j, f), owner);
	else
		advice_say(j->report, PCI_SPLIT_BRIDGE, where, other,
			   name_of(j, g->f), name_of(j, f), owner);
}

/* Against the functions of the cells before it: each pair is met once. */
static void split_cells(const struct judge *j, const struct given *g)
{
	const struct given *o;
	char owner[CFG_NAME_LEN + 8];

	for (o = j->given; o < g; o++) {
		if (o->cell == g->cell || kinship(j, g->f, o->f) == KIN_NONE)
			continue;
		snprintf(owner, sizeof(owner), "cell \"%s\"",
			 j->in->linked[o->cell]->name);
		say_split(j, g, o->f, of_cell(j, o->cell), owner);
	}
}

static bool in_any_cell(const struct judge *j, const struct pci_node *f)
{
	const struct given *g;

	for (g = j->given; g < j->given + j->count; g++)
		if (pci_same(g->f, f))
			return true;
	return false;
}

/* Against what stays with the root cell: the first one is enough. */
static void split_root(const struct judge *j, const struct given *g)
{
	const struct pci_node *f;

	for (f = j->tree.n; f < j->tree.n + j->tree.count; f++) {
		if (f->is_bus || f->state || f->disabled ||
		    kinship(j, g->f, f) == KIN_NONE || in_any_cell(j, f) ||
		    !root_owns(j, f))
			continue;
		say_split(j, g, f, at(j->fdt, f->node, NULL), "the root cell");
		return;
	}
}

static void judge_groups(const struct judge *j)
{
	const struct given *g;

	for (g = j->given; g < j->given + j->count; g++) {
		split_cells(j, g);
		split_root(j, g);
	}
}

void advice_pci(const struct advice_input *in, struct cfg_report *report)
{
	struct pool pool = { NULL };
	struct judge j = { .in = in, .report = report,
			   .fdt = in->system->fdt };
	uint32_t n, listed = 1;

	for (n = 0; n < in->linked_count; n++)
		listed += tree_u32s(in->linked[n]->fdt, 0, "devices");
	j.tree = pci_read(&pool, in->system);
	j.given = pool_alloc(&pool, listed * sizeof(*j.given));
	for (n = 0; n < in->linked_count; n++)
		judge_list(&j, n);
	judge_groups(&j);
	pool_free(&pool);
}

/* No cell writes a table itself, whoever has the function. */
static void judge_table(const struct advice_input *in,
			const struct pci_node *f, struct cfg_range table,
			struct cfg_report *report)
{
	const struct cfg_system *sys = in->system;
	const struct cfg_cell *cell;
	const struct cfg_mem *m;
	struct cfg_range r;
	uint32_t n, i;

	for (n = 0; n < in->linked_count; n++) {
		cell = in->linked[n];
		for (i = 0; i < cell->mem_count; i++) {
			m = &cell->mem[i];
			r = mem_phys(m);
			if ((m->flags & CFG_MEM_COMM) ||
			    !cfg_range_meets(r, table))
				continue;
			advice_say(report, MSIX_MAPPED, mem_place(cell, m),
				   at(sys->fdt, f->node,
				      "cellblock,msix-table"),
				   mem_label(sys, cell, m), &r, &table);
		}
	}
}

void advice_msix(const struct advice_input *in, struct cfg_report *report)
{
	struct pool pool = { NULL };
	struct pci_tree tree = pci_read(&pool, in->system);
	struct cfg_range table;
	const struct pci_node *f;

	for (f = tree.n; f < tree.n + tree.count; f++)
		if (pci_msix(in->system->fdt, f, &table))
			judge_table(in, f, table, report);
	pool_free(&pool);
}
