/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * MMIO-09. A hypervisor that masks writes but not reads shows the cell when
 * another cell's interrupts are enabled, pending and active. Every field of an
 * SPI that is not in own=INTID,… (may be empty) must read as zero.
 */
#include "irq.h"

static uint64_t own[IRQ_LIST_MAX];
static unsigned int own_count;

static void check_bank(const struct irq_bank *bank)
{
	unsigned int intid, count = irq_count(), shown = 0;

	for (intid = 32; intid < count; intid++) {
		if (irq_in_list(intid, own, own_count))
			continue;
		if (!irq_field(bank, intid))
			continue;
		if (shown++ < 4)
			report_note("%s of INTID %u is not 0", bank->name,
				    intid);
	}
	report_check(!shown, "%s shows %u foreign INTIDs", bank->name, shown);
}

static void read_all(void)
{
	unsigned int n;

	if (!probe_gic())
		return;
	own_count = cmdline_list("own", own, IRQ_LIST_MAX);
	for (n = 0; n < IRQ_BANKS; n++)
		if (irq_bank_exists(&irq_banks[n]))
			check_bank(&irq_banks[n]);
}

static const struct probe_case cases[] = {
	{ "read", read_all },
};

PROBE("MMIO-09", "foreign interrupts read as zero", cases);
