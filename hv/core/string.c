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

NO_IDIOMS void *memmove(void *dst, const void *src, size_t n)
{
	uint8_t *to = dst;
	const uint8_t *from = src;

	if ((uintptr_t)to - (uintptr_t)from < n) {
		while (n--)
			to[n] = from[n];
		return dst;
	}
	if (((uintptr_t)to | (uintptr_t)from) % WORD == 0)
		for (; n >= WORD; n -= WORD, to += WORD, from += WORD)
			*(uint64_t *)to = *(const uint64_t *)from;
	while (n--)
		*to++ = *from++;
	return dst;
}

void *memcpy(void *dst, const void *src, size_t n)
	__attribute__((alias("memmove")));

NO_IDIOMS void *memset(void *dst, int c, size_t n)
{
	uint64_t word = (uint8_t)c * 0x0101010101010101ull;
	uint8_t *to = dst;

	for (; (uintptr_t)to % WORD == 0 && n >= WORD; n -= WORD, to += WORD)
		*(uint64_t *)to = word;
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

size_t strlen(const char *s)
{
	return (size_t)((const char *)memchr(s, '\0', SIZE_MAX) - s);
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
