/* SPDX-License-Identifier: GPL-2.0-only */
/* Translation: the hypervisor's own, stage 1 of EL2 (DDI 0487 D8); stage 2. */
#ifndef ARM64_EL2_H
#define ARM64_EL2_H

#include "types.h"

struct s2;

#define EL2_TABLE	3ull
#define EL2_AF_IS	(BIT64(10) | (3ull << 8))	/* inner shareable */
#define EL2_RO		BIT64(7)
#define EL2_AP1		BIT64(6)			/* RES1 at EL2 */
#define EL2_XN		BIT64(54)
#define EL2_NORMAL	(1ull << 2)			/* MAIR index */
#define EL2_DEVICE	(0ull << 2)

#define EL2_PAGE_TEXT	(3ull | EL2_AF_IS | EL2_AP1 | EL2_RO | EL2_NORMAL)
#define EL2_PAGE_RO	(EL2_PAGE_TEXT | EL2_XN)
#define EL2_PAGE_RW	(3ull | EL2_AF_IS | EL2_AP1 | EL2_XN | EL2_NORMAL)
#define EL2_PAGE_DEV	(3ull | EL2_AF_IS | EL2_AP1 | EL2_XN | EL2_DEVICE)
#define EL2_BLOCK_RW	(EL2_PAGE_RW & ~2ull)

/* The level-2 table under HV_BASE that all CPUs share. */
uint64_t *el2_shared_l2(void);

uint64_t early_tables(uint64_t base, uint64_t slot);

/* Register values that make a CPU use a cell's stage 2. */
uint64_t s2_vttbr(const struct s2 *s2);
uint64_t s2_vtcr(void);

#endif
