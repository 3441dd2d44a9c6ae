/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Text out: to the memory ring that the root cell can read and to the UART
 * of the system description, if any. Control characters come out as '?'.
 */
#ifndef CONSOLE_H
#define CONSOLE_H

#include <abi/image.h>
#include <config/config.h>
#include <stdarg.h>
#include "lock.h"
#include "types.h"

struct cell;

/* In the section that the root cell may read; works before console_init(). */
extern struct cb_console_ring console_ring;

void console_init(const struct cfg_uart *uart);

/*
 * %s %c %d %u %x %% with l, ll, width and 0; lines end with \n. One call is
 * one piece: pieces of CPUs do not mix. At most 255 bytes; what is longer ends
 * in "...".
 */
void printk(const char *fmt, ...) __printf(1, 2);

/*
 * Of limited rate: for what a guest can cause. false = dropped; the number of
 * lines dropped is printed in front of the next one that is not.
 */
bool printk_limited(const char *fmt, ...) __printf(1, 2);

/*
 * For a CPU that may have been interrupted inside printk(): a lock that is
 * not to be had within a tenth of a second is passed by.
 */
void panic_printk(const char *fmt, ...) __printf(1, 2);

/*
 * How much one source may print: bursts of `burst` lines, else per_s lines a
 * second. All zeroes is the state to begin with.
 */
struct rate {
	uint64_t full;		/* arch_time() at which the bucket is full */
	uint32_t dropped;	/* since the last line that went through */
};

/*
 * The formatter behind them, for those who print into memory: as vsnprintf(),
 * at most size - 1 characters and a NUL; returns the number of characters
 * stored. What it does not know comes out as '?'.
 */
size_t format(char *out, size_t size, const char *fmt, va_list args);

/* A cell's hypercall console: the line that is being collected. */
struct cell_console {
	struct spinlock lock;
	uint32_t len;
	struct rate rate;
	char line[160];
};

/*
 * The hypercall console. A line appears as a whole, as "[name] text", when it
 * ends or is full; of limited rate for each cell, so that no cell can keep the
 * console for itself. 0, or -CB_EPERM when the cell has no such console.
 */
int64_t console_cell_putc(struct cell *cell, char c);

/* Prints what is left of a line: the cell has stopped. */
void console_cell_flush(struct cell *cell);

/* The drivers: is there one for this UART, mapped? */
bool uart_supported(const struct cfg_uart *uart);

/* Polled output, base: of the mapping. The wait is bounded. */
void uart_putc(const struct cfg_uart *uart, volatile void *base, char c);

#endif
