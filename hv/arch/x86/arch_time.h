/* SPDX-License-Identifier: GPL-2.0-only */
/* The time-stamp counter, as fast as Linux has found it to be. */
#ifndef X86_ARCH_TIME_H
#define X86_ARCH_TIME_H

#include "core.h"

static inline uint64_t arch_time(void)
{
	uint32_t low, high;

	__asm__ volatile("lfence\n rdtsc" : "=a"(low), "=d"(high) : : "memory");
	return low | (uint64_t)high << 32;
}

static inline uint64_t arch_time_hz(void)
{
	return image_header.tsc_khz * 1000ull;
}

#endif
