/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * IRQ-04. Two ways to misroute: the victim's SPI (foreign=INTID,…) to the
 * attacker's CPU, and the attacker's own SPI (own=INTID,…) to a CPU of the
 * victim (foreign-cpus=MPIDR,…) or to "any". A vulnerable hypervisor passes
 * the target through; the victim takes every unexpected interrupt for an
 * attack.
 */
#include "irq.h"

static volatile unsigned int stolen;

static void on_irq(unsigned int intid)
{
	uint64_t foreign[IRQ_LIST_MAX];
	unsigned int count = cmdline_list("foreign", foreign, IRQ_LIST_MAX);

	if (irq_in_list(intid, foreign, count))
		stolen++;
}

static void set_route(unsigned int intid, uint64_t mpidr)
{
	if (gic_version() == 2)
		mmio_write8(gic_distributor() + GICD_ITARGETSR + intid, mpidr);
	else
		mmio_write64(gic_distributor() + GICD_IROUTER + intid * 8ul,
			     mpidr);
}

/* Takes the victim's SPI: it fires every beat of the victim. */
static void steal(void)
{
	uint64_t foreign[IRQ_LIST_MAX];
	unsigned int n, count;

	if (!probe_gic())
		return;
	count = irq_list("foreign", foreign);
	gic_set_handler(on_irq);
	for (n = 0; n < count; n++)
		gic_enable_irq(foreign[n]);
	irq_enable();
	delay_us(1000000);
	irq_disable();
	report_check(!stolen, "took %u interrupts of the victim", stolen);
}

static void fire(unsigned int intid)
{
	mmio_write32(gic_distributor() + GICD_ISPENDR + intid / 32 * 4,
		     1u << intid % 32);
}

/* GICv2: every combination of targets, of which those of others must go. */
static void give_v2(unsigned int intid)
{
	uint8_t self = mmio_read8(gic_distributor() + GICD_ITARGETSR);
	unsigned int mask, got;
	uint64_t cpus[2];
	bool single = psci_find_cpus(cpus, 2) == 1;

	for (mask = 1; mask < 256; mask++) {
		set_route(intid, mask);
		got = mmio_read8(gic_distributor() + GICD_ITARGETSR + intid);
		fire(intid);
		report_check(!single || !(got & ~self), "targets 0x%x taken",
			     mask);
	}
}

static void give_v3(unsigned int intid)
{
	uint64_t cpus[16], own[16];
	unsigned int n, own_count, count;

	count = cmdline_list("foreign-cpus", cpus, 16);
	own_count = psci_find_cpus(own, 16);
	if (!count)
		report_error("foreign-cpus=MPIDR,… is missing");
	for (n = 0; n < count; n++) {
		set_route(intid, cpus[n]);
		fire(intid);
		report_check(mmio_read64(gic_distributor() + GICD_IROUTER +
					 intid * 8ul) != cpus[n] ||
			     irq_in_list(cpus[n], own, own_count),
			     "route to CPU 0x%lx taken", cpus[n]);
	}
	set_route(intid, 1ul << 31);
	fire(intid);
	report_check(!(mmio_read64(gic_distributor() + GICD_IROUTER +
				   intid * 8ul) & 1ul << 31),
		     "route to any CPU taken");
}

static void give(void)
{
	uint64_t own[IRQ_LIST_MAX];

	if (!probe_gic() || !irq_list("own", own))
		return;
	gic_enable_irq(own[0]);
	if (gic_version() == 2)
		give_v2(own[0]);
	else
		give_v3(own[0]);
}

static const struct probe_case cases[] = {
	{ "steal", steal },
	{ "give", give },
};

PROBE("IRQ-04", "interrupts reach CPUs of their own cell only", cases);
