/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * UARTs whose transmitter is polled: 16550 and its kin (TI PC16550D data
 * sheet, section 8), PrimeCell PL011 and the SBSA's subset of it (DDI 0183,
 * 3.3). Both have the data at offset 0.
 */
#include <arch/cpu.h>
#include <arch/mem.h>
#include "console.h"
#include "devio.h"
#include "types.h"

/* Polls of a busy transmitter: 100 ms and more, then the character is lost. */
#define UART_POLLS	100000u

/* Ready, when the masked status differs from `busy`. */
static const struct {
	uint32_t status;	/* offset, before reg-shift */
	uint32_t mask;
	uint32_t busy;
} models[] = {
	[CFG_UART_8250] = { .status = 5, .mask = 0x20, .busy = 0 },
	[CFG_UART_PL011] = { .status = 0x18, .mask = 0x20, .busy = 0x20 },
};

static uint32_t get(const struct cfg_uart *uart, volatile void *base,
		    uint32_t offset)
{
	if (ARCH_HAS_PORTS && uart->is_port)
		return arch_port_read((uint16_t)(uart->base + offset),
				      uart->io_width);
	return (uint32_t)io_access((volatile uint8_t *)base + offset,
				   uart->io_width, false, 0);
}

void uart_putc(const struct cfg_uart *uart, volatile void *base, char c)
{
	uint32_t status = models[uart->kind].status << uart->reg_shift;
	uint32_t mask = models[uart->kind].mask;
	uint32_t polls = UART_POLLS;

	while ((get(uart, base, status) & mask) == models[uart->kind].busy)
		if (!--polls)
			return;
	if (ARCH_HAS_PORTS && uart->is_port)
		arch_port_write((uint16_t)uart->base, uart->io_width,
				(uint8_t)c);
	else
		io_access(base, uart->io_width, true, (uint8_t)c);
}
