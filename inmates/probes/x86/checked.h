/* SPDX-License-Identifier: GPL-2.0-only */
/* A hypercall that looks at all registers; for one file of a probe. */
#ifndef CHECKED_H
#define CHECKED_H

#include "probe.h"

/* rax, rbx, rcx, rdx, rsi, rdi, rbp, r8…; the instructions know its name. */
extern uint64_t hc_regs[16];
uint64_t hc_regs[16];

#define CALL(insn)							\
	asm volatile("push %%rbp\n\t"					\
		     "push %%rbx\n\t"					\
		     "mov hc_regs + 8, %%rbx\n\t"				\
		     "mov hc_regs + 16, %%rcx\n\t"				\
		     "mov hc_regs + 24, %%rdx\n\t"				\
		     "mov hc_regs + 32, %%rsi\n\t"				\
		     "mov hc_regs + 40, %%rdi\n\t"				\
		     "mov hc_regs + 48, %%rbp\n\t"				\
		     "mov hc_regs + 56, %%r8\n\t"				\
		     "mov hc_regs + 64, %%r9\n\t"				\
		     "mov hc_regs + 72, %%r10\n\t"				\
		     "mov hc_regs + 80, %%r11\n\t"				\
		     "mov hc_regs + 88, %%r12\n\t"				\
		     "mov hc_regs + 96, %%r13\n\t"				\
		     "mov hc_regs + 104, %%r14\n\t"			\
		     "mov hc_regs + 112, %%r15\n\t"			\
		     "mov hc_regs, %%rax\n\t"				\
		     insn "\n\t"					\
		     "mov %%rax, hc_regs\n\t"				\
		     "mov %%rbx, hc_regs + 8\n\t"				\
		     "mov %%rcx, hc_regs + 16\n\t"				\
		     "mov %%rdx, hc_regs + 24\n\t"				\
		     "mov %%rsi, hc_regs + 32\n\t"				\
		     "mov %%rdi, hc_regs + 40\n\t"				\
		     "mov %%rbp, hc_regs + 48\n\t"				\
		     "mov %%r8, hc_regs + 56\n\t"				\
		     "mov %%r9, hc_regs + 64\n\t"				\
		     "mov %%r10, hc_regs + 72\n\t"				\
		     "mov %%r11, hc_regs + 80\n\t"				\
		     "mov %%r12, hc_regs + 88\n\t"				\
		     "mov %%r13, hc_regs + 96\n\t"				\
		     "mov %%r14, hc_regs + 104\n\t"			\
		     "mov %%r15, hc_regs + 112\n\t"			\
		     "pop %%rbx\n\t"					\
		     "pop %%rbp"					\
		     : : : "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9",\
			   "r10", "r11", "r12", "r13", "r14", "r15",	\
			   "memory", "cc")

#define RSI	4
#define RDI	5
#define USED	15

/* As hypercall(), and tells whether all but rax came back unchanged. */
static inline int64_t call_checked(uint64_t code, uint64_t arg1, uint64_t arg2,
				   bool *preserved)
{
	uint64_t before[USED];
	unsigned int n;

	for (n = 1; n < USED; n++)
		hc_regs[n] = 0x1111111111111111ul * n;
	hc_regs[0] = code;
	hc_regs[RDI] = arg1;
	hc_regs[RSI] = arg2;
	memcpy(before, hc_regs, sizeof(before));
	if (hypercall_is_vmmcall())
		CALL("vmmcall");
	else
		CALL("vmcall");
	*preserved = !memcmp(before + 1, hc_regs + 1, sizeof(before) - 8);
	return hc_regs[0];
}

#endif
