/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * PL011: Arm DDI 0183, UARTDR at 0, UARTFR at 0x18 (bit 5: transmit FIFO
 * full). 8250: THR at register 0, LSR at register 5 (bit 5: THR empty).
 * Whoever owned the UART before has set speed and format.
 */
#include "console.h"
#include "cpu.h"

#define PL011_DR	0x00
#define PL011_FR	0x18
#define PL011_FR_TXFF	(1 << 5)
#define UART_THR	0
#define UART_LSR	5
#define UART_LSR_THRE	(1 << 5)

/* Some 10 ms at the slowest: a UART without clock must not stop the cell. */
#define WAIT_MAX	100000

void uart_pl011_putc(const struct uart *uart, char c)
{
	unsigned int wait = WAIT_MAX;

	while (mmio_read32(uart->base + PL011_FR) & PL011_FR_TXFF && wait--)
		;
	mmio_write32(uart->base + PL011_DR, (unsigned char)c);
}

static uint32_t read_8250(const struct uart *uart, unsigned int reg)
{
	if (uart->shift == 2)
		return mmio_read32(uart->base + (reg << 2));
	return mmio_read8(uart->base + reg);
}

void uart_8250_putc(const struct uart *uart, char c)
{
	unsigned int wait = WAIT_MAX;

	while (!(read_8250(uart, UART_LSR) & UART_LSR_THRE) && wait--)
		;
	if (uart->shift == 2)
		mmio_write32(uart->base + UART_THR, (unsigned char)c);
	else
		mmio_write8(uart->base + UART_THR, c);
}
