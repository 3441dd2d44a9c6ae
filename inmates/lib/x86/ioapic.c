/* SPDX-License-Identifier: BSD-2-Clause */
/* Intel 82093AA: a register is chosen at 0x00 and accessed at 0x10. */
#include "inmate.h"

#define REG_SELECT	0x00
#define REG_DATA	0x10

static uint64_t base;

void ioapic_init(void)
{
	base = cmdline_int("ioapic", IOAPIC_BASE);
	map_range(base, PAGE_SIZE, MAP_DEVICE);
}

uint32_t ioapic_read(unsigned int reg)
{
	mmio_write32(base + REG_SELECT, reg);
	return mmio_read32(base + REG_DATA);
}

void ioapic_write(unsigned int reg, uint32_t value)
{
	mmio_write32(base + REG_SELECT, reg);
	mmio_write32(base + REG_DATA, value);
}

/* Masked while the two halves do not belong together. */
void ioapic_set_pin(unsigned int pin, unsigned int vector, uint32_t flags)
{
	unsigned int reg = IOAPIC_REG_PIN + pin * 2;

	ioapic_write(reg, IOAPIC_MASKED);
	ioapic_write(reg + 1, apic_id() << 24);
	ioapic_write(reg, flags | vector);
}
