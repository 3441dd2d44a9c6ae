/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * MSR-01. A hypervisor with a black list lets registers through that it does
 * not know: microcode, power, debug stores that write past all tables. Each
 * access that is not allowed ends in #GP or parks; msr=N, value=N (0).
 * case=random takes one by seed=. case=listed reads what every cell has.
 */
#include "insn.h"

static void park_msr(uint32_t msr, bool write)
{
	uint64_t value = cmdline_int("value", 0), exception;

	report_try("%s MSR 0x%x", write ? "write" : "read", msr);
	exception = write ? try_msr_write(msr, value) :
			    try_msr_read(msr, &value);
	report_check(exception, "MSR 0x%x can be %s", msr,
		     write ? "written" : "read");
}

static void read(void)
{
	uint64_t msr;

	if (probe_param("msr", &msr))
		park_msr(msr, false);
}

static void write(void)
{
	uint64_t msr;

	if (probe_param("msr", &msr))
		park_msr(msr, true);
}

/* Between the ranges that architecture and vendors use. */
static void random(void)
{
	uint32_t msr = probe_random();

	if (msr >> 16 == 0 || msr >> 16 == 0xc000 || msr >> 16 == 0xc001)
		msr ^= 0x40000000;
	park_msr(msr, false);
}

static const uint32_t listed[] = {
	0x10,					/* TSC */
	MSR_APIC_BASE, 0xfe,			/* MTRRCAP */
	0x174, 0x175, 0x176,			/* SYSENTER */
	0x277,					/* PAT */
	0x2ff,					/* MTRR default type */
	MSR_EFER, 0xc0000081, 0xc0000082, 0xc0000083, 0xc0000084,
	0xc0000100, 0xc0000101, 0xc0000102,	/* FS, GS bases */
};

static void all_listed(void)
{
	uint64_t value;
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(listed); n++)
		report_check(!try_msr_read(listed[n], &value),
			     "MSR 0x%x cannot be read", listed[n]);
}

static const struct probe_case cases[] = {
	{ "listed", all_listed },
	{ "read", read },
	{ "write", write },
	{ "random", random },
};

PROBE("MSR-01", "a cell has only listed registers", cases);
