/* SPDX-License-Identifier: BSD-2-Clause */
/* The IOAPIC at its usual address, or at `ioapic=`. */
#ifndef IOAPIC_H
#define IOAPIC_H

#include <stdint.h>

#define IOAPIC_BASE		0xfec00000

#define IOAPIC_REG_ID		0x00
#define IOAPIC_REG_VERSION	0x01
#define IOAPIC_REG_PIN		0x10	/* two for each */

#define IOAPIC_EDGE		0
#define IOAPIC_LEVEL		(1u << 15)
#define IOAPIC_LOW		(1u << 13)
#define IOAPIC_MASKED		(1u << 16)

void ioapic_init(void);

uint32_t ioapic_read(unsigned int reg);
void ioapic_write(unsigned int reg, uint32_t value);

/* flags: IOAPIC_*; to this CPU, by its id. */
void ioapic_set_pin(unsigned int pin, unsigned int vector, uint32_t flags);

#endif
