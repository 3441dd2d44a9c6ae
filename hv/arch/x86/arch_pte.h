/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Entries of nested page tables: AMD's (APM volume 2, 15.25), which are those
 * of a process, and Intel's EPT (SDM volume 3, 28.3). The vendor says at boot
 * which. What can be read only is what both can express: a leaf that may be
 * written or executed may be read (arch_cell_prepare() sees to it).
 */
#ifndef X86_ARCH_PTE_H
#define X86_ARCH_PTE_H

#include <abi/image-x86.h>
#include "core.h"
#include "layout.h"
#include "s2.h"

typedef uint64_t pte_t;

struct pte_format {
	uint64_t table;		/* all bits of an entry that is a table */
	uint64_t leaf;		/* … of a leaf that can be read */
	uint64_t write;
	uint64_t exec;		/* set, or NX in the other sense */
	uint64_t no_exec;
	uint64_t ram;		/* memory type: write-back; devices have none */
};

extern const struct pte_format npt_format, ept_format;
extern const struct pte_format *pte_format;
extern uint32_t s2_levels;	/* 4, or 5 as the host has */
extern uint32_t s2_max_shift;	/* of the largest leaf: 21, 30 */

/*
 * How nested tables are from now on: entries, levels (4 or 5), whether leaves
 * of 1 GiB may be. 0, or -CB_ERANGE when the board's addresses do not fit.
 */
int s2_use_format(const struct pte_format *format, uint32_t levels,
		  bool huge_pages);

#define PTE_PRESENT	7ull		/* none of these bits: absent */
#define PTE_LARGE	BIT64(7)
#define PTE_DEVICE	BIT64(11)	/* not looked at by the hardware */
#define PTE_ADDR	0x000ffffffffff000ull

static inline unsigned arch_s2_levels(void)
{
	return s2_levels;
}

static inline unsigned arch_s2_shift(unsigned lvl)
{
	return PAGE_SHIFT + 9 * (s2_levels - 1 - lvl);
}

static inline unsigned arch_s2_root_pages(void)
{
	return 1;
}

static inline bool arch_pte_block_ok(unsigned lvl)
{
	return arch_s2_shift(lvl) <= s2_max_shift;
}

static inline pte_t arch_pte_leaf(unsigned lvl, paddr_t pa, uint32_t attr)
{
	const struct pte_format *f = pte_format;
	pte_t pte = pa.v | f->leaf;

	if (lvl < s2_levels - 1)
		pte |= PTE_LARGE;
	pte |= attr & S2_DEVICE ? PTE_DEVICE : f->ram;
	if (attr & S2_WRITE)
		pte |= f->write;
	return pte | (attr & S2_EXEC ? f->exec : f->no_exec);
}

static inline pte_t arch_pte_table(paddr_t pa)
{
	return pa.v | pte_format->table;
}

static inline bool arch_pte_present(pte_t pte)
{
	return pte & PTE_PRESENT;
}

static inline bool arch_pte_is_table(unsigned lvl, pte_t pte)
{
	return lvl < s2_levels - 1 && arch_pte_present(pte) &&
	       !(pte & PTE_LARGE);
}

static inline paddr_t arch_pte_addr(pte_t pte)
{
	return paddr(pte & PTE_ADDR);
}

static inline uint32_t arch_pte_attr(pte_t pte)
{
	const struct pte_format *f = pte_format;
	uint32_t attr = S2_READ;

	if (pte & f->write)
		attr |= S2_WRITE;
	if ((pte & (f->exec | f->no_exec)) == f->exec)
		attr |= S2_EXEC;
	return pte & PTE_DEVICE ? attr | S2_DEVICE : attr;
}

static inline paddr_t arch_virt_to_phys(const void *p)
{
	return paddr((uint64_t)p - HV_BASE + image_header.phys_base);
}

static inline void *arch_phys_to_virt(paddr_t pa)
{
	return (void *)(pa.v - image_header.phys_base + HV_BASE);
}

/* Walkers see stores in order. */
static inline void arch_pte_publish(const pte_t *pte, unsigned n)
{
	__asm__ volatile("" ::: "memory");
}

#endif
