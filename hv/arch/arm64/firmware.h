/* SPDX-License-Identifier: GPL-2.0-only */
/* Calls to the firmware at EL3 (SMCCC 1.1: x0 to x3 are results). */
#ifndef ARM64_FIRMWARE_H
#define ARM64_FIRMWARE_H

#include <stdint.h>

/* x[0] to x[7] are passed on, x[0] to x[3] come back. */
static inline void firmware_call(uint64_t *x)
{
	register uint64_t r0 __asm__("x0") = x[0];
	register uint64_t r1 __asm__("x1") = x[1];
	register uint64_t r2 __asm__("x2") = x[2];
	register uint64_t r3 __asm__("x3") = x[3];
	register uint64_t r4 __asm__("x4") = x[4];
	register uint64_t r5 __asm__("x5") = x[5];
	register uint64_t r6 __asm__("x6") = x[6];
	register uint64_t r7 __asm__("x7") = x[7];

	/* SMCCC 1.0 firmware may lose x4 to x17 */
	__asm__ volatile("smc #0"
			 : "+r"(r0), "+r"(r1), "+r"(r2), "+r"(r3),
			   "+r"(r4), "+r"(r5), "+r"(r6), "+r"(r7)
			 : : "x8", "x9", "x10", "x11", "x12", "x13", "x14",
			     "x15", "x16", "x17", "memory");
	x[0] = r0;
	x[1] = r1;
	x[2] = r2;
	x[3] = r3;
}

#endif
