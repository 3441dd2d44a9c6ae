/* SPDX-License-Identifier: GPL-2.0-only */
/* Is a well-formed request admissible? */
#include <string.h>

#include "internal.h"

static void judge_cpus(struct ctx *c)
{
	struct at where = here(c, 0, "cpus");
	uint64_t left = c->sys->root.cpus.bits;
	uint32_t i, cpu;

	for (cpu = 0; cpu < c->sys->cpu_count; cpu++) {
		struct at other = board(c, c->sys->cpus[cpu].node, NULL);

		if (!cfg_cpu_test(c->cell->cpus, cpu))
			continue;
		if (!cfg_cpu_test(c->sys->root.cpus, cpu))
			say_vs(c, CPU_NOT_OWNED, where, other);
		for (i = 0; i < c->live_count; i++)
			if (cfg_cpu_test(c->live[i]->cpus, cpu))
				say_vs(c, CPU_SHARED, where, other,
				       c->live[i]->name);
	}
	for (i = 0; i < c->live_count; i++)
		left &= ~c->live[i]->cpus.bits;
	if (!(left & ~c->cell->cpus.bits))
		say_at(c, CPU_ROOT_EMPTY, where);
}

static void bad_irq(struct ctx *c, enum check check, uint32_t intid,
		    const struct cfg_cell *owner)
{
	struct at where = cell_irq_origin(c, c->cell, intid);
	struct at other = owner ? cell_irq_origin(c, owner, intid) : NOWHERE;

	say_vs(c, check, where, other, intid - 32, intid,
	       owner ? owner->name : "");
}

static void judge_irqs(struct ctx *c)
{
	const struct cfg_cell *cell = c->cell;
	uint32_t i, irq;

	for (irq = 32; irq < CFG_MAX_IRQS; irq++) {
		if (!cell->irqs.bits[irq / 32])
			irq |= 31;
		if (!cfg_irq_test(&cell->irqs, irq))
			continue;
		if (!cfg_irq_test(&c->sys->root.irqs, irq))
			bad_irq(c, IRQ_NOT_OWNED, irq, NULL);
		for (i = 0; i < c->live_count; i++)
			if (cfg_irq_test(&c->live[i]->irqs, irq))
				bad_irq(c, IRQ_SHARED, irq, c->live[i]);
	}
}

static void judge_name(struct ctx *c)
{
	const struct cfg_cell *other = &c->sys->root;
	uint32_t i;

	for (i = 0; strcmp(other->name, c->cell->name); other = c->live[i++])
		if (i == c->live_count)
			return;
	say_vs(c, NAME_DUPLICATE, here(c, 0, "cell-name"),
	       (struct at){ other->fdt, i ? 0 : -1, NULL }, other->name);
}

static void judge_entry(struct ctx *c)
{
	const uint32_t need = CFG_MEM_READ | CFG_MEM_EXEC | CFG_MEM_LOADABLE;
	const struct cfg_mem *m;

	for_each_mem(c->cell, m)
		if ((m->flags & need) == need && c->cell->entry >= m->virt &&
		    c->cell->entry - m->virt < m->size)
			return;
	say_at(c, ENTRY, here(c, 0, "entry"), c->cell->entry);
}

static void judge_peer(struct ctx *c, const struct cfg_link_end *e,
		       const struct cfg_cell *live, struct at link)
{
	const struct cfg_link_end *o;

	for_each(o, live->links, live->link_count)
		if (o != e && o->link == e->link && o->peer_id == e->peer_id)
			say_vs(c, LINK_TAKEN, here(c, e->node, "peer-id"),
			       link, e->peer_id, live->name);
}

static void judge_links(struct ctx *c)
{
	const struct cfg_link_end *e;
	const struct cfg_link *link;
	uint32_t i;

	for_each(e, c->cell->links, c->cell->link_count) {
		link = &c->sys->links[e->link];
		if (e->peer_id >= link->peers)
			say_vs(c, LINK_PEER_ID, here(c, e->node, "peer-id"),
			       board(c, link->node, "peers"), e->peer_id,
			       link->peers);
		judge_peer(c, e, c->cell, board(c, link->node, NULL));
		for (i = 0; i < c->live_count; i++)
			judge_peer(c, e, c->live[i],
				   board(c, link->node, NULL));
		say_at(c, LINK_UNSUPPORTED, here(c, e->node, NULL));
	}
}

static void make_plan(struct ctx *c, struct plan *plan)
{
	struct cfg_range range;
	const struct cfg_mem *m;

	*plan = (struct plan){ .system = c->sys, .cell = c->cell };
	plan->take = arena_alloc(c, c->cell->mem_count, sizeof(*plan->take));
	if (!plan->take)
		return;
	for_each_mem(c->cell, m) {
		if (m->flags & (CFG_MEM_COMM | CFG_MEM_SHARED))
			continue;
		range = range_page_out((struct cfg_range){ m->phys, m->size });
		if (!(m->flags & CFG_MEM_SUBPAGE) ||
		    root_has(c->sys, range, CFG_MEM_SUBPAGE, 0))
			plan->take[plan->take_count++] = range;
	}
	plan->take_count = ranges_sort_merge(plan->take, plan->take_count);
}

int config_judge_cell(const struct cfg_system *system,
		      const struct cfg_cell *const *live, uint32_t live_count,
		      const struct cfg_cell *cell, struct cfg_arena *arena,
		      struct cfg_report *report, struct plan *plan)
{
	struct ctx c = { .report = report, .arena = arena,
			 .sys = (struct cfg_system *)(uintptr_t)system,
			 .cell = (struct cfg_cell *)(uintptr_t)cell,
			 .live = live, .live_count = live_count,
			 .fdt = cell->fdt, .errors = report->errors };

	if (live_count + 2 > CFG_MAX_CELLS)
		say_at(&c, LIMIT, here(&c, 0, NULL), "cells", live_count + 2,
		       CFG_MAX_CELLS);
	judge_name(&c);
	judge_cpus(&c);
	judge_memory(&c);
	judge_irqs(&c);
	judge_entry(&c);
	judge_links(&c);
	if (!ctx_result(&c))
		make_plan(&c, plan);
	return ctx_result(&c);
}
