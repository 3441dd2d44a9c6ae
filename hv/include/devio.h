/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One access to a mapped device register: width 1, 2, 4 or 8. Always inline,
 * for the place of an access says whether it may fault.
 */
#ifndef DEVIO_H
#define DEVIO_H

#include <stdint.h>

__attribute__((always_inline))
static inline uint64_t io_read(volatile void *reg, uint32_t width)
{
	if (width == 8)
		return *(volatile uint64_t *)reg;
	if (width == 4)
		return *(volatile uint32_t *)reg;
	if (width == 2)
		return *(volatile uint16_t *)reg;
	return *(volatile uint8_t *)reg;
}

__attribute__((always_inline))
static inline void io_write(volatile void *reg, uint32_t width, uint64_t v)
{
	if (width == 8)
		*(volatile uint64_t *)reg = v;
	else if (width == 4)
		*(volatile uint32_t *)reg = (uint32_t)v;
	else if (width == 2)
		*(volatile uint16_t *)reg = (uint16_t)v;
	else
		*(volatile uint8_t *)reg = (uint8_t)v;
}

#endif
