/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * IRQ-08. A vulnerable hypervisor passes GICD_CTLR through: with the groups
 * off, no interrupt reaches anybody. For a second the attacker writes every
 * combination; the victim's timer and SPI must go on.
 */
#include "irq.h"

static volatile unsigned int received;

static void on_irq(unsigned int intid)
{
	received += intid == 5;
}

static void disable(void)
{
	uint64_t gicd, end = timer_now() + timer_frequency();
	uint32_t before, value = 0;

	if (!probe_gic())
		return;
	gicd = gic_distributor();
	before = mmio_read32(gicd + GICD_CTLR);
	report_try("write GICD_CTLR for one second");
	while (timer_now() < end) {
		mmio_write32(gicd + GICD_CTLR, value & 0xff);
		mmio_write32(gicd + GICD_CTLR, 0);
		value++;
	}
	mmio_write32(gicd + GICD_CTLR, before);
	gic_set_handler(on_irq);
	gic_enable_irq(5);
	irq_enable();
	gic_send_sgi(5, cpu_mpidr());
	delay_us(10000);
	irq_disable();
	report_check(received, "the own SGI does not arrive any more");
	report_note("GICD_CTLR was 0x%x, is 0x%x", before,
		    mmio_read32(gicd + GICD_CTLR));
}

static const struct probe_case cases[] = {
	{ "disable", disable },
};

PROBE("IRQ-08", "the distributor stays on", cases);
