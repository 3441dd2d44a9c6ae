/* SPDX-License-Identifier: BSD-2-Clause */
/* What 32-bit inmates have otherwise than 64-bit ones. */
#ifndef WIDTH_H
#define WIDTH_H

#define STACK_REG	"esp"
#define ASM_POINTER	".long"

#define SEL_CODE	SEL_CODE32
#define GATE_WORDS	0

/* The first level of the page tables: PAE, whose 4 entries never change. */
#define PAGING_TOP	30

/* No single instruction of a 32-bit CPU moves 64 bits. */
#define __MMIO_64
#define __TRY_READ_64

/* As entry.S and the CPU push it. */
struct exception_frame {
	uint32_t di, si, bp, sp_of_pusha, bx, dx, cx, ax;
	uint32_t vector, error, ip, cs, flags;
};
#define REG_FORMAT	"%08lx"
#define FRAME_NAMES	"edi", "esi", "ebp", "esp", "ebx", "edx", "ecx",    \
			"eax", "vector", "error", "eip", "cs", "eflags"

#endif
