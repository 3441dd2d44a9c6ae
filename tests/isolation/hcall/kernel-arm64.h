/* SPDX-License-Identifier: GPL-2.0-only */
/* SMCCC-like: x0 is the result, x1 and x2 may be anything afterwards. */
static u64 hypercall(const u64 *x)
{
	register u64 x0 asm("x0") = x[0];
	register u64 x1 asm("x1") = x[1];
	register u64 x2 asm("x2") = x[2];

	asm volatile("hvc #0x4a48" : "+r"(x0), "+r"(x1), "+r"(x2) : :
		     "memory");
	return x0;
}
