/* SPDX-License-Identifier: GPL-2.0-only */
/* What a cell has: nested tables, translations of them, bitmaps of exits. */
#include <arch/pte.h>
#include "apic.h"
#include "page.h"
#include "trap.h"

#define FLUSH_TIMEOUT_S		10

int s2_use_format(const struct pte_format *format, uint32_t levels,
		  bool huge_pages)
{
	uint32_t bits = PAGE_SHIFT + 9 * levels;

	pte_format = format;
	s2_levels = levels;
	s2_max_shift = huge_pages ? 30 : 21;
	if (system_cfg.addr_bits <= bits)
		return 0;
	return refuse(-CB_ERANGE, "mem-wrap", "the board needs %u address "
		      "bits, nested tables have %u", system_cfg.addr_bits, bits);
}

static bool keeps_old(const struct pcpu *cpu)
{
	return READ_ONCE(cpu->arch.flush) && READ_ONCE(cpu->arch.in_guest);
}

/*
 * A CPU in its guest is made to leave it; all others look at the flag before
 * they go there. Whoever changes a cell's tables waits until no CPU can use
 * what it still knows of the old ones.
 */
void arch_s2_flush(const struct s2 *s2)
{
	uint64_t end = arch_time() + FLUSH_TIMEOUT_S * arch_time_hz();
	uint32_t i;

	for (i = 0; i < system_cfg.cpu_count; i++)
		if (READ_ONCE(pcpus[i].arch.s2) == s2)
			WRITE_ONCE(pcpus[i].arch.flush, 1);
	smp_mb();
	for (i = 0; i < system_cfg.cpu_count; i++)
		if (keeps_old(&pcpus[i]))
			arch_cpu_kick(&pcpus[i]);
	for (i = 0; i < system_cfg.cpu_count; i++)
		while (keeps_old(&pcpus[i])) {
			arch_cpu_relax();
			if (arch_time() > end)
				core_panic("CPU %u keeps old translations", i);
		}
	smp_mb();
}

/* What the hardware cannot express is not promised. */
static int not_readable(const struct cell *cell)
{
	const struct cfg_mem *m;

	for_each_mem(m, cell)
		if (!(m->flags & CFG_MEM_READ) &&
		    m->flags & (CFG_MEM_WRITE | CFG_MEM_EXEC))
			return refuse(-CB_EINVAL, "bad-value", "0x%llx: memory "
				      "that is not readable cannot be writable "
				      "or executable", (ull)m->virt);
	return 0;
}

int arch_cell_prepare(struct cell *cell)
{
	if (not_readable(cell))
		return -CB_EINVAL;
	cell->arch = page_alloc(ARCH_CELL_PAGES);
	if (!cell->arch)
		return -CB_ENOMEM;
	io_fill(cell);
	/*
	 * Reads go to AMD's hardware; writes trap. Of Intel's, reads of bytes 4
	 * to 15 of a register may cause machine checks (SDM 3, 11.4.1).
	 */
	if (!apic_page || vm->ept)
		return 0;
	return s2_map(&cell->s2, ipaddr(APIC_BASE_ADDR),
		      paddr(APIC_BASE_ADDR), PAGE_SIZE, S2_READ | S2_DEVICE);
}

void arch_cells_changed(void)
{
	io_fill(&root_cell);
}
