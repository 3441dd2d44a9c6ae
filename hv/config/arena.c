/* SPDX-License-Identifier: GPL-2.0-only */
/* Memory of the caller, handed out from one end. */
#include <string.h>

#include "internal.h"

void *arena_end(const struct ctx *c)
{
	return c->arena->base + c->arena->used;
}

void *arena_alloc(struct ctx *c, uint32_t count, uint32_t size)
{
	uint64_t bytes = (((uint64_t)count * size) + 7) & ~7ull;
	uint32_t left = c->arena->size - c->arena->used;
	void *mem = arena_end(c);

	if (bytes > left) {
		if (!c->out_of_memory)
			say_at(c, LIMIT_ARENA, here(c, -1, NULL),
			       (uint32_t)bytes, left);
		c->out_of_memory = true;
		return NULL;
	}
	c->arena->used += (uint32_t)bytes;
	return memset(mem, 0, (size_t)bytes);
}

void *arena_push(struct ctx *c, uint32_t *count, uint32_t size, uint32_t max,
		 struct at where, const char *what)
{
	void *mem = NULL;

	if (*count < max)
		mem = arena_alloc(c, 1, size);
	else
		say_at(c, LIMIT, where, what, max + 1, max);
	*count += mem != NULL;
	return mem;
}
