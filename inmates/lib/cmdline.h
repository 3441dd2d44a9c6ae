/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The command line: words "name=value" or "name", separated by spaces, that
 * `cell load NAME IMAGE -s "WORDS" -a 0x1000` places at base + 0x1000. The
 * last word of a name counts, so that a test can append to a command line.
 */
#ifndef CMDLINE_H
#define CMDLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CMDLINE_SIZE	256

/* Room for a longer one: at file scope, CMDLINE_BUFFER(1024); */
#define CMDLINE_BUFFER(size)						\
	char cmdline[size] __attribute__((section(".cmdline"))) = "";	\
	const size_t cmdline_size = size

extern char cmdline[];
extern const size_t cmdline_size;

/* Decimal or 0x…; the default also if the value is no number. */
uint64_t cmdline_int(const char *name, uint64_t def);

/* "name", "name=1", "name=true", "name=on", "name=yes" and the contrary. */
bool cmdline_bool(const char *name, bool def);

/* Copies the value, cut to size - 1 characters. Returns buf. */
char *cmdline_str(const char *name, char *buf, size_t size, const char *def);

/* Comma-separated numbers. Returns how many were stored, at most max. */
unsigned int cmdline_list(const char *name, uint64_t *list, unsigned int max);

#endif
