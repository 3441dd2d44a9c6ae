/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * IRQ-01. A vulnerable hypervisor writes the whole word of ISENABLER or
 * ICENABLER: the victim's SPI (foreign=INTID,…) is turned off, or one that it
 * keeps off is turned on. The victim checks its own enable bit each beat.
 */
#include "irq.h"

static void write_bank(uint64_t offset)
{
	uint64_t foreign[IRQ_LIST_MAX], word;
	unsigned int n, count;

	if (!probe_gic())
		return;
	count = irq_list("foreign", foreign);
	for (n = 0; n < count; n++) {
		word = gic_distributor() + offset + foreign[n] / 32 * 4;
		mmio_write32(word, 1u << foreign[n] % 32);
		mmio_write32(word, ~0u);
		report_check(!(mmio_read32(word) & 1u << foreign[n] % 32),
			     "the enable bit of %lu can be seen", foreign[n]);
	}
}

static void enable(void)
{
	write_bank(GICD_ISENABLER);
}

static void disable(void)
{
	write_bank(GICD_ICENABLER);
}

static const struct probe_case cases[] = {
	{ "enable", enable },
	{ "disable", disable },
};

PROBE("IRQ-01", "another cell's interrupt keeps its enable bit", cases);
