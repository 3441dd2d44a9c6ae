/* SPDX-License-Identifier: GPL-2.0-only */
#include "cell.h"
#include <abi/hypercall.h>
#include <arch/mem.h>
#include <arch/pte.h>

extern char __root_ro[], __root_ro_end[];	/* linker script */

/* What is trapped is in no table. */
static int map_all(struct cell *cell)
{
	const struct cfg_mem *m;
	int err = 0;

	for_each_mem(m, cell) {
		paddr_t pa = m->flags & CFG_MEM_COMM ?
			     arch_virt_to_phys(cell->comm) : paddr(m->phys);

		if (!err && !(m->flags & CFG_MEM_SUBPAGE))
			err = s2_map(&cell->s2, ipaddr(m->virt), pa, m->size,
				     m->flags & S2_ATTR);
	}
	return err;
}

int root_mem_init(void)
{
	paddr_t ro = arch_virt_to_phys(__root_ro);
	const struct cfg_mem *m;
	int err = map_all(&root_cell) ?:
		  s2_map(&root_cell.s2, ipaddr(ro.v), ro,
			 (uint64_t)(__root_ro_end - __root_ro), S2_READ);

	/* neighbours join now: later merges find the tables as they are */
	for_each_mem(m, &root_cell)
		s2_change(&root_cell.s2, S2_MERGE, ipaddr(m->virt), m->size);
	return err;
}

/* The first part of [base, end) that other cells took as well; or size 0. */
static struct cfg_range first_held(const struct cell *cell, uint64_t base,
				   uint64_t end)
{
	struct cfg_range first = { .base = end };
	const struct cell *other = NULL;
	const struct cfg_range *r;

	while ((other = cell_next(other)))
		for_each_taken(r, other)
			if (other != cell && r->base < first.base &&
			    cfg_range_end(*r) > base)
				first = *r;
	return first;
}

/* What root owns of the range comes back, in the tables of the split. */
static void root_map(uint64_t base, uint64_t end)
{
	const struct cfg_mem *m;

	for_each_mem(m, &root_cell) {
		uint64_t m_end = m->virt + m->size;
		uint64_t from = m->virt > base ? m->virt : base;
		uint64_t to = m_end < end ? m_end : end;

		if (from < to && !(m->flags & CFG_MEM_SUBPAGE))
			s2_map(&root_cell.s2, ipaddr(from), paddr(from),
			       to - from, m->flags & S2_ATTR);
	}
	s2_change(&root_cell.s2, S2_MERGE, ipaddr(base), end - base);
}

/* A page in which another cell has a window comes back with that cell. */
static void root_regain(const struct cell *cell)
{
	const struct cfg_range *r;
	struct cfg_range held;
	uint64_t base;

	for_each_taken(r, cell) {
		for (base = r->base; base < cfg_range_end(*r);
		     base = cfg_range_end(held)) {
			held = first_held(cell, base, cfg_range_end(*r));
			root_map(base, held.base);
		}
	}
}

int cell_mem_prepare(struct cell *cell)
{
	const struct cfg_range *r;
	const struct cfg_mem *m;
	int err = map_all(cell);

	for_each_taken(r, cell)
		err = err ?: s2_change(&root_cell.s2, S2_SPLIT,
				       ipaddr(r->base), r->size);
	/* loading maps parts of what was taken: without memory then, too */
	for_each_mem(m, cell)
		if (m->flags & CFG_MEM_LOADABLE)
			err = err ?: s2_change(&root_cell.s2, S2_SPLIT,
					       ipaddr(m->phys), m->size);
	if (err)
		root_regain(cell);
	return err;
}

static void each_own_ram(const struct cell *cell,
			 void (*work)(paddr_t base, uint64_t size))
{
	const struct cfg_mem *m;

	for_each_mem(m, cell)
		if (!(m->flags & (CFG_MEM_IO | CFG_MEM_COMM | CFG_MEM_SHARED |
				  CFG_MEM_SUBPAGE)))
			work(paddr(m->phys), m->size);
}

void cell_mem_flush(const struct cell *cell)
{
	each_own_ram(cell, arch_dcache_flush);
}

void cell_mem_commit(const struct cell *cell)
{
	const struct cfg_range *r;

	for_each_taken(r, cell)
		s2_change(&root_cell.s2, S2_UNMAP, ipaddr(r->base), r->size);
	each_own_ram(cell, arch_wipe);	/* every start flushes it */
}

void cell_mem_revoke(struct cell *cell)
{
	cell_mem_loadable(cell, false);
	each_own_ram(cell, arch_wipe);
	cell_mem_flush(cell);
	root_regain(cell);
}

void cell_mem_loadable(struct cell *cell, bool loadable)
{
	const struct cfg_mem *m;

	if (cell->loadable == loadable)
		return;
	cell->loadable = loadable;
	for_each_mem(m, cell) {
		if (!(m->flags & CFG_MEM_LOADABLE))
			continue;
		if (loadable)
			s2_map(&root_cell.s2, ipaddr(m->phys), paddr(m->phys),
			       m->size, S2_READ | S2_WRITE);
		else
			s2_change(&root_cell.s2, S2_UNMAP, ipaddr(m->phys),
				  m->size);
	}
}

/* Page by page: none of them that is mapped has an address that wraps. */
int root_copy(void *dst, uint64_t ip, uint64_t size)
{
	uint8_t *to = dst;
	uint64_t n;
	paddr_t pa;

	for (; size; to += n, ip += n, size -= n) {
		n = PAGE_SIZE - (ip & PAGE_MASK);
		if (n > size)
			n = size;
		if ((s2_query(&root_cell.s2, ipaddr(ip), &pa) &
		     (S2_READ | S2_DEVICE)) != S2_READ)
			return -CB_EFAULT;
		arch_copy_from_phys(to, pa, n);
	}
	return 0;
}
