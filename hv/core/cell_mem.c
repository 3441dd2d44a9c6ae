/* SPDX-License-Identifier: GPL-2.0-only */
#include "cell_mem.h"
#include <abi/hypercall.h>
#include <arch/mem.h>
#include <arch/pte.h>
#include "cell.h"
#include "core.h"

extern char __root_ro[], __root_ro_end[];	/* linker script */

static uint32_t s2_attr(uint32_t flags)
{
	uint32_t attr = 0;

	if (flags & CFG_MEM_READ)
		attr |= S2_READ;
	if (flags & CFG_MEM_WRITE)
		attr |= S2_WRITE;
	if (flags & CFG_MEM_EXEC)
		attr |= S2_EXEC;
	if (flags & CFG_MEM_IO)
		attr |= S2_DEVICE;
	return attr;
}

int root_mem_init(void)
{
	const struct cfg_cell *cfg = &root_cell.cfg;
	paddr_t ro = arch_virt_to_phys(__root_ro);
	uint32_t i;
	int err = 0;

	for (i = 0; i < cfg->mem_count && !err; i++) {
		const struct cfg_mem *m = &cfg->mem[i];

		if (m->flags & CFG_MEM_SUBPAGE)
			continue;
		err = s2_map(&root_cell.s2, ipaddr(m->virt), paddr(m->phys),
			     m->size, s2_attr(m->flags));
	}
	if (!err)
		err = s2_map(&root_cell.s2, ipaddr(ro.v), ro,
			     (uint64_t)(__root_ro_end - __root_ro), S2_READ);
	/* neighbours join now: later merges find the tables as they are */
	for (i = 0; i < cfg->mem_count && !err; i++)
		s2_merge(&root_cell.s2, ipaddr(cfg->mem[i].virt),
			 cfg->mem[i].size);
	return err;
}

static bool is_own_ram(const struct cfg_mem *m)
{
	return !(m->flags & (CFG_MEM_IO | CFG_MEM_COMM | CFG_MEM_SHARED |
			     CFG_MEM_SUBPAGE));
}

static bool is_loadable(const struct cfg_mem *m)
{
	return is_own_ram(m) && m->flags & CFG_MEM_LOADABLE;
}

static int map_own(struct cell *cell)
{
	uint32_t i;
	int err = 0;

	for (i = 0; i < cell->cfg.mem_count && !err; i++) {
		const struct cfg_mem *m = &cell->cfg.mem[i];

		if (m->flags & (CFG_MEM_SUBPAGE | CFG_MEM_COMM))
			continue;
		err = s2_map(&cell->s2, ipaddr(m->virt), paddr(m->phys),
			     m->size, s2_attr(m->flags));
	}
	if (!err && cell->comm)
		err = s2_map(&cell->s2, ipaddr(cell->cfg.comm.virt),
			     arch_virt_to_phys(cell->comm), PAGE_SIZE,
			     S2_READ | S2_WRITE);
	return err;
}

static void unprepare(const struct plan *plan)
{
	uint32_t i;

	for (i = 0; i < plan->take_count; i++)
		s2_merge(&root_cell.s2, ipaddr(plan->take[i].base),
			 plan->take[i].size);
}

int cell_mem_prepare(struct cell *cell, const struct plan *plan)
{
	uint32_t i;
	int err;

	err = map_own(cell);
	for (i = 0; i < plan->take_count && !err; i++)
		err = s2_split(&root_cell.s2, ipaddr(plan->take[i].base),
			       plan->take[i].size);
	/* loading maps parts of what was taken: without memory then, too */
	for (i = 0; i < cell->cfg.mem_count && !err; i++)
		if (is_loadable(&cell->cfg.mem[i]))
			err = s2_split(&root_cell.s2,
				       ipaddr(cell->cfg.mem[i].phys),
				       cell->cfg.mem[i].size);
	if (err)
		unprepare(plan);
	return err;
}

static void wipe(struct cell *cell)
{
	uint32_t i;

	for (i = 0; i < cell->cfg.mem_count; i++)
		if (is_own_ram(&cell->cfg.mem[i]))
			arch_wipe(paddr(cell->cfg.mem[i].phys),
				  cell->cfg.mem[i].size);
}

static void root_unmap(uint64_t base, uint64_t size)
{
	s2_unmap(&root_cell.s2, ipaddr(base), size);
	arch_s2_flush(&root_cell.s2, ipaddr(base), size);
}

void cell_mem_commit(struct cell *cell, const struct plan *plan)
{
	uint32_t i;

	for (i = 0; i < plan->take_count; i++)
		root_unmap(plan->take[i].base, plan->take[i].size);
	wipe(cell);	/* every start flushes it */
}

/*
 * What root owns of the range comes back. Tables for it exist since the
 * split, so this needs no memory.
 */
static void root_regain(uint64_t base, uint64_t end)
{
	const struct cfg_cell *root = &root_cell.cfg;
	uint32_t i;

	for (i = 0; i < root->mem_count; i++) {
		const struct cfg_mem *m = &root->mem[i];
		uint64_t from = m->virt > base ? m->virt : base;
		uint64_t to = m->virt + m->size < end ? m->virt + m->size :
							end;

		if (from >= to || m->flags & CFG_MEM_SUBPAGE)
			continue;
		s2_map(&root_cell.s2, ipaddr(from), paddr(from), to - from,
		       s2_attr(m->flags));
	}
	s2_merge(&root_cell.s2, ipaddr(base), end - base);
}

void cell_mem_revoke(struct cell *cell, const struct plan *plan)
{
	uint32_t i;

	wipe(cell);
	cell_mem_flush(cell);
	for (i = 0; i < plan->take_count; i++)
		root_regain(plan->take[i].base,
			    plan->take[i].base + plan->take[i].size);
}

void cell_mem_loadable(struct cell *cell, bool loadable)
{
	uint32_t i;

	if (cell->loadable == loadable)
		return;
	cell->loadable = loadable;
	for (i = 0; i < cell->cfg.mem_count; i++) {
		const struct cfg_mem *m = &cell->cfg.mem[i];

		if (!is_loadable(m))
			continue;
		if (loadable)
			s2_map(&root_cell.s2, ipaddr(m->phys), paddr(m->phys),
			       m->size, S2_READ | S2_WRITE);
		else
			root_unmap(m->phys, m->size);
	}
}

void cell_mem_flush(struct cell *cell)
{
	uint32_t i;

	for (i = 0; i < cell->cfg.mem_count; i++)
		if (is_own_ram(&cell->cfg.mem[i]))
			arch_dcache_flush(paddr(cell->cfg.mem[i].phys),
					  cell->cfg.mem[i].size);
}

int root_copy(void *dst, uint64_t ip, uint64_t size)
{
	uint8_t *to = dst;

	if (ip + size < ip)
		return -CB_EFAULT;
	while (size) {
		uint64_t n = PAGE_SIZE - (ip & PAGE_MASK);
		uint32_t attr;
		paddr_t pa;

		if (n > size)
			n = size;
		if (!s2_query(&root_cell.s2, ipaddr(page_down(ip)), &pa,
			      &attr) ||
		    !(attr & S2_READ) || attr & S2_DEVICE)
			return -CB_EFAULT;
		arch_copy_from_phys(to, paddr(page_down(pa.v) |
					      (ip & PAGE_MASK)), n);
		to += n;
		ip += n;
		size -= n;
	}
	return 0;
}
