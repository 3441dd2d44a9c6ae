/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exceptions. One that an entry of the exception table or a try_call() waits
 * for becomes a value, ESR_EL1 (never 0); any other one is printed and stops
 * the inmate with state FAILED. What the hypervisor parks never comes back.
 */
#ifndef EXCEPTION_H
#define EXCEPTION_H

#include <stdint.h>

#include "cpu.h"

#define ESR_EC(esr)	((esr) >> 26 & 0x3f)
#define EC_UNKNOWN	0x00	/* undefined instruction */
#define EC_IABORT_EL1	0x21
#define EC_DABORT_EL1	0x25
#define EC_SERROR	0x2f

struct exception_frame {
	uint64_t x[31], pc, pstate, esr, far, pad;
};

/* Per CPU, in TPIDR_EL1; entry.S knows that `recover` comes first. */
struct percpu {
	uint64_t recover;
	uint64_t far;		/* of the last exception that became a value */
};

static inline struct percpu *this_cpu(void)
{
	struct percpu *cpu;

	asm("mrs %0, tpidr_el1" : "=r"(cpu));
	return cpu;
}

/* In an asm with "+r"(esr) bound to x0: where to go on when 1: faults. */
#define EX_TABLE(insn, fixup)				\
	".pushsection ex_table, \"a\"\n"		\
	".quad " insn ", " fixup "\n"			\
	".popsection\n"

/* Returns 0, or ESR when the instruction faulted; then *value is as before. */
#define __TRY_READ(bits, type, insn, mod)				\
static inline uint64_t try_read##bits(uint64_t addr, type *value)	\
{									\
	register uint64_t esr asm("x0") = 0;				\
									\
	asm volatile("1: ldr" insn " %" mod "1, [%2]\n2:\n"		\
		     EX_TABLE("1b", "2b")				\
		     : "+r"(esr), "+r"(*value) : "r"(addr)		\
		     : "memory");					\
	return esr;							\
}									\
									\
static inline uint64_t try_write##bits(uint64_t addr, type value)	\
{									\
	register uint64_t esr asm("x0") = 0;				\
									\
	asm volatile("1: str" insn " %" mod "1, [%2]\n2:\n"		\
		     EX_TABLE("1b", "2b")				\
		     : "+r"(esr) : "r"(value), "r"(addr)		\
		     : "memory");					\
	return esr;							\
}

__TRY_READ(8, uint8_t, "b", "w")
__TRY_READ(16, uint16_t, "h", "w")
__TRY_READ(32, uint32_t, "", "w")
__TRY_READ(64, uint64_t, "", "x")

/* A system register by name; value is an lvalue of type uint64_t. */
#define try_mrs(name, value) ({						\
	register uint64_t __esr asm("x0") = 0;				\
									\
	asm volatile("1: mrs %1, " __sysreg_str(name) "\n2:\n"	\
		     EX_TABLE("1b", "2b")				\
		     : "+r"(__esr), "+r"(value) : : "memory");	\
	__esr;								\
})

#define try_msr(name, value) ({						\
	register uint64_t __esr asm("x0") = 0;				\
									\
	asm volatile("1: msr " __sysreg_str(name) ", %1\n2:\n"	\
		     EX_TABLE("1b", "2b")				\
		     : "+r"(__esr) : "r"((uint64_t)(value))		\
		     : "memory");					\
	__esr;								\
})

/* One instruction without operands, or with %1 as its operand. */
#define try_insn(text, operand) ({					\
	register uint64_t __esr asm("x0") = 0;				\
									\
	asm volatile("1: " text "\n2:\n"				\
		     EX_TABLE("1b", "2b")				\
		     : "+r"(__esr) : "r"((uint64_t)(operand))		\
		     : "memory");					\
	__esr;								\
})

/* entry.S; may nest. After an exception at EL1 interrupts are as before. */
uint64_t try_call(void (*fn)(void *), void *arg);
uint64_t try_call_el0(uint64_t entry, uint64_t arg);

#endif
