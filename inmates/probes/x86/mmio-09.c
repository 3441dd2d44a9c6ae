/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * MMIO-09. A hypervisor that masks writes but not reads shows the cell how
 * others use their interrupts. The entry of every pin of the IOAPIC that is
 * not in own=PIN,… (may be empty) must read as masked and otherwise zero.
 */
#include "pins.h"

static void read_all(void)
{
	uint64_t own[PINS_MAX];
	unsigned int pin, count = cmdline_list("own", own, PINS_MAX);

	if (!pins_init())
		return;
	for (pin = 0; pin < pins_count(); pin++) {
		if (pin_in_list(pin, own, count))
			continue;
		report_check(pin_low(pin) == IOAPIC_MASKED && !pin_high(pin),
			     "pin %u shows 0x%x 0x%x", pin, pin_high(pin),
			     pin_low(pin));
	}
}

static const struct probe_case cases[] = {
	{ "read", read_all },
};

PROBE("MMIO-09", "foreign interrupts read as zero", cases);
