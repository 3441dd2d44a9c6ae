/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Instructions of the machine that a test of hv/arch/x86 brings along
 * (tests/unit/fake_x86.h).
 */
#ifndef FAKE_INSN_H
#define FAKE_INSN_H

#include <stdbool.h>
#include <stdint.h>

bool rdmsr_safe(uint32_t msr, uint64_t *value);
bool wrmsr_safe(uint32_t msr, uint64_t value);
bool xsetbv_safe(uint32_t xcr, uint64_t value);
void cpuid(uint32_t leaf, uint32_t sub, uint32_t r[4]);

/* One that is always there. */
static inline uint64_t rdmsr(uint32_t msr)
{
	uint64_t value;

	if (!rdmsr_safe(msr, &value))
		__builtin_trap();
	return value;
}

static inline void wrmsr(uint32_t msr, uint64_t value)
{
	if (!wrmsr_safe(msr, value))
		__builtin_trap();
}

#endif
