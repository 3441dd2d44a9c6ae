/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * IRQ-03. A vulnerable hypervisor lets the attacker set or clear the pending
 * or active state of the victim's SPI (foreign=INTID,…): interrupts that never
 * were, or that are lost. The victim counts its interrupts.
 */
#include "irq.h"

static void write_state(const uint16_t *offsets, unsigned int banks)
{
	uint64_t foreign[IRQ_LIST_MAX], word;
	unsigned int n, b, count;

	if (!probe_gic())
		return;
	count = irq_list("foreign", foreign);
	for (n = 0; n < count; n++) {
		for (b = 0; b < banks; b++) {
			word = gic_distributor() + offsets[b] +
			       foreign[n] / 32 * 4;
			mmio_write32(word, 1u << foreign[n] % 32);
			mmio_write32(word, ~0u);
			report_check(!(mmio_read32(word) &
				       1u << foreign[n] % 32),
				     "state of %lu can be seen", foreign[n]);
		}
	}
}

static void set(void)
{
	static const uint16_t offsets[] = { GICD_ISPENDR, GICD_ISACTIVER };

	write_state(offsets, 2);
}

/* For a second: some of it falls between the victim's set and its handler. */
static void clear(void)
{
	static const uint16_t offsets[] = { GICD_ICPENDR, GICD_ICACTIVER };
	uint64_t end = timer_now() + timer_frequency();

	do {
		write_state(offsets, 2);
	} while (timer_now() < end);
}

static const struct probe_case cases[] = {
	{ "set", set },
	{ "clear", clear },
};

PROBE("IRQ-03", "another cell's pending and active state", cases);
