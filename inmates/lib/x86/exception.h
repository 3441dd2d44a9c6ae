/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exceptions. One that an entry of the exception table or a try_call() waits
 * for becomes a value, TRAP_CODE() (never 0); any other one is printed and
 * stops the inmate with state FAILED. What the hypervisor parks never comes
 * back. Vectors 32 and above are interrupts (apic.h).
 */
#ifndef EXCEPTION_H
#define EXCEPTION_H

#include <stdint.h>

#include "cpu.h"

#define TRAP_CODE(vector, error)	\
	(0x80000000u | (uint32_t)(vector) << 16 | ((error) & 0xffff))
#define TRAP_VECTOR(code)	((code) >> 16 & 0xff)
#define TRAP_ERROR(code)	((code) & 0xffff)

#define TRAP_DB		1
#define TRAP_NMI	2
#define TRAP_UD		6
#define TRAP_GP		13
#define TRAP_PF		14
#define TRAP_AC		17

/* At the bottom of each CPU's stack; entry.S knows it, and `recover`. */
#define STACK_SIZE	0x2000ul

struct percpu {
	uintptr_t recover;
	uintptr_t far;	/* CR2 of the last exception that became a value */
};

static inline struct percpu *this_cpu(void)
{
	uintptr_t sp;

	asm("mov %%" STACK_REG ", %0" : "=r"(sp));
	return (struct percpu *)(sp & -STACK_SIZE);
}

/* In an asm with "+b"(code): where to go on when 1: faults. */
#define EX_TABLE(insn, fixup)				\
	".pushsection ex_table, \"a\"\n"		\
	ASM_POINTER " " insn ", " fixup "\n"		\
	".popsection\n"

/* Returns 0, or what the instruction raised; then *value is as before. */
#define __TRY_READ(bits, type, suffix, mod)				\
static inline uint64_t try_read##bits(uint64_t addr, type *value)	\
{									\
	unsigned long code = 0;						\
									\
	asm volatile("1: mov" suffix " (%2), %" mod "1\n2:\n"		\
		     EX_TABLE("1b", "2b")				\
		     : "+b"(code), "+q"(*value)				\
		     : "r"((uintptr_t)addr) : "memory");		\
	return code;							\
}									\
									\
static inline uint64_t try_write##bits(uint64_t addr, type value)	\
{									\
	unsigned long code = 0;						\
									\
	asm volatile("1: mov" suffix " %" mod "1, (%2)\n2:\n"		\
		     EX_TABLE("1b", "2b")				\
		     : "+b"(code)					\
		     : "q"(value), "r"((uintptr_t)addr) : "memory");	\
	return code;							\
}

__TRY_READ(8, uint8_t, "b", "b")
__TRY_READ(16, uint16_t, "w", "w")
__TRY_READ(32, uint32_t, "l", "k")
__TRY_READ_64

static inline uint64_t try_msr_read(uint32_t msr, uint64_t *value)
{
	unsigned long code = 0;
	uint32_t low = 0, high = 0;

	asm volatile("1: rdmsr\n2:\n" EX_TABLE("1b", "2b")
		     : "+b"(code), "+a"(low), "+d"(high)
		     : "c"(msr) : "memory");
	if (!code)
		*value = (uint64_t)high << 32 | low;
	return code;
}

static inline uint64_t try_msr_write(uint32_t msr, uint64_t value)
{
	unsigned long code = 0;

	asm volatile("1: wrmsr\n2:\n" EX_TABLE("1b", "2b")
		     : "+b"(code)
		     : "c"(msr), "a"((uint32_t)value),
		       "d"((uint32_t)(value >> 32)) : "memory");
	return code;
}

/* One instruction without operands, or with %1 as its operand. */
#define try_insn(text, operand) ({					\
	unsigned long __code = 0;					\
									\
	asm volatile("1: " text "\n2:\n"				\
		     EX_TABLE("1b", "2b")				\
		     : "+b"(__code) : "r"((uintptr_t)(operand))		\
		     : "memory", "cc");					\
	__code;								\
})

/* entry.S; may nest. After an exception interrupts are as before. */
uint64_t try_call(void (*fn)(void *), void *arg);

/*
 * 64-bit inmates, first CPU: the same at privilege level 3, where the image's
 * memory can be used. It comes back by an exception only.
 */
uint64_t try_call_user(void (*fn)(void *), void *arg);

/* Loads the descriptor table; exception.c fills it on the first CPU. */
void exceptions_init(void);
void exceptions_init_cpu(void);

#endif
