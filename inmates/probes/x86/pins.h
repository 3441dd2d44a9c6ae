/* SPDX-License-Identifier: GPL-2.0-only */
/* The IOAPIC's redirection entries, for probes. */
#ifndef PINS_H
#define PINS_H

#include "probe.h"

#define PINS_MAX	32

static inline bool pins_init(void)
{
	if (!apic_init()) {
		report_skip("no local APIC");
		return false;
	}
	ioapic_init();
	return true;
}

static inline unsigned int pins_count(void)
{
	return (ioapic_read(IOAPIC_REG_VERSION) >> 16 & 0xff) + 1;
}

static inline uint32_t pin_low(unsigned int pin)
{
	return ioapic_read(IOAPIC_REG_PIN + pin * 2);
}

static inline uint32_t pin_high(unsigned int pin)
{
	return ioapic_read(IOAPIC_REG_PIN + pin * 2 + 1);
}

static inline void pin_write(unsigned int pin, uint32_t high, uint32_t low)
{
	ioapic_write(IOAPIC_REG_PIN + pin * 2 + 1, high);
	ioapic_write(IOAPIC_REG_PIN + pin * 2, low);
}

static inline bool pin_in_list(uint64_t pin, const uint64_t *list,
			       unsigned int count)
{
	while (count--)
		if (list[count] == pin)
			return true;
	return false;
}

#endif
