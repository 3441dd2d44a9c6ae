/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Messages, colour, bounded files and strings that grow.
 *
 * complain() writes one line "cellblock: …" to standard error.
 * Memory that runs out ends the program with STATUS_CANNOT: a command-line
 * tool holds nothing that would have to be undone.
 */
#ifndef TOOLS_IO_H
#define TOOLS_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define PROGRAM		"cellblock"

struct bytes {
	uint8_t *data;		/* from malloc; a NUL follows the last byte */
	size_t size;
};

__attribute__((format(printf, 1, 2))) void complain(const char *fmt, ...);

void *xmalloc(size_t size);
void *xrealloc(void *old, size_t size);
char *xstrdup(const char *s);
__attribute__((format(printf, 1, 2))) char *xasprintf(const char *fmt, ...);

void bytes_add(struct bytes *b, const void *data, size_t size);
void bytes_free(struct bytes *b);

/*
 * Reads a whole file of at most `max` bytes. Returns 0 or a negative errno,
 * -EFBIG when there is more; says nothing.
 */
int file_read(const char *path, size_t max, struct bytes *out);

/* The same, and complains on failure. */
int file_read_or_complain(const char *path, size_t max, struct bytes *out);

/* However many writes it takes. Returns 0 or a negative errno; says nothing. */
int write_all(int fd, const void *data, size_t size);

/* A path below the current folder without that folder, else as it is. */
const char *path_from_here(const char *path);

/* Escape sequences, or "" when `stream` is no terminal or NO_COLOR is set. */
enum ink {
	INK_ERROR,
	INK_WARNING,
	INK_NOTE,
	INK_CARET,
	INK_BOLD,
	INK_OFF,
};
const char *ink(FILE *stream, enum ink which);

/* Is standard error a terminal on which a line can be rewritten? */
bool can_show_progress(void);

#endif
