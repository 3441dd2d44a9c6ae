/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * IRQ-02. A hypervisor that makes the mask of a word and applies it to a byte
 * or halfword lets the owner of SPI 4n change the fields of 4n+1 to 4n+3.
 * Every width at every offset of the words around the victim's SPIs
 * (foreign=INTID,…), once with all ones and once with zero. The victim checks
 * its own fields each beat; here, they must read as zero throughout.
 */
#include "irq.h"

/* What the bank's registers are accessible by; IRQ-02 wants no parking. */
static void write_lanes(const struct irq_bank *bank, unsigned int intid,
			uint64_t value)
{
	uint64_t word = irq_word(bank, intid) & -8ul;
	unsigned int first = bank->bits == 64 ? 4 : 1;
	unsigned int last = bank->bits == 64 ? 8 : 4;
	unsigned int width, at;

	for (width = first; width <= last; width *= 2)
		for (at = 0; at < 8; at += width)
			probe_write(word + at, width, value);
}

static void sweep(const char *name)
{
	uint64_t foreign[IRQ_LIST_MAX];
	unsigned int n, b, count;

	if (!probe_gic())
		return;
	count = irq_list("foreign", foreign);
	for (b = 0; b < IRQ_BANKS; b++) {
		if (strcmp(irq_banks[b].name, name))
			continue;
		if (!irq_bank_exists(&irq_banks[b])) {
			report_note("not tried: this GIC has no %s", name);
			continue;
		}
		for (n = 0; n < count; n++) {
			write_lanes(&irq_banks[b], foreign[n], ~0ul);
			write_lanes(&irq_banks[b], foreign[n], 0);
			report_check(!irq_field(&irq_banks[b], foreign[n]),
				     "%s of %lu can be seen", name,
				     foreign[n]);
		}
	}
}

static void priority(void)
{
	sweep("IPRIORITYR");
}

static void config(void)
{
	sweep("ICFGR");
}

static void targets(void)
{
	sweep("ITARGETSR");
}

static void router(void)
{
	sweep("IROUTER");
}

static void enable(void)
{
	sweep("ISENABLER");
}

static void group(void)
{
	sweep("IGROUPR");
}

/* Widths that the registers do not have: handled without harm, or parked. */
static void wide(void)
{
	uint64_t foreign[IRQ_LIST_MAX];

	if (!probe_gic() || !irq_list("foreign", foreign))
		return;
	report_try("64 bits at once to IPRIORITYR");
	probe_write((gic_distributor() + GICD_IPRIORITYR + foreign[0]) & -8ul,
		    8, ~0ul);
}

static void narrow(void)
{
	uint64_t foreign[IRQ_LIST_MAX];

	if (!probe_gic() || !irq_list("foreign", foreign))
		return;
	if (gic_version() == 2) {
		report_note("not tried: this GIC has no IROUTER");
		return;
	}
	report_try("one byte to IROUTER");
	probe_write(gic_distributor() + GICD_IROUTER + foreign[0] * 8, 1, 1);
}

static const struct probe_case cases[] = {
	{ "priority", priority },
	{ "config", config },
	{ "targets", targets },
	{ "router", router },
	{ "enable", enable },
	{ "group", group },
	{ "wide", wide },
	{ "narrow", narrow },
};

PROBE("IRQ-02", "byte and halfword lanes are judged by owner", cases);
