/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Contract: page-table entries of stage 2. Level 0 is the root's level as the
 * walker counts; the leaf level is arch_s2_levels() - 1 with 4 KiB pages.
 *
 *	typedef uint64_t pte_t;
 *	unsigned arch_s2_levels(void);
 *	unsigned arch_s2_shift(unsigned lvl)	log2 of what one entry maps
 *	unsigned arch_s2_root_pages(void)	concatenated pages of the root
 *	bool arch_pte_block_ok(unsigned lvl)	may an entry of lvl be a leaf?
 *	pte_t arch_pte_leaf(unsigned lvl, paddr_t, uint32_t s2_attr)
 *	pte_t arch_pte_table(paddr_t)
 *	bool arch_pte_present(pte_t)		the complement of one that is in
 *						the root's level is not
 *	bool arch_pte_is_table(unsigned lvl, pte_t)
 *	paddr_t arch_pte_addr(pte_t)
 *	uint32_t arch_pte_attr(pte_t)		S2_* of a leaf
 *	paddr_t arch_virt_to_phys(const void *)	pages of the pool
 *	void *arch_phys_to_virt(paddr_t)	the same
 *	void arch_pte_publish(const pte_t *, unsigned n) to the table walker
 *	void arch_s2_flush(const struct s2 *)	all CPUs forget all of it
 */
#ifndef ARCH_PTE_H
#define ARCH_PTE_H

#include "types.h"

struct s2;
void arch_s2_flush(const struct s2 *s2);

#include <arch_pte.h>
#endif
