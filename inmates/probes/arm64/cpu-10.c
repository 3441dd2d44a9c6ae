/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CPU-10. What the former owner of a CPU left in its registers. A vulnerable
 * hypervisor resets some of them and forgets debug, PMU, FP or timer state.
 * case=dirty fills all of it with a pattern and ends; then another cell on the
 * same CPU runs case=check: nothing may hold the pattern, and what acts by
 * itself must be off.
 */
#include "sysreg.h"

#define PATTERN		0x5ec2e75ec2e75ec2ul
#define PATTERN32	0x5ec2e75eu

struct named_reg {
	const char *name;
	uint32_t reg;
	bool zero;		/* must be 0, else just not the pattern */
};

/* Harmless with any content, so that "dirty" can fill them. */
static const struct named_reg plain[] = {
	{ "SP_EL0", SYSREG(3, 0, 4, 1, 0), false },
	{ "TPIDR_EL0", SYSREG(3, 3, 13, 0, 2), false },
	{ "TPIDRRO_EL0", SYSREG(3, 3, 13, 0, 3), false },
	{ "CONTEXTIDR_EL1", SYSREG(3, 0, 13, 0, 1), false },
	{ "AFSR0_EL1", SYSREG(3, 0, 5, 1, 0), false },
	{ "AFSR1_EL1", SYSREG(3, 0, 5, 1, 1), false },
	{ "FAR_EL1", SYSREG(3, 0, 6, 0, 0), false },
	{ "PAR_EL1", SYSREG(3, 0, 7, 4, 0), false },
	{ "CNTKCTL_EL1", SYSREG(3, 0, 14, 1, 0), true },
	{ "CNTV_CVAL_EL0", SYSREG(3, 3, 14, 3, 2), false },
	{ "CNTP_CVAL_EL0", SYSREG(3, 3, 14, 2, 2), false },
	{ "DBGBVR0_EL1", SYSREG(2, 0, 0, 0, 4), false },
	{ "DBGBVR1_EL1", SYSREG(2, 0, 0, 1, 4), false },
	{ "DBGWVR0_EL1", SYSREG(2, 0, 0, 0, 6), false },
	{ "DBGWVR1_EL1", SYSREG(2, 0, 0, 1, 6), false },
	{ "PMCCNTR_EL0", SYSREG(3, 3, 9, 13, 0), false },
	{ "PMEVCNTR0_EL0", SYSREG(3, 3, 14, 8, 0), false },
	{ "PMCCFILTR_EL0", SYSREG(3, 3, 14, 15, 7), false },
};

/* Each with the value that turns it on. */
static const struct {
	struct named_reg r;
	uint64_t on, mask;
} acting[] = {
	{ { "CNTV_CTL_EL0", SYSREG(3, 3, 14, 3, 1), true }, 3, 1 },
	{ { "CNTP_CTL_EL0", SYSREG(3, 3, 14, 2, 1), true }, 3, 1 },
	{ { "MDSCR_EL1", SYSREG(2, 0, 0, 2, 2), true }, 0x8000, 0xa001 },
	{ { "DBGBCR0_EL1", SYSREG(2, 0, 0, 0, 5), true }, 0x1e5, 1 },
	{ { "DBGWCR0_EL1", SYSREG(2, 0, 0, 0, 7), true }, 0x1ff5, 1 },
	{ { "PMCR_EL0", SYSREG(3, 3, 9, 12, 0), true }, 1, 1 },
	{ { "PMCNTENSET_EL0", SYSREG(3, 3, 9, 12, 1), true }, ~0u, ~0u },
	{ { "PMINTENSET_EL1", SYSREG(3, 0, 9, 14, 1), true }, ~0u, ~0u },
	{ { "PMUSERENR_EL0", SYSREG(3, 3, 9, 14, 0), true }, 15, 15 },
	{ { "CPACR_EL1", SYSREG(3, 0, 1, 0, 2), true }, 3ul << 20, ~0ul },
};

static void fp_on(void)
{
	sysreg_write(cpacr_el1, 3ul << 20);
	isb();
}

static void fp_fill(uint64_t value)
{
	asm volatile(".arch_extension fp\n\t"
		     ".irp n,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,"
		     "19,20,21,22,23,24,25,26,27,28,29,30,31\n\t"
		     "fmov d\\n, %0\n\t"
		     "fmov v\\n\\().d[1], %0\n\t"
		     ".endr\n\t"
		     ".arch_extension nofp" : : "r"(value));
}

static void fp_store(uint64_t *q)
{
	asm volatile(".arch_extension fp\n\t"
		     ".irp n,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,"
		     "19,20,21,22,23,24,25,26,27,28,29,30,31\n\t"
		     "str q\\n, [%0, #16 * \\n]\n\t"
		     ".endr\n\t"
		     ".arch_extension nofp" : : "r"(q) : "memory");
}

/* The last thing a CPU of this cell does: only the hypervisor runs after. */
static void dirty(void)
{
	unsigned int n;

	irq_disable();
	fp_on();
	fp_fill(PATTERN);
	for (n = 0; n < ARRAY_SIZE(plain); n++)
		sysreg_try_write(plain[n].reg, PATTERN);
	for (n = 0; n < ARRAY_SIZE(acting); n++)
		sysreg_try_write(acting[n].r.reg, acting[n].on);
	report_try("leave all registers dirty");
	report_end();
	comm_set_state(CB_CELL_SHUT_DOWN);
	asm volatile(".irp n,0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,"
		     "19,20,21,22,23,24,25,26,27,28,29,30\n\t"
		     "mov x\\n, %0\n\t"
		     ".endr\n\t"
		     "1: wfi\n\t"
		     "b 1b" : : "r"(PATTERN));
	__builtin_unreachable();
}

static bool is_pattern(uint64_t value)
{
	return value == PATTERN || (uint32_t)value == PATTERN32 ||
	       (uint32_t)value == (uint32_t)PATTERN;
}

static void check_gprs(void)
{
	unsigned int n;

	for (n = 0; n < 31; n++)
		report_check(!boot_state.x[n], "x%u is not 0 at entry", n);
	report_check(!is_pattern(boot_state.sp), "SP_EL1 holds the pattern");
	report_check(!(boot_state.sctlr & 0x1005),
		     "SCTLR_EL1 is 0x%lx: MMU or caches on", boot_state.sctlr);
	report_check((boot_state.daif & 0x3c0) == 0x3c0,
		     "DAIF is 0x%lx: not all masked", boot_state.daif);
	report_check(!is_pattern(boot_state.vbar) &&
		     !is_pattern(boot_state.ttbr0) &&
		     !is_pattern(boot_state.tcr) &&
		     !is_pattern(boot_state.mair) &&
		     !is_pattern(boot_state.tpidr),
		     "a translation register holds the pattern");
}

static void check_sysregs(void)
{
	unsigned int n;
	uint64_t value;

	for (n = 0; n < ARRAY_SIZE(acting); n++) {
		value = 0;
		sysreg_try_read(acting[n].r.reg, &value);
		report_check(!(value & acting[n].mask), "%s is on: 0x%lx",
			     acting[n].r.name, value);
	}
	for (n = 0; n < ARRAY_SIZE(plain); n++) {
		value = 0;
		sysreg_try_read(plain[n].reg, &value);
		report_check(!is_pattern(value), "%s holds the pattern",
			     plain[n].name);
		report_check(!plain[n].zero || !value, "%s is 0x%lx",
			     plain[n].name, value);
	}
}

static void check(void)
{
	static uint64_t q[64] __attribute__((aligned(16)));
	unsigned int n;

	check_gprs();
	check_sysregs();
	fp_on();
	fp_store(q);
	for (n = 0; n < 64; n++)
		report_check(!q[n], "v%u is not 0", n / 2);
}

static const struct probe_case cases[] = {
	{ "check", check },
	{ "dirty", dirty },
};

PROBE("CPU-10", "no register outlives its owner", cases);
