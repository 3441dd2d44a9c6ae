/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * IRQ-11. The attacker leaves its SPIs (own=INTID,…) behind in a bad state
 * and ends. A vulnerable hypervisor gives pending or active bits to the next
 * owner: a spurious interrupt, or one that never comes again. The next owner
 * is victim.bin with quiet-spi=INTID.
 */
#include "irq.h"

static volatile bool keep_active;
static volatile unsigned int taken;

static void on_irq(unsigned int intid)
{
	taken++;
	report_note("INTID %u is active, and never ends", intid);
	/* No end of interrupt: this handler does not return. */
	if (keep_active) {
		report_check(true, "taken");
		report_end();
		inmate_stop(CB_CELL_SHUT_DOWN);
	}
}

static void leave(bool pending, bool active)
{
	uint64_t own[IRQ_LIST_MAX];
	unsigned int n, count;

	if (!probe_gic())
		return;
	count = irq_list("own", own);
	gic_set_handler(on_irq);
	keep_active = active;
	for (n = 0; n < count; n++) {
		gic_enable_irq(own[n]);
		mmio_write8(gic_distributor() + GICD_IPRIORITYR + own[n], 0);
		mmio_write32(gic_distributor() + GICD_ISPENDR +
			     own[n] / 32 * 4, 1u << own[n] % 32);
	}
	if (!active)
		report_note("%u SPIs are left pending", count);
	report_check(pending || active, "nothing to do");
	if (active) {
		irq_enable();
		delay_us(100000);
		report_check(taken, "the own SPI does not arrive");
	}
}

static void pending(void)
{
	leave(true, false);
}

static void active(void)
{
	leave(true, true);
}

static const struct probe_case cases[] = {
	{ "pending", pending },
	{ "active", active },
};

PROBE("IRQ-11", "no interrupt state outlives its owner", cases);
