/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Text out: to the memory ring that the root cell can read and to the UART
 * of the system description, if any. All but printable ASCII comes out as '?'.
 */
#ifndef CONSOLE_H
#define CONSOLE_H

#include <abi/image.h>
#include <config/config.h>
#include "lock.h"
#include "types.h"

struct cell;

/* In the section that the root cell may read; works before console_init(). */
extern struct cb_console_ring console_ring;

void console_init(const struct cfg_uart *uart);

/*
 * As config_format() has it; lines end with \n. One call is one piece: pieces
 * of CPUs do not mix. At most 255 bytes; what is longer ends in "...". A CPU
 * that does not come to the end of its piece, for a fault of the hypervisor
 * stopped it there, is waited for a second.
 */
void printk(const char *fmt, ...) __printf(1, 2);

/*
 * Of limited rate: for what a guest can cause. false = dropped; the number of
 * lines dropped is printed in front of the next one that is not.
 */
bool printk_limited(const char *fmt, ...) __printf(1, 2);

/*
 * What one source prints: bursts of so many lines, else so many a second. For a
 * cell also its hypercall console, the line that is being collected. All zeroes
 * is the state to begin with.
 */
struct cell_console {
	struct spinlock lock;
	uint32_t dropped;	/* lines since the last that went through */
	uint64_t full;		/* arch_time() at which the bucket is full */
	uint32_t len;
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

/*
 * The driver: polled output. base: of the mapping; not used where uart->base is
 * a port, which takes ARCH_HAS_PORTS. The wait is bounded.
 */
void uart_putc(const struct cfg_uart *uart, volatile void *base, char c);

#endif
