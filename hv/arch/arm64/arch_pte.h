/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stage-2 entries of AArch64 (DDI 0487 D8.3, D8.5.5). Three levels for up to
 * 40 bits (with concatenated root tables), four above; the core's level 0 is
 * the root's level.
 */
#ifndef ARM64_ARCH_PTE_H
#define ARM64_ARCH_PTE_H

#include <abi/image.h>
#include "layout.h"
#include "s2.h"
#include "sysreg.h"

typedef uint64_t pte_t;

extern struct cb_image_header image_header;
extern uint32_t s2_bits;		/* of the cells' addresses */

#define PTE_VALID	1ull
#define PTE_TABLE	2ull		/* table, or page on the last level */
#define PTE_RIGHTS	6		/* S2AP: S2_READ, S2_WRITE */
#define PTE_INNER	(3ull << 8)
#define PTE_AF		BIT64(10)
#define PTE_XN		BIT64(54)
#define PTE_ATTR	55		/* for software: S2_*, as given */
#define PTE_NORMAL	(0xfull << 2)	/* write-back inside and outside */
#define PTE_DEVICE	(0x1ull << 2)	/* nGnRE */
#define PTE_ADDR	0x0000fffffffff000ull

static inline unsigned arch_s2_levels(void)
{
	return s2_bits > 40 ? 4 : 3;
}

static inline unsigned arch_s2_shift(unsigned lvl)
{
	return PAGE_SHIFT + 9 * (arch_s2_levels() - 1 - lvl);
}

static inline unsigned arch_s2_root_pages(void)
{
	return s2_bits == 40 ? 2 : 1;
}

static inline bool arch_pte_block_ok(unsigned lvl)
{
	return arch_s2_shift(lvl) <= 30;
}

static inline pte_t arch_pte_leaf(unsigned lvl, paddr_t pa, uint32_t attr)
{
	return pa.v | PTE_VALID | PTE_AF |
	       (lvl == arch_s2_levels() - 1 ? PTE_TABLE : 0) |
	       (attr & S2_DEVICE ? PTE_DEVICE : PTE_NORMAL | PTE_INNER) |
	       (uint64_t)(attr & (S2_READ | S2_WRITE)) << PTE_RIGHTS |
	       (attr & S2_EXEC ? 0 : PTE_XN) |
	       (uint64_t)(attr & S2_ATTR) << PTE_ATTR;
}

static inline pte_t arch_pte_table(paddr_t pa)
{
	return pa.v | PTE_VALID | PTE_TABLE;
}

static inline bool arch_pte_present(pte_t pte)
{
	return pte & PTE_VALID;
}

static inline bool arch_pte_is_table(unsigned lvl, pte_t pte)
{
	return lvl < arch_s2_levels() - 1 &&
	       (pte & (PTE_VALID | PTE_TABLE)) == (PTE_VALID | PTE_TABLE);
}

static inline paddr_t arch_pte_addr(pte_t pte)
{
	return paddr(pte & PTE_ADDR);
}

static inline uint32_t arch_pte_attr(pte_t pte)
{
	return pte >> PTE_ATTR & S2_ATTR;
}

static inline paddr_t arch_virt_to_phys(const void *p)
{
	return paddr((uint64_t)p - HV_BASE + image_header.phys_base);
}

static inline void *arch_phys_to_virt(paddr_t pa)
{
	return (void *)(pa.v - image_header.phys_base + HV_BASE);
}

/* Walks are cacheable and inner shareable: order is all that is needed. */
static inline void arch_pte_publish(const pte_t *pte, unsigned n)
{
	__asm__ volatile("dsb ishst" ::: "memory");
}

#endif
