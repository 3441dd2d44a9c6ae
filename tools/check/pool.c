/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pool.h"

#define CHUNK	(64 * 1024)
#define ALIGN	16

struct pool_chunk {
	struct pool_chunk *below;
	size_t used, size;
	max_align_t data[];
};

static struct pool_chunk *grow(struct pool *pool, size_t size)
{
	size_t room = size > CHUNK ? size : CHUNK;
	struct pool_chunk *chunk = malloc(sizeof(*chunk) + room);

	if (!chunk) {
		fputs("error: out of memory\n", stderr);
		exit(2);
	}
	chunk->below = pool->top;
	chunk->used = 0;
	chunk->size = room;
	pool->top = chunk;
	return chunk;
}

void *pool_alloc(struct pool *pool, size_t size)
{
	struct pool_chunk *chunk = pool->top;
	void *p;

	if (size > SIZE_MAX / 2) {
		fputs("error: out of memory\n", stderr);
		exit(2);
	}
	size = (size + ALIGN - 1) & ~(size_t)(ALIGN - 1);
	if (!chunk || chunk->size - chunk->used < size)
		chunk = grow(pool, size);
	p = (char *)chunk->data + chunk->used;
	chunk->used += size;
	return memset(p, 0, size);
}

char *pool_text(struct pool *pool, const char *text, size_t len)
{
	char *copy = pool_alloc(pool, len + 1);

	memcpy(copy, text, len);
	return copy;
}

char *pool_format(struct pool *pool, const char *format, ...)
{
	char *text, *copy;
	va_list args;
	int len;

	va_start(args, format);
	len = vasprintf(&text, format, args);
	va_end(args);
	if (len < 0) {
		fputs("error: out of memory\n", stderr);
		exit(2);
	}
	copy = pool_text(pool, text, (size_t)len);
	free(text);
	return copy;
}

struct pool_mark pool_mark(const struct pool *pool)
{
	return (struct pool_mark){ pool->top,
				   pool->top ? pool->top->used : 0 };
}

void pool_release(struct pool *pool, struct pool_mark mark)
{
	struct pool_chunk *chunk;

	while (pool->top != mark.top) {
		chunk = pool->top;
		pool->top = chunk->below;
		free(chunk);
	}
	if (pool->top)
		pool->top->used = mark.used;
}

void pool_free(struct pool *pool)
{
	pool_release(pool, (struct pool_mark){ NULL, 0 });
}
