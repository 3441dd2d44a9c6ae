/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * AMD's entries say that they were used and written to, so that the hardware
 * changes none: neighbours can be compared.
 */
#include "arch_pte.h"

#define NPT_PRESENT	BIT64(0)
#define NPT_WRITE	BIT64(1)
#define NPT_USER	BIT64(2)	/* every access of a guest */
#define NPT_ACCESSED	BIT64(5)
#define NPT_DIRTY	BIT64(6)
#define NPT_NX		BIT64(63)

#define EPT_READ	BIT64(0)
#define EPT_WRITE	BIT64(1)
#define EPT_EXEC	BIT64(2)
#define EPT_RAM		(6ull << 3)	/* write-back; devices: 0 */

const struct pte_format npt_format = {
	.table = NPT_PRESENT | NPT_WRITE | NPT_USER | NPT_ACCESSED,
	.leaf = NPT_PRESENT | NPT_USER | NPT_ACCESSED | NPT_DIRTY,
	.write = NPT_WRITE,
	.no_exec = NPT_NX,
};

const struct pte_format ept_format = {
	.table = EPT_READ | EPT_WRITE | EPT_EXEC,
	.leaf = EPT_READ,
	.write = EPT_WRITE,
	.exec = EPT_EXEC,
	.ram = EPT_RAM,
};

const struct pte_format *pte_format;
uint32_t s2_levels = 4;
uint32_t s2_max_shift = 21;
