// SPDX-License-Identifier: GPL-2.0-only
/* Where a cell finds its virtual PCI bus: pci-windows, interrupts of links. */
#include <libfdt.h>

#include "advice_pci.h"

#define SPI_FIRST	32
#define NR_WINDOWS	2u

static const char *const names[NR_WINDOWS] = {
	"configuration space", "window",
};

struct vpci {
	const struct advice_input *in;
	struct cfg_report *report;
	struct pci_tree tree;
	const struct cfg_cell *cell;
	struct at where;
	const char *name;	/* of the window at hand */
	struct cfg_range r;
};

static void against_memory(const struct vpci *v)
{
	const struct cfg_mem *m;
	struct cfg_range o;
	uint32_t i;

	for (i = 0; i < v->cell->mem_count; i++) {
		m = &v->cell->mem[i];
		o = mem_virt(m);
		if (cfg_range_meets(o, v->r))
			advice_say(v->report, VPCI_MEM, v->where,
				   at(v->cell->fdt, m->node, m->device >= 0 ?
				      "devices" : "reg"), v->name, &v->r,
				   mem_label(v->in->system, v->cell, m), &o);
	}
}

/* The hypervisor answers at the interrupt controller's addresses. */
static void against_controllers(const struct vpci *v)
{
	const struct cfg_system *sys = v->in->system;
	const struct cfg_region *p;

	for (p = sys->prot; p < sys->prot + sys->prot_count; p++)
		if (p->kind == CFG_PROT_INTC &&
		    cfg_range_meets(p->range, v->r))
			advice_say(v->report, VPCI_INTC, v->where,
				   at(sys->fdt, p->node, "reg"), v->name,
				   &v->r, &p->range);
}

static void against_functions(const struct vpci *v)
{
	const void *fdt = v->in->system->fdt;
	const struct pci_node *f;
	struct pci_bar bar;
	uint32_t i, k;

	for (i = 0; i < tree_u32s(v->cell->fdt, 0, "devices"); i++) {
		f = pci_find(&v->tree, tree_target(v->cell->fdt, 0, "devices",
						   i, fdt));
		for (k = 0; f && pci_bar(fdt, f, k, &bar); k++)
			if (bar.seen && cfg_range_meets(bar.range, v->r))
				advice_say(v->report, VPCI_BAR, v->where,
					   at(fdt, f->node, NULL), v->name,
					   &v->r, &bar.range);
	}
}

static uint64_t number(struct at place, uint32_t i, uint32_t cells)
{
	uint64_t n = 0;

	for (; cells; cells--, i++)
		n = n << 32 | tree_u32(place.fdt, place.node, place.prop, i);
	return n;
}

/* True, in whole pages, if it is addresses of this machine. */
static bool judge_range(struct vpci *v)
{
	uint64_t end = cfg_range_end(v->r);

	if (end <= v->r.base || (end - 1) >> v->in->system->addr_bits) {
		advice_say(v->report, VPCI_RANGE, v->where, NOWHERE, v->name,
			   v->r.base, v->r.size);
		return false;
	}
	v->r.base &= ~(CFG_PAGE_SIZE - 1);
	end = (end + CFG_PAGE_SIZE - 1) & ~(CFG_PAGE_SIZE - 1);
	v->r.size = end - v->r.base;
	return true;
}

static void judge_windows(struct vpci *v)
{
	uint32_t a = (uint32_t)fdt_address_cells(v->cell->fdt, 0);
	uint32_t s = (uint32_t)fdt_size_cells(v->cell->fdt, 0);
	struct cfg_range r[NR_WINDOWS];
	bool sound = true;
	uint32_t i;

	/* Otherwise the schemas have said so. */
	if (a - 1 > 1 || s - 1 > 1 ||
	    tree_u32s(v->where.fdt, v->where.node, v->where.prop) !=
	    NR_WINDOWS * (a + s))
		return;
	for (i = 0; i < NR_WINDOWS; i++) {
		v->name = names[i];
		v->r.base = number(v->where, i * (a + s), a);
		v->r.size = number(v->where, i * (a + s) + a, s);
		if (judge_range(v)) {
			against_memory(v);
			against_controllers(v);
			against_functions(v);
		} else {
			sound = false;
		}
		r[i] = v->r;
	}
	if (sound && cfg_range_meets(r[0], r[1]))
		advice_say(v->report, VPCI_SELF, v->where, NOWHERE, &r[0],
			   &r[1]);
}

static void judge_interrupts(const struct vpci *v, const char *prop)
{
	struct at where = at(v->cell->fdt, v->where.node, prop);
	struct cfg_irq_set spis;
	uint32_t n;

	tree_own_spis(v->cell, where.node, v->in->system, prop, &spis);
	for (n = SPI_FIRST; n < CFG_MAX_IRQS; n++)
		if (cfg_irq_test(&spis, n) && cfg_irq_test(&v->cell->irqs, n))
			advice_say(v->report, VPCI_SPI, where, NOWHERE,
				   n - SPI_FIRST, n);
}

void advice_vpci(const struct advice_input *in, struct cfg_report *report)
{
	struct pool pool = { NULL };
	struct vpci v = { .in = in, .report = report,
			  .tree = pci_read(&pool, in->system) };
	int32_t links;
	uint32_t n;

	for (n = 0; n < in->linked_count; n++) {
		v.cell = in->linked[n];
		links = fdt_subnode_offset(v.cell->fdt, 0, "links");
		if (links < 0)
			continue;
		v.where = at(v.cell->fdt, links, "pci-windows");
		if (fdt_getprop(v.cell->fdt, links, "pci-windows", NULL))
			judge_windows(&v);
		judge_interrupts(&v, "interrupts");
	}
	pool_free(&pool);
}
