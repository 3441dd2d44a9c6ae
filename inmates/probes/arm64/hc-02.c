/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * HC-02. Codes that do not exist and arguments of all sizes; rounds=N (20000).
 * A vulnerable hypervisor uses the code as an index without a bound, bounds
 * other bits than it uses, or changes registers that it promised to preserve.
 */
#include "probe.h"

/* As hypercall(), and tells whether x3 to x17 came back unchanged. */
static int64_t call_checked(uint64_t code, uint64_t arg1, uint64_t arg2,
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

static void expect_nosys(uint64_t code)
{
	bool preserved;
	int64_t result = call_checked(code, ~0ul, ~0ul, &preserved);

	report_check(result == -CB_ENOSYS, "code 0x%lx returns %ld", code,
		     result);
	report_check(preserved, "code 0x%lx changes registers", code);
}

static void unknown(void)
{
	uint64_t code;

	for (code = CB_HC_COUNT; code < 1000; code++)
		expect_nosys(code);
	for (code = 4; code < 32; code++) {
		expect_nosys(1ul << code);
		expect_nosys(~0ul << code);
	}
	for (code = 4; code < 64; code++)
		expect_nosys(1ul << code | CB_HC_COUNT);
}

/*
 * The upper half of x0 is ignored, as a 32-bit caller may leave garbage there:
 * the answer is that of the lower half, whatever it is.
 */
static void upper_half(void)
{
	uint64_t code, bit;
	int64_t plain;

	for (code = 0; code < CB_HC_COUNT; code++) {
		if (code == CB_HC_DEBUG_CONSOLE_PUTC)
			continue;
		plain = hypercall(code, 1000, ~0ul);
		for (bit = 32; bit < 64; bit++)
			report_check(hypercall(1ul << bit | code, 1000, ~0ul)
				     == plain, "bit %lu of code %lu counts",
				     bit, code);
	}
}

/* Any arguments: an answer must be an error, or a small number. */
static void random_args(void)
{
	uint64_t rounds = cmdline_int("rounds", 20000), code;
	int64_t result;
	bool preserved;

	while (rounds--) {
		code = probe_random() % CB_HC_COUNT;
		if (code == CB_HC_DEBUG_CONSOLE_PUTC)
			continue;
		result = call_checked(code, probe_random(),
				      probe_random() >> (rounds & 63),
				      &preserved);
		report_check(preserved, "code %lu changes registers", code);
		report_check(result >= -200 && result < 0x40000000,
			     "code %lu returns 0x%lx", code, result);
	}
}

static const struct probe_case cases[] = {
	{ "unknown", unknown },
	{ "upper-half", upper_half },
	{ "random", random_args },
};

PROBE("HC-02", "unknown codes and huge arguments", cases);
