/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Is a well-formed description admissible? A system against itself, a cell
 * against everything that it could meet.
 */
#include <string.h>

#include "internal.h"

#define RIGHTS	(CFG_MEM_READ | CFG_MEM_WRITE | CFG_MEM_EXEC | CFG_MEM_IO)
#define GICV2_MAX_CPUS	8
/* Two frames of 64 KiB for each CPU (GIC architecture v3, 12.10). */
#define REDIST_SIZE	0x20000u

/* What is set apart is whole pages of RAM, if there is any. */
static void judge_ram(struct ctx *c, struct at where, struct cfg_range range)
{
	const char *name = node_name(c->fdt, where.node);

	if (!range_paged(range))
		say(c, MEM_ALIGN, where, name, &range, "");
	if (c->sys->ram.count && !ranges_cover(c->sys->ram, range))
		say(c, MEM_OUTSIDE_RAM, where, name, &range);
}

static void judge_hypervisor_memory(struct ctx *c)
{
	const struct cfg_region *r = c->sys->reserved;
	struct cfg_range hv = c->sys->hv_mem;
	struct at where;

	while (r->range.base != hv.base || r->range.size != hv.size)
		r++;
	where = here(c, r->node, "reg");
	if (!(r->kind & CFG_MEM_NOMAP))
		say(c, MISSING_PROPERTY, here(c, r->node, "no-map"));
	judge_ram(c, where, hv);
	for_each(r, c->sys->reserved, c->sys->reserved_count)
		if (r->node != where.node && cfg_range_meets(r->range, hv))
			say_vs(c, MEM_OVERLAP_HYPERVISOR,
			       here(c, r->node, "reg"), where,
			       node_name(c->fdt, r->node), &r->range, &hv);
}

static const char *intc_lacks(const struct cfg_intc *gic, uint32_t cpus)
{
	uint64_t frame = gic->redist_stride ? gic->redist_stride : REDIST_SIZE;
	uint64_t redist = 0;
	uint32_t i;

	for (i = 0; i < gic->redist_count; i++)
		redist += gic->redist[i].size / frame;
	if (gic->kind == CFG_INTC_APIC)
		return gic->cpu.size ? NULL :
		       "there is no local APIC (intel,ce4100-lapic)";
	if (!gic->dist.size)
		return "reg has no distributor";
	if (gic->kind == CFG_INTC_GICV3 && redist < cpus)
		return "its redistributor regions are too small for the CPUs";
	if (gic->kind == CFG_INTC_GICV2 && cpus > GICV2_MAX_CPUS)
		return "a GICv2 serves at most 8 CPUs";
	if (gic->kind == CFG_INTC_GICV2 &&
	    (!gic->cpu.size || !gic->hyp.size || !gic->vcpu.size))
		return "reg lacks GICC, GICH or GICV";
	return gic->maint_irq ? NULL :
	       "interrupts does not name the maintenance interrupt";
}

static void judge_link(struct ctx *c, const struct cfg_link *link)
{
	struct at where = here(c, link->node, "reg");

	if (link->peers - 2 > 14)
		say(c, LINK_PEERS, here(c, link->node, "peers"), link->peers);
	judge_ram(c, where, link->range);
	if (cfg_range_meets(link->range, c->sys->hv_mem))
		say(c, MEM_OVERLAP_HYPERVISOR, where,
		    node_name(c->fdt, link->node), &link->range,
		    &c->sys->hv_mem);
	say(c, LINK_UNSUPPORTED, here(c, link->node, NULL));
}

int config_judge_system(const struct cfg_system *system,
			struct cfg_report *report)
{
	struct ctx c = { .report = report,
			 .sys = (struct cfg_system *)(uintptr_t)system,
			 .fdt = system->fdt, .errors = report->errors };
	const struct cfg_intc *gic = &system->intc;
	const char *lack = intc_lacks(gic, system->cpu_count);
	const struct cfg_link *link;

	judge_hypervisor_memory(&c);
	if (gic->kind == CFG_INTC_NONE)
		say(&c, NO_INTC, here(&c, 0, NULL));
	else if (lack)
		say(&c, ARCH_INTC, here(&c, gic->node[0]->off, NULL), lack);
	if (!system->ram.count)
		say(&c, MEM_NO_RAM, here(&c, 0, NULL));
	if (!system->root.cpus.bits)
		say(&c, CPU_EMPTY, here(&c, 0, "cpus"));
	if (system->addr_bits > 48)
		say(&c, BOARD_WIDTH, here(&c, 0, NULL), system->addr_bits);
	for_each(link, system->links, system->link_count)
		judge_link(&c, link);
	return ctx_result(&c);
}

/* One piece of memory that is judged; phys: empty where it has no meaning. */
struct piece {
	uint32_t flags;
	const char *name;
	struct at where;
	struct cfg_range virt;
	struct cfg_range phys;
};

static struct piece piece_of(const struct ctx *c, const struct cfg_cell *cell,
			     const struct cfg_mem *m)
{
	bool device = m->device >= 0;

	return (struct piece){
		.flags = m->flags,
		.name = device ? node_name(c->sys->fdt, m->device) :
				 node_name(cell->fdt, m->node),
		.where = { cell->fdt, m->node, device ? "devices" : "reg" },
		.virt = { m->virt, m->size },
		.phys = { m->phys, m->flags & CFG_MEM_COMM ? 0 : m->size },
	};
}

static bool judge_shape(struct ctx *c, const struct piece *p)
{
	uint32_t bits = c->sys->addr_bits;

	if ((cfg_range_end(p->virt) - 1) >> bits)
		say(c, MEM_WIDTH, p->where, p->name, &p->virt, bits);
	if (p->flags & CFG_MEM_COMM)
		return (range_paged(p->virt) &&
			p->virt.size == CFG_PAGE_SIZE) ||
		       say(c, COMM_INVALID, p->where, &p->virt);
	if ((p->virt.base ^ p->phys.base) & PAGE_OFFSET)
		return say(c, MEM_ALIGN_VIRT, p->where, p->name,
			   p->virt.base, p->phys.base);
	return range_paged(p->phys) || (p->flags & CFG_MEM_SUBPAGE) ||
	       say(c, MEM_ALIGN, p->where, p->name, &p->phys,
		   p->flags & CFG_MEM_IO ?
		   "; a smaller window needs access-widths" : "");
}

/*
 * False if the hypervisor keeps any of it, or answers at its address: there
 * the cell finds the interrupt controller.
 */
static bool judge_protected(struct ctx *c, const struct piece *p)
{
	const struct cfg_region *r;
	bool hv;

	for_each(r, c->sys->prot, c->sys->prot_count) {
		hv = r->kind == CFG_PROT_HYPERVISOR;
		if (cfg_range_meets(r->range, p->phys))
			return say_vs(c, hv ? MEM_OVERLAP_HYPERVISOR :
				      r->kind == CFG_PROT_ROOT ? MMIO_ROOT :
				      MMIO_INTERCEPTED, p->where,
				      board(c, r->node, hv ? "memory-region" :
					    "reg"), p->name, &p->phys,
				      &r->range);
		if (r->kind == CFG_PROT_INTC &&
		    cfg_range_meets(r->range, p->virt))
			return say_vs(c, MMIO_INTERCEPTED_VIRT, p->where,
				      board(c, r->node, "reg"), p->name,
				      &p->virt, &r->range);
	}
	return true;
}

/*
 * Is all of r in pieces of the root cell whose flags are those in mask? They
 * are sorted: one pass follows r upward.
 */
static bool root_has(const struct cfg_system *sys, struct cfg_range r,
		     uint32_t mask, uint32_t flags)
{
	uint64_t end = cfg_range_end(r);
	const struct cfg_mem *m;

	for_each_mem(&sys->root, m) {
		if (m->phys > r.base || r.base >= end)
			break;
		if (r.base - m->phys < m->size && (m->flags & mask) == flags)
			r.base = m->phys + m->size;
	}
	return r.base >= end;
}

/* Is it all the root cell's, and of the same kind there? */
static bool judge_owner(struct ctx *c, const struct piece *p)
{
	uint32_t io = p->flags & CFG_MEM_IO;
	bool ram = io || ranges_cover(c->sys->ram, p->phys);

	return root_has(c->sys, p->phys, CFG_MEM_IO, io) ||
	       say(c, ram ? MEM_NOT_OWNED : MEM_OUTSIDE_RAM, p->where,
		   p->name, &p->phys);
}

static void judge_reserved(struct ctx *c, const struct piece *p,
			   int32_t region)
{
	bool reserved = p->flags &
			(CFG_MEM_IO | CFG_MEM_SHARED | CFG_MEM_COMM);
	const struct cfg_region *r;

	for_each(r, c->sys->reserved, c->sys->reserved_count) {
		if (!cfg_range_meets(r->range, p->phys))
			continue;
		reserved = true;
		if (region != r->node)
			say_vs(c, r->kind & CFG_MEM_NOMAP ? MEM_RESERVED :
			       MEM_RESERVED_USED, p->where,
			       board(c, r->node, "reg"), p->name, &p->phys,
			       &r->range);
	}
	if (!reserved)
		say(c, MEM_NOT_RESERVED, p->where, p->name, &p->phys);
}

static void judge_memory(struct ctx *c)
{
	const struct cfg_uart *uart = &c->sys->console;
	struct cfg_range console = { uart->base, uart->size };
	const struct cfg_mem *m;
	struct piece p;

	for_each_mem(c->cell, m) {
		p = piece_of(c, c->cell, m);
		if (!judge_shape(c, &p) || !judge_protected(c, &p) ||
		    !judge_owner(c, &p))
			continue;
		judge_reserved(c, &p, m->region);
		if (!(p.flags & CFG_MEM_SHARED) &&
		    cfg_range_meets(console, p.phys))
			say(c, CONSOLE_CLASH, p.where, p.name, &p.phys,
			    &console);
	}
}

/* Of two pieces of one cell, or of one cell and another. */
static bool judge_pair(struct ctx *c, const struct cfg_mem *mem,
		       const struct cfg_cell *other, const struct cfg_mem *its)
{
	bool own = other == c->cell;
	struct piece p = piece_of(c, c->cell, mem);
	struct piece o = piece_of(c, other, its);
	enum check check;

	if (own && cfg_range_meets(o.virt, p.virt))
		return say_vs(c, MEM_OVERLAP_CELL, p.where, o.where, p.name,
			      &p.virt, o.name, &o.virt);
	if (!cfg_range_meets(o.phys, p.phys) ||
	    (!own && (p.flags & o.flags & CFG_MEM_SHARED)))
		return true;
	if (own)
		check = (p.flags ^ o.flags) & RIGHTS ? MEM_ALIAS_RIGHTS :
			MEM_ALIAS;
	else
		check = o.flags & CFG_MEM_IO ? MMIO_SHARED : MEM_OVERLAP_CELLS;
	return say_vs(c, check, p.where, o.where, p.name, &p.phys, o.name,
		      &o.phys, other->name);
}

/* A cell beside itself or another one. */
static void judge_beside(struct ctx *c, const struct cfg_cell *other)
{
	const struct cfg_link_end *e, *o;
	const struct cfg_mem *m, *its;

	/* Each pair of its own once; of another's, the first that is met. */
	for_each_mem(c->cell, m)
		for_each_mem(other, its)
			if (its == m || (!judge_pair(c, m, other, its) &&
					 other != c->cell))
				break;
	for_each(e, c->cell->links, c->cell->link_count)
		for_each(o, other->links, other->link_count)
			if (o != e && o->link == e->link &&
			    o->peer_id == e->peer_id)
				say_vs(c, LINK_TAKEN,
				       here(c, e->node, "peer-id"),
				       board(c, c->sys->links[e->link].node,
					     NULL), e->peer_id, other->name);
}

static void judge_irqs(struct ctx *c, const struct cfg_cell *other, bool root)
{
	const struct cfg_irq_set *irqs = &c->cell->irqs;
	uint32_t irq, number;
	const char *name;

	for (irq = 0; irq < CFG_MAX_IRQS; irq++) {
		if (!irqs->bits[irq / 32])
			irq |= 31;
		if (!cfg_irq_test(irqs, irq) ||
		    cfg_irq_test(&other->irqs, irq) == root)
			continue;
		name = config_irq_name(c->sys, irq, &number);
		say_vs(c, root ? IRQ_NOT_OWNED : IRQ_SHARED,
		       irq_origin(c, c->cell, irq),
		       root ? NOWHERE : irq_origin(c, other, irq), name,
		       number, irq, other->name);
	}
}

/* What the root cell must have, and no other cell may have. */
static void judge_claims(struct ctx *c, const struct cfg_cell *other)
{
	bool root = other == &c->sys->root;
	uint64_t wrong = c->cell->cpus.bits &
			 (root ? ~other->cpus.bits : other->cpus.bits);
	uint32_t cpu;

	if (!strcmp(other->name, c->cell->name))
		say_vs(c, NAME_DUPLICATE, here(c, 0, "cell-name"),
		       (struct at){ other->fdt, root ? -1 : 0, NULL },
		       other->name);
	for (cpu = 0; cpu < c->sys->cpu_count; cpu++)
		if (wrong >> cpu & 1)
			say_vs(c, root ? CPU_NOT_OWNED : CPU_SHARED,
			       here(c, 0, "cpus"),
			       board(c, c->sys->cpus[cpu].node, NULL),
			       other->name);
	judge_irqs(c, other, root);
	ports_judge(c, other, root);
}

static void judge_entry(struct ctx *c)
{
	const uint32_t need = CFG_MEM_READ | CFG_MEM_EXEC | CFG_MEM_LOADABLE;
	const struct cfg_mem *m;

	for_each_mem(c->cell, m)
		if ((m->flags & need) == need &&
		    c->cell->entry - m->virt < m->size)
			return;
	say(c, ENTRY, here(c, 0, "entry"), c->cell->entry);
}

static void judge_link_end(struct ctx *c, const struct cfg_link_end *e)
{
	const struct cfg_link *link = &c->sys->links[e->link];

	if (e->peer_id >= link->peers)
		say_vs(c, LINK_PEER_ID, here(c, e->node, "peer-id"),
		       board(c, link->node, "peers"), e->peer_id, link->peers);
	say(c, LINK_UNSUPPORTED, here(c, e->node, NULL));
}

static void make_plan(struct ctx *c, struct plan *plan)
{
	struct cfg_range page;
	const struct cfg_mem *m;

	*plan = (struct plan){ .take.r = arena_end(c) };
	for_each_mem(c->cell, m) {
		page = range_page_out((struct cfg_range){ m->phys, m->size });
		if (!(m->flags & (CFG_MEM_COMM | CFG_MEM_SHARED)) &&
		    (!(m->flags & CFG_MEM_SUBPAGE) ||
		     root_has(c->sys, page, CFG_MEM_SUBPAGE, 0)))
			push_any(c, &plan->take.count, page);
	}
	ranges_sort_merge(&plan->take);
}

int config_judge_cell(const struct cfg_system *system,
		      const struct cfg_cell *const *live, uint32_t live_count,
		      const struct cfg_cell *cell, struct cfg_arena *arena,
		      struct cfg_report *report, struct plan *plan)
{
	struct ctx c = { .report = report, .arena = arena,
			 .sys = (struct cfg_system *)(uintptr_t)system,
			 .cell = (struct cfg_cell *)(uintptr_t)cell,
			 .fdt = cell->fdt, .errors = report->errors };
	uint64_t left = system->root.cpus.bits & ~cell->cpus.bits;
	const struct cfg_link_end *end;
	uint32_t i;

	if (live_count + 2 > CFG_MAX_CELLS)
		say(&c, LIMIT, here(&c, 0, NULL), "cells", live_count + 2,
		    CFG_MAX_CELLS);
	judge_memory(&c);
	judge_beside(&c, cell);
	judge_claims(&c, &system->root);
	for (i = 0; i < live_count; i++) {
		judge_beside(&c, live[i]);
		judge_claims(&c, live[i]);
		left &= ~live[i]->cpus.bits;
	}
	if (!left)
		say(&c, CPU_ROOT_EMPTY, here(&c, 0, "cpus"));
	judge_entry(&c);
	for_each(end, cell->links, cell->link_count)
		judge_link_end(&c, end);
	if (!ctx_result(&c))
		make_plan(&c, plan);
	return ctx_result(&c);
}
