/* SPDX-License-Identifier: GPL-2.0-only */
/* Instructions that probes try; each returns 0 or the exception's code. */
#ifndef INSN_H
#define INSN_H

#include "probe.h"

#define __TRY_IO(width, suffix, mod)					\
static inline uint64_t try_in##width(uint16_t port, uint32_t *value)	\
{									\
	unsigned long code = 0;						\
									\
	asm volatile("1: in" suffix " %w2, %" mod "1\n2:\n"		\
		     EX_TABLE("1b", "2b")				\
		     : "+b"(code), "+a"(*value) : "Nd"(port)		\
		     : "memory");					\
	return code;							\
}									\
									\
static inline uint64_t try_out##width(uint16_t port, uint32_t value)	\
{									\
	unsigned long code = 0;						\
									\
	asm volatile("1: out" suffix " %" mod "1, %w2\n2:\n"		\
		     EX_TABLE("1b", "2b")				\
		     : "+b"(code) : "a"(value), "Nd"(port)		\
		     : "memory");					\
	return code;							\
}									\
									\
static inline uint64_t try_rep_ins##width(uint16_t port, void *to,	\
					  unsigned long count)		\
{									\
	unsigned long code = 0;						\
									\
	asm volatile("1: rep ins" suffix "\n2:\n"			\
		     EX_TABLE("1b", "2b")				\
		     : "+b"(code), "+D"(to), "+c"(count) : "d"(port)	\
		     : "memory");					\
	return code;							\
}									\
									\
static inline uint64_t try_rep_outs##width(uint16_t port,		\
					   const void *from,		\
					   unsigned long count)		\
{									\
	unsigned long code = 0;						\
									\
	asm volatile("1: rep outs" suffix "\n2:\n"			\
		     EX_TABLE("1b", "2b")				\
		     : "+b"(code), "+S"(from), "+c"(count) : "d"(port)	\
		     : "memory");					\
	return code;							\
}

__TRY_IO(8, "b", "b")
__TRY_IO(16, "w", "w")
__TRY_IO(32, "l", "k")

static inline uint64_t try_in(uint16_t port, unsigned int width)
{
	uint32_t value = 0;

	if (width == 1)
		return try_in8(port, &value);
	return width == 2 ? try_in16(port, &value) : try_in32(port, &value);
}

static inline uint64_t try_out(uint16_t port, unsigned int width,
			       uint32_t value)
{
	if (width == 1)
		return try_out8(port, value);
	return width == 2 ? try_out16(port, value) : try_out32(port, value);
}

/* Forms of store beside MOV */
static inline uint64_t store_locked(uint64_t addr)
{
	return try_insn("lock addq $1, (%1)", addr);
}

static inline uint64_t store_non_temporal(uint64_t addr)
{
	return try_insn("movnti %1, (%1)", addr);
}

static inline uint64_t store_string(uint64_t addr)
{
	unsigned long code = 0, count = 8;

	asm volatile("1: rep stosb\n2:\n" EX_TABLE("1b", "2b")
		     : "+b"(code), "+D"(addr), "+c"(count) : "a"(0x6b)
		     : "memory");
	return code;
}

#endif
