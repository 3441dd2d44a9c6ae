/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An 8250 in I/O ports. One that nobody has set up yet, or for which a
 * divider is given, is set to 8 bits without parity.
 */
#include "inmate.h"

#define UART_THR	0
#define UART_DLL	0
#define UART_DLM	1
#define UART_LCR	3
#define UART_LSR	5
#define UART_LCR_8N1	0x03
#define UART_LCR_DLAB	0x80
#define UART_LSR_THRE	(1 << 5)
#define DIVIDER_115200	1

/* Some 10 ms at the slowest: a UART without clock must not stop the cell. */
#define WAIT_MAX	100000

static void port_putc(const struct uart *uart, char c)
{
	unsigned int wait = WAIT_MAX;

	while (!(pio_read8(uart->base + UART_LSR) & UART_LSR_THRE) && wait--)
		cpu_relax();
	pio_write8(uart->base + UART_THR, c);
}

bool uart_use_ports(struct uart *uart)
{
	uint32_t divider = uart->divider ? uart->divider : DIVIDER_115200;

	if (uart->putc != uart_8250_putc)
		return false;
	uart->putc = port_putc;
	if (!uart->divider &&
	    (pio_read8(uart->base + UART_LCR) & UART_LCR_8N1) == UART_LCR_8N1)
		return true;
	pio_write8(uart->base + UART_LCR, UART_LCR_DLAB | UART_LCR_8N1);
	pio_write8(uart->base + UART_DLL, divider);
	pio_write8(uart->base + UART_DLM, divider >> 8);
	pio_write8(uart->base + UART_LCR, UART_LCR_8N1);
	return true;
}
