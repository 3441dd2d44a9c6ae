/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * IRQ-16. The local APIC itself. A vulnerable hypervisor lets its base be
 * moved over other memory, lets it be switched off (and with it the
 * hypervisor's own commands), or lets local interrupts be something else than
 * interrupts. Refused by an exception, ignored, or parked; never obeyed.
 */
#include "insn.h"

static void base_write(uint64_t value)
{
	uint64_t old = msr_read(MSR_APIC_BASE), exception, now;

	report_try("base 0x%lx", value);
	exception = try_msr_write(MSR_APIC_BASE, value);
	now = msr_read(MSR_APIC_BASE);
	report_check(exception, "accepted");
	report_check(now == old, "the base is 0x%lx now", now);
}

static void move(void)
{
	uint64_t old = msr_read(MSR_APIC_BASE);

	base_write((old & 0xfff) | 0x100000);
	base_write((old & 0xfff) | 0xfee01000);
	base_write(old | 1ul << 40);
}

static void switch_off(void)
{
	base_write(msr_read(MSR_APIC_BASE) & ~(uint64_t)APIC_BASE_ENABLE);
	base_write(0);
}

static void other_mode(void)
{
	base_write(msr_read(MSR_APIC_BASE) ^ APIC_BASE_X2APIC);
}

static void same(void)
{
	uint64_t old = msr_read(MSR_APIC_BASE);

	report_check(!try_msr_write(MSR_APIC_BASE, old), "refused");
}

static void lvt(unsigned int reg, uint32_t value)
{
	if (!apic_init())
		return;
	report_try("register 0x%x: 0x%x", reg, value);
	apic_write(reg, value);
	report_fail("survived: 0x%x", apic_read(reg));
}

static void lvt_smi(void)
{
	lvt(APIC_LVT_LINT0, 0x200);
}

static void lvt_init(void)
{
	lvt(APIC_LVT_LINT1, 0x500);
}

static void lvt_external(void)
{
	lvt(APIC_LVT_LINT0, 0x700);
}

static void lvt_reserved(void)
{
	lvt(APIC_LVT_LINT1, 0x300);
}

/* Masked they are harmless, whatever else is in them. */
static void lvt_masked(void)
{
	static const uint32_t modes[] = { 0, 0x200, 0x400, 0x500, 0x700 };
	unsigned int n;

	if (!apic_init())
		return;
	for (n = 0; n < ARRAY_SIZE(modes); n++) {
		apic_write(APIC_LVT_LINT0, APIC_LVT_MASKED | modes[n]);
		apic_write(APIC_LVT_LINT1, APIC_LVT_MASKED | modes[n]);
	}
	report_check(apic_read(APIC_LVT_LINT0) & APIC_LVT_MASKED &&
		     apic_read(APIC_LVT_LINT1) & APIC_LVT_MASKED, "unmasked");
}

/* Interrupts for the logical id ldr=N would be shared with its owner. */
static void logical_id(void)
{
	if (!apic_init())
		return;
	if (apic_is_x2apic()) {
		report_check(try_msr_write(MSR_X2APIC + APIC_LDR, 1),
			     "the x2APIC's logical id can be written");
		return;
	}
	report_try("logical id 0x%lx", cmdline_int("ldr", 0xff));
	apic_write(APIC_LDR, cmdline_int("ldr", 0xff) << 24);
	report_fail("survived: 0x%x", apic_read(APIC_LDR));
}

static void clusters(void)
{
	if (!apic_init() || apic_is_x2apic()) {
		report_skip("no xAPIC");
		return;
	}
	report_try("clusters");
	apic_write(APIC_DFR, 0x0fffffff);
	report_fail("survived: 0x%x", apic_read(APIC_DFR));
}

static const struct probe_case cases[] = {
	{ "same", same },
	{ "move", move },
	{ "switch-off", switch_off },
	{ "other-mode", other_mode },
	{ "lvt-masked", lvt_masked },
	{ "lvt-smi", lvt_smi },
	{ "lvt-init", lvt_init },
	{ "lvt-external", lvt_external },
	{ "lvt-reserved", lvt_reserved },
	{ "logical-id", logical_id },
	{ "clusters", clusters },
};

PROBE("IRQ-16", "the local APIC stays what it is", cases);
