/* SPDX-License-Identifier: BSD-2-Clause */
#include "console.h"
#include "inmate.h"

static struct uart uart;
static bool use_hypercall;

static const struct {
	const char *name;
	unsigned int type;
	void (*putc)(const struct uart *uart, char c);
} uart_types[] = {
	{ "8250", CB_CONSOLE_8250, uart_8250_putc },
	{ "pl011", CB_CONSOLE_PL011, uart_pl011_putc },
	{ "PL011", CB_CONSOLE_PL011, uart_pl011_putc },
};

#define UART_TYPES	(sizeof(uart_types) / sizeof(uart_types[0]))

bool __attribute__((weak)) uart_use_ports(struct uart *unused)
{
	(void)unused;
	return false;
}

static void from_comm_page(volatile struct cb_comm_page *page)
{
	unsigned int n;

	use_hypercall = page->flags & CB_COMM_DBG_PUTC_ACTIVE;
	for (n = 0; n < UART_TYPES; n++)
		if (uart_types[n].type == page->console.type)
			uart.putc = uart_types[n].putc;
	uart.base = page->console.address;
	uart.divider = page->console.divider;
	uart.is_port = !(page->console.flags & CB_CONSOLE_MMIO);
	if (page->console.flags & CB_CONSOLE_REGDIST_4)
		uart.shift = 2;
}

static void from_cmdline(void)
{
	char type[8];
	unsigned int n;

	cmdline_str("con-type", type, sizeof(type), "");
	if (type[0])
		uart.putc = NULL;
	for (n = 0; n < UART_TYPES; n++)
		if (!strcmp(uart_types[n].name, type))
			uart.putc = uart_types[n].putc;
	uart.base = cmdline_int("con-base", uart.base);
	if (cmdline_bool("con-regdist-1", false))
		uart.shift = 0;
	uart.is_port = !cmdline_bool("con-is-mmio", !uart.is_port);
	uart.divider = cmdline_int("con-divider", uart.divider);
	use_hypercall = cmdline_bool("con-virtual", use_hypercall);
}

void console_init(void)
{
	uart.shift = 2;
	uart.is_port = true;
	if (comm_page()) {
		uart.shift = 0;
		from_comm_page(comm_page());
	}
	from_cmdline();
	if (!uart.base)
		uart.putc = NULL;
	if (uart.putc && !(uart.is_port && uart_use_ports(&uart)))
		map_range(uart.base & -PAGE_SIZE, PAGE_SIZE, MAP_DEVICE);
}

void console_putc(char c)
{
	if (use_hypercall)
		hypercall(CB_HC_DEBUG_CONSOLE_PUTC, c, 0);
	if (!uart.putc)
		return;
	if (c == '\n')
		uart.putc(&uart, '\r');
	uart.putc(&uart, c);
}
