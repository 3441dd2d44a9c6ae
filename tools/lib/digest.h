/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * 128 bits over pieces of content, as the name of what was made of them. Two
 * sums that differ in how they mix: against mistakes, not against malice.
 */
#ifndef TOOLS_DIGEST_H
#define TOOLS_DIGEST_H

#include <stddef.h>
#include <stdint.h>

struct digest {
	uint64_t low, high;
};

static inline void digest_byte(struct digest *d, uint8_t byte)
{
	d->low = (d->low ^ byte) * 0x100000001b3 + 0x9e3779b97f4a7c15;
	d->high = (d->high + byte) * 0xff51afd7ed558ccd;
	d->high ^= d->high >> 29;
}

/* A piece counts with its length: "ab", "c" is not "a", "bc". */
static inline void digest_add(struct digest *d, const void *data, size_t size)
{
	const uint8_t *p = data;
	uint64_t length = size;
	size_t n;

	for (n = 0; n < sizeof(length); n++)
		digest_byte(d, (uint8_t)(length >> 8 * n));
	for (n = 0; n < size; n++)
		digest_byte(d, p[n]);
}

#endif
