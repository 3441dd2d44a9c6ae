/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * HC-02. Codes that do not exist and arguments of all sizes; rounds=N (20000).
 * A vulnerable hypervisor uses the code as an index without a bound, bounds
 * other bits than it uses, or changes registers that it promised to preserve.
 */
#include "checked.h"

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
 * The upper half of the code is ignored, as a 32-bit caller may leave garbage
 * there: the answer is that of the lower half, whatever it is.
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
