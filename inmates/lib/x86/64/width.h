/* SPDX-License-Identifier: BSD-2-Clause */
/* What 64-bit inmates have otherwise than 32-bit ones. */
#ifndef WIDTH_H
#define WIDTH_H

#define STACK_REG	"rsp"
#define ASM_POINTER	".quad"

#define SEL_CODE	SEL_CODE64
#define GATE_WORDS	2

/* The first level of the page tables. */
#define PAGING_TOP	39

#define __MMIO_64	__MMIO(64, uint64_t, "q", "q")
#define __TRY_READ_64	__TRY_READ(64, uint64_t, "q", "q")

/* As entry.S and the CPU push it. */
struct exception_frame {
	uint64_t r15, r14, r13, r12, r11, r10, r9, r8;
	uint64_t di, si, bp, bx, dx, cx, ax;
	uint64_t vector, error, ip, cs, flags, sp, ss;
};
#define REG_FORMAT	"%016lx"
#define FRAME_NAMES	"r15", "r14", "r13", "r12", "r11", "r10", "r9", "r8", \
			"rdi", "rsi", "rbp", "rbx", "rdx", "rcx", "rax",    \
			"vector", "error", "rip", "cs", "rflags", "rsp", "ss"

#endif
