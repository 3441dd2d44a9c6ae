/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory that is given back all at once, or down to a mark. Zeroed, aligned
 * for any type; running out of it ends the program with a message, status 2.
 */
#ifndef CHECK_POOL_H
#define CHECK_POOL_H

#include <stddef.h>

struct pool_chunk;

struct pool {
	struct pool_chunk *top;
};

struct pool_mark {
	struct pool_chunk *top;
	size_t used;
};

void *pool_alloc(struct pool *pool, size_t size);
char *pool_text(struct pool *pool, const char *text, size_t len);
char *pool_format(struct pool *pool, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
struct pool_mark pool_mark(const struct pool *pool);
void pool_release(struct pool *pool, struct pool_mark mark);
void pool_free(struct pool *pool);

#endif
