/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One access to a mapped device register, which returns what was read or `v`:
 * width 1, 2, 4 or 8. Always inline, for the place of an access says whether it
 * may fault.
 */
#ifndef DEVIO_H
#define DEVIO_H

#include <stdbool.h>
#include <stdint.h>

__attribute__((always_inline))
static inline uint64_t io_access(volatile void *reg, uint32_t width,
				 bool write, uint64_t v)
{
	if (!write)
		return width == 8 ? *(volatile uint64_t *)reg :
		       width == 4 ? *(volatile uint32_t *)reg :
		       width == 2 ? *(volatile uint16_t *)reg :
				    *(volatile uint8_t *)reg;
	if (width == 8)
		*(volatile uint64_t *)reg = v;
	else if (width == 4)
		*(volatile uint32_t *)reg = (uint32_t)v;
	else if (width == 2)
		*(volatile uint16_t *)reg = (uint16_t)v;
	else
		*(volatile uint8_t *)reg = (uint8_t)v;
	return v;
}

#endif
