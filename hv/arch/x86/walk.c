// SPDX-License-Identifier: GPL-2.0-only
/*
 * The guest's own page tables (SDM volume 3, chapter 4; APM volume 2, chapter
 * 5). Every table is read as the guest's: through its cell's stage 2, from RAM
 * only. At most five levels, each read once.
 */
#include "trap.h"
#include <arch/mem.h>

#define ENTRY_PRESENT	BIT64(0)
#define ENTRY_LARGE	BIT64(7)
#define ENTRY_ADDR	0x000ffffffffff000ull
#define CR3_ADDR32	0xfffff000ull
#define CR3_ADDR_PAE	0xffffffe0ull

/* A form of paging; bit n of large: level n may have large pages. */
struct paging {
	uint8_t levels;
	uint8_t bits;		/* of the index into one table */
	uint8_t entry_size;
	uint8_t large;
	uint64_t root;
};

/*
 * The lock is held over the copy: when the memory becomes another cell's, that
 * comes after the change of the tables.
 */
bool guest_read(struct cell *cell, uint64_t phys, void *dst, uint32_t size,
		paddr_t *pa)
{
	bool mine;

	spin_lock(&cell->s2.lock);
	mine = (s2_query(&cell->s2, ipaddr(phys), pa) &
		(S2_READ | S2_DEVICE)) == S2_READ;
	if (mine)
		arch_copy_from_phys(dst, *pa, size);
	spin_unlock(&cell->s2.lock);
	return mine;
}

static struct paging paging_form(void)
{
	uint64_t cr4 = vm->get(VM_CR4), cr3 = vm->get(VM_CR3);

	if (vm->get(VM_EFER) & EFER_LMA)
		return (struct paging){ cr4 & CR4_LA57 ? 5 : 4, 9, 8, 6,
					cr3 & ENTRY_ADDR };
	if (cr4 & CR4_PAE)
		return (struct paging){ 3, 9, 8, 2, cr3 & CR3_ADDR_PAE };
	return (struct paging){ 2, 10, 4, cr4 & CR4_PSE ? 2 : 0,
				cr3 & CR3_ADDR32 };
}

bool walk_guest(struct cell *cell, uint64_t virt, struct walk *w)
{
	struct paging p = paging_form();
	uint64_t table = p.root, offset;
	uint32_t level, shift;

	*w = (struct walk){ .phys = virt };
	if (!(vm->get(VM_CR0) & CR0_PG))
		return true;
	w->entry_size = p.entry_size;
	for (level = p.levels; level--; table = w->entry & ENTRY_ADDR) {
		shift = PAGE_SHIFT + level * p.bits;
		w->entry = 0;
		table += p.entry_size * (virt >> shift & (BIT(p.bits) - 1));
		if (!guest_read(cell, table, &w->entry, p.entry_size,
				&w->entry_at) || !(w->entry & ENTRY_PRESENT))
			return false;
		if (!level || (p.large >> level & 1 && w->entry & ENTRY_LARGE))
			break;
	}
	offset = BIT64(shift) - 1;
	w->phys = (w->entry & ENTRY_ADDR & ~offset) | (virt & offset);
	/* bits 39:32 of a 4 MiB page's address are in bits 20:13 (PSE-36) */
	if (p.entry_size == 4 && level)
		w->phys |= (w->entry >> 13 & 0xff) << 32;
	return true;
}
