/* SPDX-License-Identifier: GPL-2.0-only */
#include "console.h"
#include <abi/hypercall.h>
#include <arch/cpu.h>
#include <arch/mem.h>
#include "cell.h"
#include "string.h"

#define RING_SIZE	4096	/* a power of two */
#define PIECE_SIZE	256
#define PIECE_WAIT_S	1

/* For all that guests cause, and for each cell's own text. */
#define EVENTS_PER_S	20
#define EVENTS_BURST	40
#define CELL_PER_S	100
#define CELL_BURST	400

struct cb_console_ring console_ring
	__attribute__((section(".root_ro"), aligned(PAGE_SIZE))) = {
	.size = RING_SIZE,
	.text = { [RING_SIZE - 1] = 0 },
};

static uint32_t busy;				/* a piece is on its way */
static const struct cfg_uart *console_uart;	/* NULL: none */
static volatile void *console_base;		/* NULL: it has ports */

static struct cell_console events;

void console_init(const struct cfg_uart *uart)
{
	if (uart->kind == CFG_UART_NONE)
		return;
	if (!uart->is_port)
		console_base = arch_map_device(paddr(uart->base), uart->size);
	if (uart->is_port ? ARCH_HAS_PORTS : console_base != NULL)
		console_uart = uart;
	else
		printk("console: no %s the UART\n",
		       uart->is_port ? "driver for" : "room to map");
}

static void put(char c)
{
	uint32_t tail = console_ring.tail;

	if ((c < ' ' || c > '~') && c != '\n' && c != '\t')
		c = '?';
	/* the byte first, then the tail, then the next byte: abi/image.h */
	console_ring.text[tail % RING_SIZE] = (uint8_t)c;
	smp_mb();
	WRITE_ONCE(console_ring.tail, tail + 1);
	smp_mb();
	if (console_uart && c == '\n')
		uart_putc(console_uart, console_base, '\r');
	if (console_uart)
		uart_putc(console_uart, console_base, c);
}

static void vprintk(const char *fmt, va_list args)
{
	static const char cut[] = "...\n";
	char piece[PIECE_SIZE];
	uint64_t end = arch_time() + arch_time_hz() * PIECE_WAIT_S;
	const char *s = piece;

	if (config_format(piece, sizeof(piece), fmt, args) == PIECE_SIZE - 1)
		memcpy(&piece[PIECE_SIZE - sizeof(cut)], cut, sizeof(cut));
	while (!atomic_cas32(&busy, 0, 1) && arch_time() <= end)
		arch_cpu_relax();
	while (*s)
		put(*s++);
	smp_mb();
	WRITE_ONCE(busy, 0);
}

void printk(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vprintk(fmt, args);
	va_end(args);
}

/*
 * May one more line pass? Each puts off the time at which the bucket is full
 * again. name: of the cell, or NULL. With the source's lock.
 */
static bool rate_pass(struct cell_console *con, uint32_t per_s,
		      uint32_t burst, const char *name)
{
	uint64_t now = arch_time(), line = arch_time_hz() / per_s;

	if (con->full < now)
		con->full = now;
	if (con->full - now > line * (burst - 1)) {
		con->dropped++;
		return false;
	}
	con->full += line;
	if (con->dropped && name)
		printk("[%s] %u lines dropped: too many\n", name,
		       con->dropped);
	else if (con->dropped)
		printk("%u lines dropped: too many\n", con->dropped);
	con->dropped = 0;
	return true;
}

bool printk_limited(const char *fmt, ...)
{
	va_list args;
	bool pass;

	spin_lock(&events.lock);
	pass = rate_pass(&events, EVENTS_PER_S, EVENTS_BURST, NULL);
	spin_unlock(&events.lock);
	va_start(args, fmt);
	if (pass)
		vprintk(fmt, args);
	va_end(args);
	return pass;
}

int64_t console_cell_putc(struct cell *cell, char c)
{
	struct cell_console *con = &cell->console;
	const char *name = cell->cfg.name;

	if (!cell->cfg.virtual_console)
		return -CB_EPERM;
	if (c == '\r')
		return 0;
	spin_lock(&con->lock);
	if (c != '\n')
		con->line[con->len++] = c ? c : '?';
	if (c == '\n' || con->len == sizeof(con->line) - 1) {
		con->line[con->len] = '\0';
		con->len = 0;
		if (rate_pass(con, CELL_PER_S, CELL_BURST, name))
			printk("[%s] %s\n", name, con->line);
	}
	spin_unlock(&con->lock);
	return 0;
}

void console_cell_flush(struct cell *cell)
{
	if (cell->console.len)
		console_cell_putc(cell, '\n');
}
