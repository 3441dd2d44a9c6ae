/* SPDX-License-Identifier: GPL-2.0-only */
/* 16550 and its kin (TI PC16550D data sheet, section 8). */
#include "console.h"
#include "uart_io.h"

#define THR		0u
#define LSR		5u
#define LSR_THRE	0x20u

static volatile void *reg(volatile void *base, const struct cfg_uart *uart,
			  uint32_t number)
{
	return (volatile uint8_t *)base + (number << uart->reg_shift);
}

static void uart_8250_putc(volatile void *base, const struct cfg_uart *uart,
			   char c)
{
	uint32_t polls = UART_POLLS;

	while (!(uart_read(reg(base, uart, LSR), uart->io_width) & LSR_THRE))
		if (!--polls)
			return;
	uart_write(reg(base, uart, THR), uart->io_width, (uint8_t)c);
}

const struct uart_driver uart_8250 = {
	.kind = CFG_UART_8250,
	.putc = uart_8250_putc,
};
