/* SPDX-License-Identifier: GPL-2.0-only */
/* A cell's stage 2: control of a CPU, translations (DDI 0487 D8.13). */
#include <arch/cpu.h>
#include <arch/pte.h>
#include "cell.h"
#include "el2.h"

/* Above this many pages the whole tag goes. */
#define FLUSH_PAGES	32

uint64_t s2_vttbr(const struct s2 *s2)
{
	return arch_virt_to_phys(s2->root).v | (uint64_t)s2->id << 48;
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

void arch_cell_release(struct cell *cell)
{
}

void arch_cells_changed(void)
{
}
