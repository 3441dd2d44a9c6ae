/* SPDX-License-Identifier: GPL-2.0-only */
/* A cell's stage 2: control of a CPU, translations (DDI 0487 D8.13). */
#include <abi/hypercall.h>
#include <arch/cell.h>
#include <arch/pte.h>
#include "cell.h"
#include "core.h"
#include "el2.h"
#include "gic.h"
#include "sysreg.h"

/* Above this many pages the whole tag goes. */
#define FLUSH_PAGES	32

uint32_t s2_bits = 40;

uint64_t s2_vttbr(const struct s2 *s2)
{
	return arch_virt_to_phys(s2->root).v | (uint64_t)s2->id << 48;
}

uint64_t s2_vtcr(void)
{
	uint64_t ps = read_sysreg(id_aa64mmfr0_el1) & 7;
	uint64_t start = s2_bits > 40 ? 2 : 1;		/* SL0 */

	if (ps > 5)
		ps = 5;
	/* RES1 bit 31; inner shareable, write-back walks; 4 KiB */
	return BIT64(31) | ps << 16 | 3ull << 12 | 1ull << 10 | 1ull << 8 |
	       start << 6 | (64 - s2_bits);
}

/* TLBI by stage 2 works on the current tag: borrow it. */
void arch_s2_flush(const struct s2 *s2, ipaddr_t ip, uint64_t size)
{
	uint64_t old = read_sysreg(vttbr_el2);
	uint64_t page, end = (ip.v + size) >> PAGE_SHIFT;

	write_sysreg(s2_vttbr(s2), vttbr_el2);
	dsb_ish();
	isb();
	if (size >> PAGE_SHIFT > FLUSH_PAGES) {
		__asm__ volatile("tlbi vmalls12e1is" ::: "memory");
	} else {
		for (page = ip.v >> PAGE_SHIFT; page < end; page++)
			__asm__ volatile("tlbi ipas2e1is, %0" : : "r"(page));
		dsb_ish();
		__asm__ volatile("tlbi vmalle1is" ::: "memory");
	}
	dsb_ish();
	isb();
	write_sysreg(old, vttbr_el2);
	isb();
}

int arch_cell_prepare(struct cell *cell)
{
	uint64_t size;
	ipaddr_t ip;
	paddr_t pa;

	if (cell->cfg.aarch32) {
		report_add("arch-mismatch", "aarch32: 32-bit cells are not "
			   "supported yet");
		return -CB_EINVAL;
	}
	if (!gic_cpuif_window(&pa, &ip, &size))
		return 0;
	return s2_map(&cell->s2, ip, pa, size,
		      S2_READ | S2_WRITE | S2_DEVICE);
}
