/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * MSR-04. Memory types. A vulnerable hypervisor lets a cell change the MTRRs,
 * which hold for a whole CPU and for the hypervisor on it, or a PAT that no
 * CPU accepts. What the cell writes to an MTRR is ignored, its PAT is its own;
 * the victim's timing is judged from outside.
 */
#include "insn.h"

#define MSR_MTRR_DEFAULT	0x2ff
#define MSR_MTRR_BASE0		0x200
#define MSR_MTRR_FIX64K		0x250
#define MSR_PAT			0x277
#define PAT_RESET		0x0007040600070406ul

static void ignored(uint32_t msr, uint64_t value)
{
	uint64_t before = 0, after = 0;

	report_check(!try_msr_read(msr, &before), "MSR 0x%x unreadable", msr);
	report_note("write MSR 0x%x: exception 0x%lx", msr,
		    try_msr_write(msr, value));
	try_msr_read(msr, &after);
	report_check(before == after, "MSR 0x%x: 0x%lx, was 0x%lx", msr,
		     after, before);
}

static void mtrr(void)
{
	ignored(MSR_MTRR_DEFAULT, 0);
	ignored(MSR_MTRR_DEFAULT, 0xc06);
	ignored(MSR_MTRR_BASE0, 0x6);
	ignored(MSR_MTRR_BASE0 + 1, ~0ul);
	ignored(MSR_MTRR_FIX64K, 0x0606060606060606);
}

static void pat(void)
{
	static const uint64_t wrong[] = { 2, 3, 8, 0x80ul << 56, ~0ul };
	uint64_t value = 0, old = msr_read(MSR_PAT);
	unsigned int n;

	report_check(old == PAT_RESET, "the PAT is 0x%lx at the start", old);
	for (n = 0; n < ARRAY_SIZE(wrong); n++)
		report_check(try_msr_write(MSR_PAT, wrong[n]),
			     "PAT 0x%lx is accepted", wrong[n]);
	report_check(!try_msr_write(MSR_PAT, 0x0606060606060606),
		     "a PAT of write-back alone is refused");
	try_msr_read(MSR_PAT, &value);
	report_check(value == 0x0606060606060606, "the PAT is 0x%lx", value);
	/* Device registers as write-back memory: still those registers. */
	if (apic_init() && !apic_is_x2apic())
		report_check(apic_read(APIC_VERSION) & 0xff, "no version");
	msr_write(MSR_PAT, old);
}

static const struct probe_case cases[] = {
	{ "mtrr", mtrr },
	{ "pat", pat },
};

PROBE("MSR-04", "memory types are each cell's own", cases);
