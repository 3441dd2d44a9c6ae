/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Registers of the distributor as fields of INTIDs, for the IRQ probes. The
 * command line says which SPIs are whose: own=INTID,… foreign=INTID,…
 */
#ifndef IRQ_H
#define IRQ_H

#include "probe.h"

#define IRQ_LIST_MAX	16

/* With the GIC: SKIP and false when there is none. */
static inline bool probe_gic(void)
{
	if (gic_version())
		return true;
	if (gic_init())
		return true;
	report_skip("no interrupt controller");
	return false;
}

/* bits of one INTID in a register bank of the distributor */
struct irq_bank {
	const char *name;
	uint16_t offset;
	uint8_t bits;		/* 1, 2, 8, or 64 for IROUTER */
};

static const struct irq_bank irq_banks[] __attribute__((unused)) = {
	{ "IGROUPR", GICD_IGROUPR, 1 },
	{ "ISENABLER", GICD_ISENABLER, 1 },
	{ "ICENABLER", GICD_ICENABLER, 1 },
	{ "ISPENDR", GICD_ISPENDR, 1 },
	{ "ICPENDR", GICD_ICPENDR, 1 },
	{ "ISACTIVER", GICD_ISACTIVER, 1 },
	{ "ICACTIVER", GICD_ICACTIVER, 1 },
	{ "IPRIORITYR", GICD_IPRIORITYR, 8 },
	{ "ITARGETSR", GICD_ITARGETSR, 8 },
	{ "ICFGR", GICD_ICFGR, 2 },
	{ "IROUTER", GICD_IROUTER, 64 },
};

#define IRQ_BANKS	ARRAY_SIZE(irq_banks)

/* Does this version of the GIC have it (for SPIs)? */
static inline bool irq_bank_exists(const struct irq_bank *bank)
{
	if (bank->offset == GICD_IROUTER)
		return gic_version() > 2;
	if (bank->offset == GICD_ITARGETSR)
		return gic_version() == 2;
	return true;
}

/* Address of the 32-bit word (IROUTER: 64) that holds the field. */
static inline uint64_t irq_word(const struct irq_bank *bank,
				unsigned int intid)
{
	uint64_t at = (uint64_t)intid * bank->bits / 8;

	return gic_distributor() + bank->offset + (at & -4ul);
}

static inline uint64_t irq_mask(const struct irq_bank *bank,
				unsigned int intid)
{
	if (bank->bits == 64)
		return ~0ul;
	return ((1ul << bank->bits) - 1) << (intid * bank->bits % 32);
}

/* The field of an INTID where it lies in its word. */
static inline uint64_t irq_field(const struct irq_bank *bank,
				 unsigned int intid)
{
	uint64_t word = irq_word(bank, intid);

	if (bank->bits == 64)
		return mmio_read64(word);
	return mmio_read32(word) & irq_mask(bank, intid);
}

/* A list of SPIs from the command line; an ERROR and 0 if it is missing. */
static inline unsigned int irq_list(const char *name, uint64_t *list)
{
	unsigned int count = cmdline_list(name, list, IRQ_LIST_MAX), n;

	for (n = 0; n < count; n++)
		if (list[n] < 32 || list[n] > 1019)
			break;
	if (count && n == count)
		return count;
	report_error("%s=INTID,… is missing or wrong", name);
	return 0;
}

static inline bool irq_in_list(uint64_t intid, const uint64_t *list,
			       unsigned int count)
{
	while (count--)
		if (list[count] == intid)
			return true;
	return false;
}

/* How many interrupts the distributor has. */
static inline unsigned int irq_count(void)
{
	unsigned int lines = mmio_read32(gic_distributor() + GICD_TYPER) & 31;

	return lines == 31 ? 1020 : (lines + 1) * 32;
}

#endif
