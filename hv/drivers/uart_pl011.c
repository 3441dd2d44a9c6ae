/* SPDX-License-Identifier: GPL-2.0-only */
/* PrimeCell UART PL011 (DDI 0183, 3.3) and the SBSA's subset of it. */
#include "console.h"
#include "uart_io.h"

#define DR	0x00
#define FR	0x18
#define FR_TXFF	0x20u

static void uart_pl011_putc(volatile void *base, const struct cfg_uart *uart,
			    char c)
{
	volatile uint8_t *regs = base;
	uint32_t polls = UART_POLLS;

	while (uart_read(regs + FR, uart->io_width) & FR_TXFF)
		if (!--polls)
			return;
	uart_write(regs + DR, uart->io_width, (uint8_t)c);
}

const struct uart_driver uart_pl011 = {
	.kind = CFG_UART_PL011,
	.putc = uart_pl011_putc,
};
