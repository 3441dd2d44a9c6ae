/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * IRQ-13. Where interrupt commands go. A vulnerable hypervisor filters one
 * form of destination and forgets another: physical, logical, broadcast,
 * lowest priority, reserved modes. The victim counts every interrupt that it
 * did not ask for. The vector is vector=N (0x60).
 */
#include "probe.h"

static volatile uint64_t taken;

static void on_irq(unsigned int vector)
{
	if (vector == cmdline_int("vector", 0x60))
		taken = taken + 1;
}

static bool prepare(const char *what)
{
	if (!timer_init()) {
		report_skip("no local APIC");
		return false;
	}
	apic_set_handler(on_irq);
	taken = 0;
	report_try("%s", what);
	irq_enable();
	return true;
}

static void send(uint32_t id, uint32_t command)
{
	apic_send(id, command | cmdline_int("vector", 0x60));
}

static void finish(bool expected)
{
	delay_us(100000);
	irq_disable();
	report_check(!taken == !expected, "%lu taken here", taken);
}

/* Whether this CPU has a logical id is the hypervisor's business. */
static void finish_any(void)
{
	delay_us(100000);
	irq_disable();
	report_note("%lu taken here", taken);
}

static void physical(void)
{
	uint32_t id;

	if (!prepare("each physical id"))
		return;
	for (id = 0; id < 256; id++)
		send(id, APIC_ICR_FIXED);
	finish(true);
}

/* All sets of one bit, and all bits; clusters as x2APIC has them. */
static void logical(void)
{
	uint32_t bit, cluster;

	if (!prepare("logical ids"))
		return;
	for (bit = 0; bit < 8; bit++)
		send(1u << bit, APIC_ICR_LOGICAL);
	send(0xff, APIC_ICR_LOGICAL);
	for (cluster = 0; apic_is_x2apic() && cluster < 16; cluster++)
		send(cluster << 16 | 0xffff, APIC_ICR_LOGICAL);
	finish_any();
}

static void lowest(void)
{
	uint32_t id;

	if (!prepare("lowest priority"))
		return;
	for (id = 0; id < 256; id++) {
		send(id, 0x100);
		send(id, 0x100 | APIC_ICR_LOGICAL);
	}
	finish(true);
}

static void all(void)
{
	if (!prepare("all including self"))
		return;
	send(0, APIC_ICR_ALL);
	finish(true);
}

static void others(void)
{
	if (!prepare("all others"))
		return;
	send(0, APIC_ICR_OTHERS);
	finish(false);
}

static void self(void)
{
	if (!prepare("self, with others' ids"))
		return;
	send(0xff, APIC_ICR_SELF);
	if (apic_is_x2apic())
		apic_write(APIC_SELF_IPI, cmdline_int("vector", 0x60));
	finish(true);
}

static void broadcast(void)
{
	if (!prepare("broadcast id"))
		return;
	send(apic_is_x2apic() ? ~0u : 0xff, APIC_ICR_FIXED);
	finish(true);
}

/* Vectors that no APIC sends: an error in the own APIC, if anything. */
static void low_vectors(void)
{
	uint32_t vector;

	if (!prepare("vectors 0 to 15"))
		return;
	irq_disable();
	for (vector = 0; vector < 16; vector++)
		apic_send(0, APIC_ICR_OTHERS | vector);
	report_check(!taken, "%lu taken here", taken);
}

static void mode(uint32_t delivery, const char *what)
{
	if (!prepare(what))
		return;
	apic_send(0, APIC_ICR_OTHERS | delivery);
	finish(false);
	report_fail("survived");
}

static void smi(void)
{
	mode(0x200, "SMI to all others");
}

static void reserved(void)
{
	mode(0x300, "reserved delivery mode");
}

static void external(void)
{
	mode(0x700, "ExtINT to all others");
}

static const struct probe_case cases[] = {
	{ "physical", physical },
	{ "logical", logical },
	{ "lowest", lowest },
	{ "all", all },
	{ "others", others },
	{ "self", self },
	{ "broadcast", broadcast },
	{ "low-vectors", low_vectors },
	{ "smi", smi },
	{ "reserved", reserved },
	{ "external", external },
};

PROBE("IRQ-13", "interrupt commands reach own CPUs only", cases);
