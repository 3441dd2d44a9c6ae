/* SPDX-License-Identifier: GPL-2.0-only */
/* Registers of memory-mapped UARTs, in the width that the hardware wants. */
#ifndef UART_IO_H
#define UART_IO_H

#include <stdint.h>

/* Polls of a busy transmitter: 100 ms and more, then the character is lost. */
#define UART_POLLS	100000u

static inline uint32_t uart_read(volatile void *reg, uint32_t width)
{
	if (width == 4)
		return *(volatile uint32_t *)reg;
	if (width == 2)
		return *(volatile uint16_t *)reg;
	return *(volatile uint8_t *)reg;
}

static inline void uart_write(volatile void *reg, uint32_t width, uint32_t v)
{
	if (width == 4)
		*(volatile uint32_t *)reg = v;
	else if (width == 2)
		*(volatile uint16_t *)reg = (uint16_t)v;
	else
		*(volatile uint8_t *)reg = (uint8_t)v;
}

#endif
