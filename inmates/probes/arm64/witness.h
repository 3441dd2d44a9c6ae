/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The victim's interrupts. With spi=INTID, one that it raises itself each beat
 * and that must come exactly once, with enable, priority, trigger and route as
 * it set them. quiet-spi=INTID is enabled and must never come: what a former
 * owner left behind. Any other interrupt is an attack.
 */
#ifndef WITNESS_H
#define WITNESS_H

#include "irq.h"

static uint64_t spi, quiet_spi;
static volatile uint64_t spi_hits, quiet_hits;

static void on_irq(unsigned int intid)
{
	if (intid == TIMER_VIRTUAL_PPI)
		on_timer();
	else if (spi && intid == spi)
		spi_hits = spi_hits + 1;
	else if (quiet_spi && intid == quiet_spi)
		quiet_hits = quiet_hits + 1;
	else
		on_stranger(intid);
}

/* What gic_enable_irq() has set, and edge-triggered. */
static void spi_setup(uint64_t intid)
{
	uint64_t icfgr = gic_distributor() + GICD_ICFGR + intid / 16 * 4;
	uint32_t value = mmio_read32(icfgr);

	mmio_write32(icfgr, value | 2u << intid % 16 * 2);
	gic_enable_irq(intid);
}

static uint64_t spi_fields[IRQ_BANKS];

static bool is_setting(const struct irq_bank *bank)
{
	switch (bank->offset) {
	case GICD_ISPENDR: case GICD_ICPENDR:
	case GICD_ISACTIVER: case GICD_ICACTIVER:
		return false;
	default:
		return irq_bank_exists(bank);
	}
}

static void spi_remember(void)
{
	unsigned int n;

	for (n = 0; spi && n < IRQ_BANKS; n++)
		if (is_setting(&irq_banks[n]))
			spi_fields[n] = irq_field(&irq_banks[n], spi);
}

static void witness_raise(void)
{
	if (spi)
		mmio_write32(gic_distributor() + GICD_ISPENDR + spi / 32 * 4,
			     1u << spi % 32);
}

static void witness_check(void)
{
	unsigned int n;
	uint64_t value;

	for (n = 0; spi && n < IRQ_BANKS; n++) {
		if (!is_setting(&irq_banks[n]))
			continue;
		value = irq_field(&irq_banks[n], spi);
		if (value != spi_fields[n])
			CORRUPT("%s of SPI %lu: 0x%lx, was 0x%lx",
				irq_banks[n].name, spi, value, spi_fields[n]);
	}
	if (spi && spi_hits != 1)
		CORRUPT("SPI %lu came %lu times", spi, spi_hits);
	spi_hits = 0;
	witness_raise();
	if (quiet_hits)
		CORRUPT("SPI %lu came by itself %lu times", quiet_spi,
			quiet_hits);
	quiet_hits = 0;
}

static bool witness_setup(void)
{
	gic_set_handler(on_irq);
	if (!timer_init())
		return false;
	spi = cmdline_int("spi", 0);
	quiet_spi = cmdline_int("quiet-spi", 0);
	if (quiet_spi)
		spi_setup(quiet_spi);
	if (spi)
		spi_setup(spi);
	spi_remember();
	return true;
}

#endif
