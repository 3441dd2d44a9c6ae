/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the compiler calls to divide 64-bit numbers; its own library for
 * 32-bit code is no part of a 64-bit installation.
 */
#include <stdint.h>

uint64_t __udivmoddi4(uint64_t n, uint64_t d, uint64_t *rest);
uint64_t __udivdi3(uint64_t n, uint64_t d);
uint64_t __umoddi3(uint64_t n, uint64_t d);

uint64_t __udivmoddi4(uint64_t n, uint64_t d, uint64_t *rest)
{
	uint64_t quotient = 0, part = 0;
	unsigned int bit;

	for (bit = 64; bit--; ) {
		uint64_t carry = part >> 63;

		part = part << 1 | (n >> bit & 1);
		if (!carry && part < d)
			continue;
		part -= d;
		quotient |= 1ull << bit;
	}
	if (rest)
		*rest = part;
	return quotient;
}

uint64_t __udivdi3(uint64_t n, uint64_t d)
{
	return __udivmoddi4(n, d, 0);
}

uint64_t __umoddi3(uint64_t n, uint64_t d)
{
	uint64_t rest;

	__udivmoddi4(n, d, &rest);
	return rest;
}
