/* SPDX-License-Identifier: GPL-2.0-only */
/* A hypercall that looks at all registers. */
#ifndef CHECKED_H
#define CHECKED_H

#include "probe.h"

/* As hypercall(), and tells whether x3 to x17 came back unchanged. */
static inline int64_t call_checked(uint64_t code, uint64_t arg1, uint64_t arg2,
				   bool *preserved)
{
	uint64_t regs[18], n;

	for (n = 3; n < 18; n++)
		regs[n] = 0x1111111111111111 * (n - 2);
	regs[0] = code;
	regs[1] = arg1;
	regs[2] = arg2;
	asm volatile("mov x18, %0\n\t"
		     "ldp x0, x1, [x18]\n\t"
		     "ldp x2, x3, [x18, #16]\n\t"
		     "ldp x4, x5, [x18, #32]\n\t"
		     "ldp x6, x7, [x18, #48]\n\t"
		     "ldp x8, x9, [x18, #64]\n\t"
		     "ldp x10, x11, [x18, #80]\n\t"
		     "ldp x12, x13, [x18, #96]\n\t"
		     "ldp x14, x15, [x18, #112]\n\t"
		     "ldp x16, x17, [x18, #128]\n\t"
		     "hvc %1\n\t"
		     "stp x0, x1, [x18]\n\t"
		     "stp x2, x3, [x18, #16]\n\t"
		     "stp x4, x5, [x18, #32]\n\t"
		     "stp x6, x7, [x18, #48]\n\t"
		     "stp x8, x9, [x18, #64]\n\t"
		     "stp x10, x11, [x18, #80]\n\t"
		     "stp x12, x13, [x18, #96]\n\t"
		     "stp x14, x15, [x18, #112]\n\t"
		     "stp x16, x17, [x18, #128]"
		     : : "r"(regs), "i"(CB_HVC_IMM)
		     : "x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8",
		       "x9", "x10", "x11", "x12", "x13", "x14", "x15", "x16",
		       "x17", "x18", "memory");
	*preserved = regs[1] == arg1 && regs[2] == arg2;
	for (n = 3; n < 18; n++)
		if (regs[n] != 0x1111111111111111 * (n - 2))
			*preserved = false;
	return regs[0];
}

#endif
