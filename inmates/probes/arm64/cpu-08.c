/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CPU-08. All 32768 encodings of system registers, debug and implementation
 * defined ones included, read and then written with what they held. A
 * vulnerable hypervisor leaves some untrapped that are shared or its own
 * (debug, PMU, AMU, LORegion, power control), or parks on one that software
 * may touch. Each must end as a value or as an exception in the cell; the
 * sweep comes to its end. from=N to=N take a part of it. tidcp=0: the machine
 * does not implement HCR_EL2.TIDCP (QEMU before 8.1), so that implementation
 * defined registers show whatever it puts there.
 */
#include "sysreg.h"

/* Registers of the stage 1 that runs this, and of exception entry. */
static bool is_ours(uint32_t reg)
{
	switch (reg) {
	case SYSREG(3, 0, 1, 0, 0):	/* SCTLR_EL1 */
	case SYSREG(3, 0, 2, 0, 0):	/* TTBR0_EL1 */
	case SYSREG(3, 0, 2, 0, 2):	/* TCR_EL1 */
	case SYSREG(3, 0, 4, 0, 0):	/* SPSR_EL1 */
	case SYSREG(3, 0, 4, 0, 1):	/* ELR_EL1 */
	case SYSREG(3, 0, 4, 2, 0):	/* SPSel */
	case SYSREG(3, 3, 4, 5, 1):	/* DLR_EL0 */
	case SYSREG(3, 0, 10, 2, 0):	/* MAIR_EL1 */
	case SYSREG(3, 0, 12, 0, 0):	/* VBAR_EL1 */
	case SYSREG(3, 0, 13, 0, 4):	/* TPIDR_EL1 */
		return true;
	default:
		return false;
	}
}

/* Interrupt acknowledge and SGIs change the GIC; IRQ-05 tries them. */
static bool is_gic_action(uint32_t reg)
{
	return SYSREG_OP0(reg) == 3 && SYSREG_CRN(reg) == 12 &&
	       (SYSREG_CRM(reg) == 8 || SYSREG_CRM(reg) == 11 ||
		SYSREG_CRM(reg) == 12);
}

static bool is_impl_defined(uint32_t reg)
{
	return SYSREG_OP0(reg) == 3 &&
	       (SYSREG_CRN(reg) == 11 || SYSREG_CRN(reg) == 15);
}

static void sweep(bool write)
{
	uint32_t reg, from = cmdline_int("from", 0);
	uint32_t to = cmdline_int("to", SYSREG_COUNT);
	unsigned int values = 0, writes = 0, undefined = 0, impl = 0;
	uint64_t value, esr;

	report_try("%s registers 0x%x to 0x%x", write ? "write" : "read",
		   from, to);
	for (reg = from; reg < to && reg < SYSREG_COUNT; reg++) {
		if (is_gic_action(reg))
			continue;
		value = 0;
		esr = sysreg_try_read(reg, &value);
		undefined += !!esr;
		values += !esr;
		if (!esr && value && is_impl_defined(reg) && impl++ < 8)
			report_note(SYSREG_FMT " is not 0", SYSREG_ARGS(reg));
		if (!write || is_ours(reg))
			continue;
		writes += !sysreg_try_write(reg, value);
	}
	report_note("%u values, %u undefined, %u written", values, undefined,
		    writes);
	if (impl && !cmdline_bool("tidcp", true)) {
		report_note("without TIDCP: not judged");
		return;
	}
	report_check(!impl, "%u implementation defined registers show a value",
		     impl);
}

static void read(void)
{
	sweep(false);
}

static void write(void)
{
	sweep(true);
}

/* One register, reg=ENCODING, to see what becomes of it. */
static void one(void)
{
	uint64_t reg = cmdline_int("reg", SYSREG(3, 0, 1, 0, 1)), value = 0;

	report_try("read and write " SYSREG_FMT, SYSREG_ARGS((uint32_t)reg));
	report_note("read: ESR 0x%lx", sysreg_try_read(reg, &value));
	report_note("write: ESR 0x%lx", sysreg_try_write(reg, value));
}

static const struct probe_case cases[] = {
	{ "one", one },
	{ "read", read },
	{ "write", write },
};

PROBE("CPU-08", "every system register has a defined answer", cases);
