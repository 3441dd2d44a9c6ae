/* SPDX-License-Identifier: GPL-2.0-only */
/* Memory and registers of a cell against everything that they could meet. */
#include "internal.h"

#define RIGHTS	(CFG_MEM_READ | CFG_MEM_WRITE | CFG_MEM_EXEC | CFG_MEM_IO)

static const char *mem_name(const struct cfg_system *sys,
			    const struct cfg_cell *cell,
			    const struct cfg_mem *m)
{
	return m->device >= 0 ? node_name(sys->fdt, m->device) :
				node_name(cell->fdt, m->node);
}

static struct at mem_at(const struct cfg_cell *cell, const struct cfg_mem *m)
{
	return (struct at){ cell->fdt, m->node,
			    m->device >= 0 ? "devices" : "reg" };
}

/* One piece of memory that is judged. */
struct piece {
	const struct cfg_mem *m;
	const char *name;
	struct at where;
	struct cfg_range virt;
	struct cfg_range phys;
};

static struct piece piece_of(const struct cfg_system *sys,
			     const struct cfg_cell *cell,
			     const struct cfg_mem *m)
{
	return (struct piece){
		.m = m, .name = mem_name(sys, cell, m),
		.where = mem_at(cell, m), .virt = { m->virt, m->size },
		.phys = { m->phys, m->size },
	};
}

static bool judge_shape(struct ctx *c, struct piece *p)
{
	uint32_t bits = c->sys->addr_bits;

	if ((cfg_range_end(p->virt) - 1) >> bits)
		say_at(c, MEM_WIDTH, p->where, p->name, &p->virt, bits);
	if (p->m->flags & CFG_MEM_COMM)
		return (range_paged(p->virt) &&
			p->virt.size == CFG_PAGE_SIZE) ||
		       say_at(c, COMM_INVALID, p->where, &p->virt);
	if ((p->virt.base ^ p->phys.base) & PAGE_OFFSET)
		return say_at(c, MEM_ALIGN_VIRT, p->where, p->name,
			      p->virt.base, p->phys.base);
	return range_paged(p->phys) || (p->m->flags & CFG_MEM_SUBPAGE) ||
	       say_at(c, MEM_ALIGN, p->where, p->name, &p->phys,
		      p->m->flags & CFG_MEM_IO ?
		      "; a smaller window needs access-widths" : "");
}

static bool meets_board(struct ctx *c, enum check check, struct piece *p,
			const struct cfg_range *mine,
			const struct cfg_region *r)
{
	return say_vs(c, check, p->where,
		      board(c, r->node, check == MEM_OVERLAP_HYPERVISOR ?
			    "memory-region" : "reg"), p->name, mine,
		      &r->range);
}

/* The hypervisor answers at the interrupt controller's addresses. */
static void judge_virt(struct ctx *c, struct piece *p)
{
	const struct cfg_region *end = c->sys->prot + c->sys->prot_count;
	const struct cfg_region *r = c->sys->prot;

	while ((r = region_meeting(r, end, p->virt)) &&
	       (r->kind != CFG_PROT_INTC || cfg_range_meets(r->range, p->phys)))
		r++;
	if (r)
		meets_board(c, MMIO_INTERCEPTED_VIRT, p, &p->virt, r);
}

/* False if the hypervisor keeps any of it. */
static bool judge_protected(struct ctx *c, struct piece *p)
{
	const struct cfg_region *end = c->sys->prot + c->sys->prot_count;
	const struct cfg_region *r = region_meeting(c->sys->prot, end, p->phys);

	return !r || meets_board(c, r->kind == CFG_PROT_HYPERVISOR ?
				 MEM_OVERLAP_HYPERVISOR : MMIO_INTERCEPTED, p,
				 &p->phys, r);
}

/* The root cell's pieces are sorted: one pass follows r upward. */
bool root_has(const struct cfg_system *sys, struct cfg_range r, uint32_t mask,
	      uint32_t flags)
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
static bool judge_owner(struct ctx *c, struct piece *p)
{
	uint32_t io = p->m->flags & CFG_MEM_IO;

	if (root_has(c->sys, p->phys, CFG_MEM_IO, io))
		return true;
	if (!io && !ranges_cover(c->sys->ram, c->sys->ram_count, p->phys))
		return say_at(c, MEM_OUTSIDE_RAM, p->where, p->name, &p->phys);
	return say_at(c, MEM_NOT_OWNED, p->where, p->name, &p->phys);
}

static void judge_reserved(struct ctx *c, struct piece *p)
{
	const struct cfg_region *r = c->sys->reserved;
	const struct cfg_region *end = r + c->sys->reserved_count;
	bool reserved = p->m->flags & (CFG_MEM_IO | CFG_MEM_SHARED);

	for (; (r = region_meeting(r, end, p->phys)); r++) {
		reserved = true;
		if (p->m->region != r->node)
			meets_board(c, r->kind & CFG_MEM_NOMAP ? MEM_RESERVED :
				    MEM_RESERVED_USED, p, &p->phys, r);
	}
	if (!reserved)
		say_at(c, MEM_NOT_RESERVED, p->where, p->name, &p->phys);
}

static void say_clash(struct ctx *c, enum check check, struct piece *p,
		      const struct cfg_range *mine, struct piece *other,
		      const struct cfg_range *theirs, const char *cell)
{
	say_vs(c, check, p->where, other->where, p->name, mine, other->name,
	       theirs, cell);
}

/* Shared by both, or apart. */
static void judge_live(struct ctx *c, struct piece *p,
		       const struct cfg_cell *live)
{
	const struct cfg_mem *m;
	struct piece o;

	for_each_mem(live, m) {
		o = piece_of(c->sys, live, m);
		if ((m->flags & CFG_MEM_COMM) ||
		    (p->m->flags & m->flags & CFG_MEM_SHARED) ||
		    !cfg_range_meets(o.phys, p->phys))
			continue;
		say_clash(c, m->flags & CFG_MEM_IO ? MMIO_SHARED :
			  MEM_OVERLAP_CELLS, p, &p->phys, &o, &o.phys,
			  live->name);
		return;
	}
}

/* Against the pieces before it in the cell. */
static void judge_own(struct ctx *c, struct piece *p)
{
	const struct cfg_mem *m;
	struct piece o;

	for (m = c->cell->mem; m < p->m; m++) {
		o = piece_of(c->sys, c->cell, m);
		if (cfg_range_meets(o.virt, p->virt))
			say_clash(c, MEM_OVERLAP_CELL, p, &p->virt, &o,
				  &o.virt, NULL);
		else if (!((p->m->flags | m->flags) & CFG_MEM_COMM) &&
			 cfg_range_meets(o.phys, p->phys))
			say_clash(c, (p->m->flags ^ m->flags) & RIGHTS ?
				  MEM_ALIAS_RIGHTS : MEM_ALIAS, p, &p->phys,
				  &o, &o.phys, NULL);
	}
}

static void judge_console(struct ctx *c, struct piece *p)
{
	const struct cfg_uart *uart = &c->sys->console;
	struct cfg_range regs = { uart->base, uart->size };

	if (uart->kind != CFG_UART_NONE && !(p->m->flags & CFG_MEM_SHARED) &&
	    cfg_range_meets(regs, p->phys))
		say_at(c, CONSOLE_CLASH, p->where, p->name, &p->phys, &regs);
}

void judge_memory(struct ctx *c)
{
	const struct cfg_mem *m;
	struct piece p;
	uint32_t i;

	for_each_mem(c->cell, m) {
		p = piece_of(c->sys, c->cell, m);
		if (!judge_shape(c, &p))
			continue;
		judge_virt(c, &p);
		judge_own(c, &p);
		if ((m->flags & CFG_MEM_COMM) || !judge_protected(c, &p) ||
		    !judge_owner(c, &p))
			continue;
		judge_reserved(c, &p);
		judge_console(c, &p);
		for (i = 0; i < c->live_count; i++)
			judge_live(c, &p, c->live[i]);
	}
}
