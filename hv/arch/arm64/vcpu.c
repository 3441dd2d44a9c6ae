/* SPDX-License-Identifier: GPL-2.0-only */
/* The guest's half of a CPU: all of it defined before a new guest starts. */
#include "gic.h"
#include "pcpu.h"
#include "el2.h"
#include "string.h"

/* For each register in a list, and for numbers that there may be. */
#define EACH(list, op)	__asm__ volatile(".irp r, " list "\n" op "\n .endr")
#define ZERO(list)	EACH(list, "msr \\r, xzr")
#define TO_15		"0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15"
#define TO_31		TO_15 ", 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, " \
			"27, 28, 29, 30, 31"

/* Breakpoints or watchpoints; those that there are not stay alone. */
#define CLEAR_DBG(kind, count)						\
	__asm__ volatile(".irp n, " TO_15 "\n"				\
			 "cmp %0, #\\n\n"				\
			 "b.ls 1f\n"					\
			 "msr dbg" kind "cr\\n\\()_el1, xzr\n"		\
			 "msr dbg" kind "vr\\n\\()_el1, xzr\n"		\
			 ".endr\n1:" : : "r"(count) : "cc")

/*
 * ID_AA64DFR0_EL1 counts breakpoints and watchpoints less one. Counters: off,
 * at zero, without interrupts (D13.1.3).
 */
static void reset_debug(void)
{
	uint64_t dfr0 = read_sysreg(id_aa64dfr0_el1), n, count;
	uint64_t pmu = dfr0 >> 8 & 15;

	ZERO("mdscr_el1, osdlr_el1, oslar_el1, mdccint_el1");
	CLEAR_DBG("b", (dfr0 >> 12 & 15) + 1);
	CLEAR_DBG("w", (dfr0 >> 20 & 15) + 1);
	if (pmu == 0 || pmu == 15)
		return;
	count = read_sysreg(pmcr_el0) >> 11 & 31;
	write_sysreg(6, pmcr_el0);		/* P, C; E off */
	write_sysreg(0xffffffff, pmcntenclr_el0);
	write_sysreg(0xffffffff, pmintenclr_el1);
	write_sysreg(0xffffffff, pmovsclr_el0);
	for (n = 0; n < count; n++) {
		write_sysreg(n, pmselr_el0);
		isb();
		ZERO("pmxevtyper_el0, pmxevcntr_el0");
	}
	ZERO("pmselr_el0, pmccfiltr_el0, pmuserenr_el0");
}

/* Zeroing v<n> zeroes the upper part of z<n> too (DDI 0487 B1.4.2). */
static void reset_fp(void)
{
	uint64_t pfr0 = read_sysreg(id_aa64pfr0_el1);
	uint64_t pfr1 = read_sysreg(id_aa64pfr1_el1);

	if (pfr1 >> 24 & 15)	/* SME: SVCR, SMCR_EL1, TPIDR2_EL0 */
		ZERO("s3_3_c4_c2_2, s3_0_c1_c2_6, s3_3_c13_c0_5");
	if ((pfr0 >> 16 & 15) != 15) {
		EACH(TO_31, "movi v\\r\\().2d, #0");
		ZERO("fpcr, fpsr");
	}
	if (pfr0 >> 32 & 15) {
		__asm__ volatile(".arch_extension sve");
		EACH(TO_15, "pfalse p\\r\\().b");
		__asm__ volatile("wrffr p0.b");
		ZERO("s3_0_c1_c2_0");	/* ZCR_EL1 */
	}
}

static void reset_el1(void)
{
	write_sysreg(SCTLR_EL1_OFF, sctlr_el1);
	ZERO("cpacr_el1, ttbr0_el1, ttbr1_el1, tcr_el1, mair_el1, amair_el1,"
	     "vbar_el1, esr_el1, far_el1, afsr0_el1, afsr1_el1, par_el1,"
	     "elr_el1, spsr_el1, sp_el0, sp_el1, tpidr_el0, tpidrro_el0,"
	     "tpidr_el1, csselr_el1, contextidr_el1, cntkctl_el1, cntv_ctl_el0,"
	     "cntp_ctl_el0, cntv_cval_el0, cntp_cval_el0");
	/* pointer authentication keys, where there are any */
	if (read_sysreg(id_aa64isar1_el1) & 0xff000ff0)
		ZERO("s3_0_c2_c1_0, s3_0_c2_c1_1, s3_0_c2_c1_2, s3_0_c2_c1_3,"
		     "s3_0_c2_c2_0, s3_0_c2_c2_1, s3_0_c2_c2_2, s3_0_c2_c2_3,"
		     "s3_0_c2_c3_0, s3_0_c2_c3_1");
}

void arch_vcpu_reset(struct pcpu *cpu, const struct vcpu_start *start)
{
	uint64_t *x = guest_frame();

	reset_el1();
	reset_debug();
	reset_fp();
	gic_vcpu_reset(cpu, false);
	memset(x, 0, FRAME_SIZE);
	x[0] = start->arg;
	write_sysreg(start->entry, elr_el2);
	write_sysreg(SPSR_EL1H | SPSR_DAIF, spsr_el2);
	flush_guest();
}

void arch_vcpu_quiesce(struct pcpu *cpu)
{
	ZERO("cntv_ctl_el0, cntp_ctl_el0");
	gic_vcpu_reset(cpu, true);
}

void arch_vcpu_dump(struct pcpu *cpu)
{
	const uint64_t *x = guest_frame();
	uint32_t i;

	printk(" PC: %016llx  SPSR: %08llx  ESR: %08llx  FAR: %016llx\n",
	       (ull)read_sysreg(elr_el2), (ull)read_sysreg(spsr_el2),
	       (ull)read_sysreg(esr_el2), (ull)read_sysreg(far_el2));
	/* whole lines: others print meanwhile */
	for (i = 0; i < 30; i += 3)
		printk(" x%u: %016llx  x%u: %016llx  x%u: %016llx\n",
		       i, (ull)x[i], i + 1, (ull)x[i + 1],
		       i + 2, (ull)x[i + 2]);
	printk(" x30: %016llx  SP_EL0: %016llx  SP_EL1: %016llx\n",
	       (ull)x[30], (ull)read_sysreg(sp_el0), (ull)read_sysreg(sp_el1));
}
