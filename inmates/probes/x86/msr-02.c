/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * MSR-02. The range of the x2APIC. A hypervisor that emulates it by an array
 * reads behind its end (XSA-108), or forwards registers that are none. In
 * xAPIC mode none of them is there; in x2APIC mode those of the table.
 * case=below and case=above are the neighbours, which no cell has.
 */
#include "insn.h"

/* One bit for each register that can be read (SDM table 11-6). */
static const uint64_t readable =
	1ul << 0x02 | 1ul << 0x03 | 1ul << 0x08 | 1ul << 0x0a | 1ul << 0x0d |
	1ul << 0x0f | 0xfful << 0x10 | 0xfful << 0x18 | 0xfful << 0x20 |
	1ul << 0x28 | 1ul << 0x2f | 1ul << 0x30 | 0x3ful << 0x32 |
	1ul << 0x38 | 1ul << 0x39 | 1ul << 0x3e;

static bool expected(unsigned int reg)
{
	return apic_is_x2apic() && reg < 64 && readable >> reg & 1;
}

static void reads(void)
{
	unsigned int reg;
	uint64_t value;

	if (!apic_init())
		return;
	report_note("mode: %s", apic_is_x2apic() ? "x2APIC" : "xAPIC");
	for (reg = 0; reg < 0x100; reg++) {
		bool there = !try_msr_read(MSR_X2APIC + reg, &value);

		/* CMCI: not in all CPUs */
		if (reg == 0x2f)
			continue;
		report_check(there == expected(reg), "MSR 0x%x is %sthere",
			     MSR_X2APIC + reg, there ? "" : "not ");
	}
}

/* Those that are not there, and those that are read-only. */
static void writes(void)
{
	unsigned int reg;

	if (!apic_init())
		return;
	for (reg = 0; reg < 0x100; reg++) {
		bool read_only = reg == 0x02 || reg == 0x03 || reg == 0x0a ||
				 reg == 0x0d || reg == 0x39 ||
				 (reg >= 0x10 && reg < 0x28);

		if (reg == 0x0b || reg == 0x3f || reg == 0x2f ||
		    (expected(reg) && !read_only))
			continue;
		report_check(try_msr_write(MSR_X2APIC + reg, 0),
			     "MSR 0x%x can be written", MSR_X2APIC + reg);
	}
}

static void neighbour(uint32_t msr)
{
	uint64_t value;

	report_try("read MSR 0x%x", msr);
	report_check(try_msr_read(msr, &value), "it can be read");
}

static void below(void)
{
	neighbour(MSR_X2APIC - 1);
}

static void above(void)
{
	neighbour(MSR_X2APIC + 0x100);
}

static const struct probe_case cases[] = {
	{ "reads", reads },
	{ "writes", writes },
	{ "below", below },
	{ "above", above },
};

PROBE("MSR-02", "the x2APIC's registers are those that exist", cases);
