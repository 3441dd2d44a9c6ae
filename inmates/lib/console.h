/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where text goes: to a UART, to the hypervisor's console by hypercall, or
 * both. What the comm region announces holds unless the command line says
 * otherwise:
 *	con-type=none|8250|pl011   con-base=ADDRESS   con-regdist-1[=BOOL]
 *	con-virtual[=BOOL]
 * and on x86
 *	con-is-mmio[=BOOL]   con-divider=N
 */
#ifndef CONSOLE_H
#define CONSOLE_H

#include <stdbool.h>
#include <stdint.h>

struct uart {
	uint64_t base;
	unsigned int shift;	/* 8250: distance of registers, 1 << shift */
	uint32_t divider;	/* 0: as it is set already */
	bool is_port;
	void (*putc)(const struct uart *uart, char c);
};

void console_init(void);

/* Adds a carriage return in front of '\n'. Not serialised: use printk(). */
void console_putc(char c);

/*
 * An architecture that has I/O ports takes over a UART there and returns
 * true; then base is no address.
 */
bool uart_use_ports(struct uart *uart);

/* uart.c; both wait for room in the FIFO, but not for ever. */
void uart_8250_putc(const struct uart *uart, char c);
void uart_pl011_putc(const struct uart *uart, char c);

#endif
