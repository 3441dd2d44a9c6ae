/* SPDX-License-Identifier: GPL-2.0-only */
#include "console.h"
#include <abi/hypercall.h>
#include <arch/cpu.h>
#include <arch/mem.h>
#include <arch/time.h>
#include "cell.h"
#include "string.h"

#define RING_SIZE	4096	/* a power of two */
#define PIECE_SIZE	256
#define LOCK_WAIT_MS	100

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

static struct {
	struct spinlock lock;
	const struct cfg_uart *uart;
	volatile void *base;	/* NULL: no UART */
} console;

static struct {
	struct spinlock lock;
	struct rate rate;
} events;

void console_init(const struct cfg_uart *uart)
{
	if (uart->kind == CFG_UART_NONE)
		return;
	if (!uart_supported(uart)) {
		printk("console: no driver for the UART\n");
		return;
	}
	console.uart = uart;
	console.base = arch_map_device(paddr(uart->base), uart->size);
	if (!console.base)
		printk("console: no room to map the UART\n");
}

/* The byte first, then the tail, then the next byte: see abi/image.h. */
static void ring_put(char c)
{
	uint32_t tail = console_ring.tail;

	console_ring.text[tail % RING_SIZE] = (uint8_t)c;
	smp_mb();
	WRITE_ONCE(console_ring.tail, tail + 1);
	smp_mb();
}

static void put(char c)
{
	if (((uint8_t)c < ' ' && c != '\n' && c != '\t') || c == 0x7f)
		c = '?';
	ring_put(c);
	if (console.base && c == '\n')
		uart_putc(console.uart, console.base, '\r');
	if (console.base)
		uart_putc(console.uart, console.base, c);
}

/* A panic does not wait for ever. */
static bool lock_console(bool panic)
{
	uint64_t end = arch_time() + arch_time_hz() * LOCK_WAIT_MS / 1000;

	if (!panic)
		spin_lock(&console.lock);
	while (panic && !spin_trylock(&console.lock)) {
		if (arch_time() > end)
			return false;
		arch_cpu_relax();
	}
	return true;
}

static void vprintk(bool panic, const char *fmt, va_list args)
{
	static const char cut[] = "...\n";
	char piece[PIECE_SIZE];
	const char *s = piece;
	bool locked;

	if (format(piece, sizeof(piece), fmt, args) == PIECE_SIZE - 1)
		memcpy(&piece[PIECE_SIZE - sizeof(cut)], cut, sizeof(cut));
	locked = lock_console(panic);
	while (*s)
		put(*s++);
	if (locked)
		spin_unlock(&console.lock);
}

void printk(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vprintk(false, fmt, args);
	va_end(args);
}

void panic_printk(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vprintk(true, fmt, args);
	va_end(args);
}

/*
 * Each line puts off the time at which the bucket is full again. dropped: how
 * many lines did not get through before this one does.
 */
static bool rate_permits(struct rate *rate, uint32_t per_s, uint32_t burst,
			 uint32_t *dropped)
{
	uint64_t now = arch_time(), line = arch_time_hz() / per_s;

	if (rate->full < now)
		rate->full = now;
	if (rate->full - now > line * (burst - 1)) {
		rate->dropped++;
		return false;
	}
	rate->full += line;
	*dropped = rate->dropped;
	rate->dropped = 0;
	return true;
}

bool printk_limited(const char *fmt, ...)
{
	uint32_t dropped;
	bool permitted;
	va_list args;

	spin_lock(&events.lock);
	permitted = rate_permits(&events.rate, EVENTS_PER_S, EVENTS_BURST,
				 &dropped);
	spin_unlock(&events.lock);
	if (!permitted)
		return false;
	if (dropped)
		printk("%u lines dropped: too many\n", dropped);
	va_start(args, fmt);
	vprintk(false, fmt, args);
	va_end(args);
	return true;
}

static void cell_line(struct cell *cell)
{
	struct cell_console *con = &cell->console;
	uint32_t dropped;

	con->line[con->len] = '\0';
	con->len = 0;
	if (!rate_permits(&con->rate, CELL_PER_S, CELL_BURST, &dropped))
		return;
	if (dropped)
		printk("[%s] %u lines dropped: too many\n", cell->cfg.name,
		       dropped);
	printk("[%s] %s\n", cell->cfg.name, con->line);
}

int64_t console_cell_putc(struct cell *cell, char c)
{
	struct cell_console *con = &cell->console;

	if (!cell->cfg.virtual_console)
		return -CB_EPERM;
	if (c == '\r')
		return 0;
	if ((c < ' ' || c > '~') && c != '\t' && c != '\n')
		c = '?';
	spin_lock(&con->lock);
	if (c != '\n')
		con->line[con->len++] = c;
	if (c == '\n' || con->len == sizeof(con->line) - 1)
		cell_line(cell);
	spin_unlock(&con->lock);
	return 0;
}

void console_cell_flush(struct cell *cell)
{
	spin_lock(&cell->console.lock);
	if (cell->console.len)
		cell_line(cell);
	spin_unlock(&cell->console.lock);
}
