/* SPDX-License-Identifier: BSD-2-Clause */
/* Hypercalls (abi/hypercall.h) and calls of the firmware. */
#ifndef HYPERCALL_H
#define HYPERCALL_H

#include <stdint.h>
#include <abi/hypercall.h>

#define __CALL(name, insn)						\
static inline int64_t name(uint64_t x0, uint64_t x1, uint64_t x2,	\
			   uint64_t x3)					\
{									\
	register uint64_t r0 asm("x0") = x0;				\
	register uint64_t r1 asm("x1") = x1;				\
	register uint64_t r2 asm("x2") = x2;				\
	register uint64_t r3 asm("x3") = x3;				\
									\
	asm volatile(insn						\
		     : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3)	\
		     : : "x4", "x5", "x6", "x7", "x8", "x9", "x10",	\
		       "x11", "x12", "x13", "x14", "x15", "x16",	\
		       "x17", "memory");				\
	return r0;							\
}

__CALL(smccc_hvc, "hvc #0")
__CALL(smccc_smc, "smc #0")

static inline int64_t hypercall(uint64_t code, uint64_t arg1, uint64_t arg2)
{
	register uint64_t r0 asm("x0") = code;
	register uint64_t r1 asm("x1") = arg1;
	register uint64_t r2 asm("x2") = arg2;

	asm volatile("hvc %1" : "+r"(r0)
		     : "i"(CB_HVC_IMM), "r"(r1), "r"(r2) : "memory");
	return r0;
}

#endif
