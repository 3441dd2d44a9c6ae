/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Memory and strings. Copying and filling go by words where both sides allow:
 * whole pages and blobs pass through here.
 */
#include <stdint.h>
#include "string.h"

#define WORD	sizeof(uint64_t)

/* Else the compiler finds memset() in memset() and calls it. */
#define NO_IDIOMS __attribute__((optimize("no-tree-loop-distribute-patterns")))

static int aligned(const void *p)
{
	return (uintptr_t)p % WORD == 0;
}

NO_IDIOMS void *memcpy(void *dst, const void *src, size_t n)
{
	uint8_t *to = dst;
	const uint8_t *from = src;

	if (aligned(to) && aligned(from)) {
		for (; n >= WORD; n -= WORD, to += WORD, from += WORD)
			*(uint64_t *)to = *(const uint64_t *)from;
	}
	while (n--)
		*to++ = *from++;
	return dst;
}

NO_IDIOMS void *memmove(void *dst, const void *src, size_t n)
{
	uint8_t *to = dst;
	const uint8_t *from = src;

	if ((uintptr_t)to - (uintptr_t)from >= n)
		return memcpy(dst, src, n);
	while (n--)
		to[n] = from[n];
	return dst;
}

NO_IDIOMS void *memset(void *dst, int c, size_t n)
{
	uint64_t word = (uint8_t)c * 0x0101010101010101ull;
	uint8_t *to = dst;
	unsigned i;

	for (; n && !aligned(to); n--)
		*to++ = (uint8_t)c;
	for (; n >= 8 * WORD; n -= 8 * WORD, to += 8 * WORD) {
#pragma GCC unroll 8
		for (i = 0; i < 8; i++)
			((uint64_t *)to)[i] = word;
	}
	while (n--)
		*to++ = (uint8_t)c;
	return dst;
}

int memcmp(const void *a, const void *b, size_t n)
{
	const uint8_t *p = a, *q = b;

	for (; n; n--, p++, q++)
		if (*p != *q)
			return *p - *q;
	return 0;
}

void *memchr(const void *s, int c, size_t n)
{
	const uint8_t *p = s;

	for (; n; n--, p++)
		if (*p == (uint8_t)c)
			return (void *)p;
	return NULL;
}

NO_IDIOMS size_t strlen(const char *s)
{
	size_t n = 0;

	while (s[n])
		n++;
	return n;
}

int strncmp(const char *a, const char *b, size_t n)
{
	for (; n; n--, a++, b++)
		if (*a != *b || !*a)
			return (uint8_t)*a - (uint8_t)*b;
	return 0;
}

int strcmp(const char *a, const char *b)
{
	return strncmp(a, b, SIZE_MAX);
}

char *strrchr(const char *s, int c)
{
	const char *found = NULL;

	do {
		if (*s == (char)c)
			found = s;
	} while (*s++);
	return (char *)found;
}
