/* SPDX-License-Identifier: GPL-2.0-only */
#include "core.h"
#include <abi/hypercall.h>
#include <arch/mem.h>
#include "cell.h"

#define REGION_MAX	16
#define WIDTHS		(BIT(1) | BIT(2) | BIT(4) | BIT(8))

struct region {
	uint64_t base;
	uint64_t size;
	mmio_handler handler;
	void *arg;
	const struct cell *only;	/* NULL: for every cell */
};

static struct region regions[REGION_MAX];
static struct region *regions_end = regions;

int mmio_register(uint64_t base, uint64_t size, bool root_only,
		  mmio_handler handler, void *arg)
{
	const struct region *r = regions;

	if (!size || base + size - 1 < base)
		return -CB_EINVAL;
	if (regions_end == &regions[REGION_MAX])
		return -CB_ENOMEM;
	for (; r < regions_end; r++)
		if (base <= r->base + (r->size - 1) &&
		    r->base <= base + (size - 1))
			return -CB_EEXIST;
	*regions_end++ = (struct region){
		base, size, handler, arg, root_only ? &root_cell : NULL
	};
	return 0;
}

void mmio_forward(struct mmio *m, paddr_t phys)
{
	m->value = arch_device_access(phys, m->size, m->write, m->value);
}

/*
 * May the root cell have this of its piece? No byte that is a live cell's own,
 * and only in pages that are moderated, because a cell holds a part: the root
 * cell also faults where stage 2 is about to change, and must not touch its own
 * RAM as if it were a device.
 */
static bool root_window(const struct cfg_mem *own, const struct mmio *m)
{
	bool moderated = own->flags & CFG_MEM_SUBPAGE;
	const struct cell *cell = NULL;
	const struct cfg_mem *mem;

	while ((cell = cell_next(cell))) {
		for_each_mem(mem, cell) {
			if (mem->flags & (CFG_MEM_COMM | CFG_MEM_SHARED))
				continue;
			if (m->addr - mem->phys < mem->size ||
			    mem->phys - m->addr < m->size)
				return false;
			if (mem->flags & CFG_MEM_SUBPAGE &&
			    page_down(mem->phys) == page_down(m->addr))
				moderated = true;
		}
	}
	return moderated && own->flags & CFG_MEM_IO;
}

/* The piece of the cell's memory that has all bytes must permit this. */
static bool access_window(const struct cell *cell, struct mmio *m)
{
	uint32_t right = m->write ? CFG_MEM_WRITE : CFG_MEM_READ;
	const struct cfg_mem *mem;

	for_each_mem(mem, cell) {
		uint64_t offset = m->addr - mem->virt;
		bool window = mem->flags & CFG_MEM_SUBPAGE;

		if (offset >= mem->size || m->size > mem->size - offset)
			continue;
		if (!(mem->flags & right) ||
		    (window && !(mem->widths & m->size)) ||
		    !(cell == &root_cell ? root_window(mem, m) : window))
			return false;
		mmio_forward(m, paddr(mem->phys + offset));
		return true;
	}
	return false;
}

/*
 * Other cells come and go, and with them what the root cell has. Not part of
 * mmio_dispatch(), whose short way would have to save registers for it.
 */
__attribute__((noinline))
static bool root_access_window(struct mmio *m)
{
	bool done;

	spin_lock(&control_lock);
	done = access_window(&root_cell, m);
	spin_unlock(&control_lock);
	return done;
}

bool mmio_dispatch(struct cell *cell, struct mmio *m)
{
	const struct region *r = regions, *end = regions_end;
	uint64_t offset;

	if (m->size > 8 || !(WIDTHS >> m->size & 1) ||
	    m->addr & (m->size - 1))
		return false;
	for (; r < end; r++) {
		offset = m->addr - r->base;
		if (offset < r->size && (!r->only || r->only == cell))
			return m->size <= r->size - offset &&
			       r->handler(cell, m, offset, r->arg);
	}
	return cell == &root_cell ? root_access_window(m) :
				    access_window(cell, m);
}
