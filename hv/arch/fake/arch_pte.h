/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stage-2 entries of a machine that does not exist, of a shape that tests
 * choose: 2 to 4 levels, 1 to 16 root pages, blocks on the levels that they
 * like. Bit 0: present, bit 1: table, bits 4 to 7: S2_* of a leaf.
 */
#ifndef FAKE_ARCH_PTE_H
#define FAKE_ARCH_PTE_H

#include "fake.h"
#include "types.h"

typedef uint64_t pte_t;

static inline unsigned arch_s2_levels(void) { return fake_s2.levels; }

static inline unsigned arch_s2_shift(unsigned lvl)
{
	return PAGE_SHIFT + 9 * (fake_s2.levels - 1 - lvl);
}

static inline unsigned arch_s2_root_pages(void) { return fake_s2.root_pages; }

static inline bool arch_pte_block_ok(unsigned lvl)
{
	return lvl == fake_s2.levels - 1 || fake_s2.block_levels >> lvl & 1;
}

static inline pte_t arch_pte_leaf(unsigned lvl, paddr_t pa, uint32_t attr)
{
	return pa.v | attr << 4 | 1;
}

static inline pte_t arch_pte_table(paddr_t pa) { return pa.v | 3; }

static inline bool arch_pte_present(pte_t pte) { return pte & 1; }

static inline bool arch_pte_is_table(unsigned lvl, pte_t pte)
{
	return lvl < fake_s2.levels - 1 && (pte & 3) == 3;
}

static inline paddr_t arch_pte_addr(pte_t pte)
{
	return paddr(page_down(pte));
}

static inline uint32_t arch_pte_attr(pte_t pte) { return pte >> 4 & 15; }

static inline paddr_t arch_virt_to_phys(const void *p)
{
	return paddr((uint64_t)((const uint8_t *)p - fake_ram) + FAKE_RAM);
}

static inline void *arch_phys_to_virt(paddr_t pa)
{
	return fake_ram + (pa.v - FAKE_RAM);
}

/* Both watch that no entry changes without break before make. */
void arch_pte_publish(const pte_t *pte, unsigned n);

#endif
