/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * IRQ-15. The IOAPIC. A vulnerable hypervisor writes redirection entries of
 * others' pins (foreign=PIN,…), or lets an own pin (own=PIN,…) interrupt
 * others. The victim checks its own entry, and counts what it did not ask for.
 */
#include "pins.h"

#define VECTOR	0x60

static bool lists(const char *name, uint64_t *list, unsigned int *count)
{
	*count = cmdline_list(name, list, PINS_MAX);
	if (!*count)
		report_error("%s=PIN,… is missing", name);
	return *count && pins_init();
}

static void foreign(void)
{
	static const uint32_t values[] = {
		VECTOR, IOAPIC_MASKED, VECTOR | IOAPIC_LEVEL, 0, ~0u,
		VECTOR | APIC_ICR_NMI, VECTOR | 0x100,
	};
	uint64_t list[PINS_MAX];
	unsigned int n, v, count;

	if (!lists("foreign", list, &count))
		return;
	report_try("entries of %u foreign pins", count);
	for (n = 0; n < count; n++) {
		for (v = 0; v < ARRAY_SIZE(values); v++) {
			pin_write(list[n], apic_id() << 24, values[v]);
			report_check(pin_low(list[n]) == IOAPIC_MASKED &&
				     !pin_high(list[n]),
				     "pin %lu: 0x%x 0x%x", list[n],
				     pin_high(list[n]), pin_low(list[n]));
		}
	}
}

/* One half at a time, and bytes and words of it. */
static void halves(void)
{
	uint64_t list[PINS_MAX];
	unsigned int n, count;

	if (!lists("foreign", list, &count))
		return;
	for (n = 0; n < count; n++) {
		ioapic_write(IOAPIC_REG_PIN + list[n] * 2 + 1, 0xff000000);
		ioapic_write(IOAPIC_REG_PIN + list[n] * 2, VECTOR);
		report_check(pin_low(list[n]) == IOAPIC_MASKED,
			     "pin %lu: 0x%x", list[n], pin_low(list[n]));
	}
}

/* An own pin whose interrupt others would get. */
static void destinations(void)
{
	static const uint32_t values[] = {
		VECTOR, VECTOR | 0x800, VECTOR | 0x100, VECTOR | 0x900,
		VECTOR | APIC_ICR_NMI,
	};
	uint64_t list[PINS_MAX];
	unsigned int id, v, count;

	if (!lists("own", list, &count))
		return;
	report_try("every destination of pin %lu", list[0]);
	for (id = 0; id < 256; id++)
		for (v = 0; v < ARRAY_SIZE(values); v++)
			pin_write(list[0], id << 24, values[v]);
	ioapic_set_pin(list[0], VECTOR, IOAPIC_MASKED);
}

/* What is kept is what was written, harmless or not. */
static void modes(void)
{
	static const uint32_t values[] = {
		5, 15, VECTOR | 0x200, VECTOR | 0x300, VECTOR | 0x500,
		VECTOR | 0x600, VECTOR | 0x700, VECTOR | 0x5000, ~0u,
	};
	uint64_t list[PINS_MAX];
	unsigned int v, count;

	if (!lists("own", list, &count))
		return;
	report_try("modes of pin %lu that are no cell's", list[0]);
	for (v = 0; v < ARRAY_SIZE(values); v++)
		pin_write(list[0], apic_id() << 24, values[v]);
	ioapic_set_pin(list[0], VECTOR, IOAPIC_MASKED);
	delay_us(10000);
}

/* Registers behind the last entry, the id, and EOIs of all vectors. */
static void others(void)
{
	uint32_t id, n;

	if (!pins_init())
		return;
	report_try("id, unknown registers, ends of interrupts");
	id = ioapic_read(IOAPIC_REG_ID);
	ioapic_write(IOAPIC_REG_ID, ~id & 0x0f000000);
	report_check(ioapic_read(IOAPIC_REG_ID) == id, "the id changed");
	for (n = 3; n < 0x100; n++) {
		if (n >= IOAPIC_REG_PIN &&
		    n < IOAPIC_REG_PIN + 2 * pins_count())
			continue;
		ioapic_write(n, ~0u);
		ioapic_read(n);
	}
	for (n = 0; n < 0x100; n++)
		mmio_write32(cmdline_int("ioapic", IOAPIC_BASE) + 0x40, n);
}

static const struct probe_case cases[] = {
	{ "foreign", foreign },
	{ "halves", halves },
	{ "destinations", destinations },
	{ "modes", modes },
	{ "others", others },
};

PROBE("IRQ-15", "each pin is its owner's", cases);
