/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CPU-07. HVC with other immediates is undefined or parks; HVC, SMC and
 * hypercalls from EL0 must not reach the hypervisor at all (they are undefined
 * there); SMC with another immediate is the same as SMC #0, or undefined, or
 * parks. A vulnerable hypervisor ignores the immediate of HVC or the caller's
 * level, or sends on an SMC that it does not know.
 */
#include "probe.h"

#define EC_SVC64	0x15
#define USER_BASE	0x7e0000000000ul

/* What comes back in x0 to x17 says nothing: going on is the failure. */
#define CALL_CASE(name, insn)						\
static void name##_insn(void *arg)					\
{									\
	(void)arg;							\
	asm volatile(insn : : : "x0", "x1", "x2", "x3", "x4", "x5",	\
		     "x6", "x7", "x8", "x9", "x10", "x11", "x12",	\
		     "x13", "x14", "x15", "x16", "x17", "memory");	\
}									\
									\
static void name(void)							\
{									\
	uint64_t esr;							\
									\
	report_try(insn);						\
	esr = try_call(name##_insn, NULL);				\
	report_check(esr && ESR_EC(esr) == EC_UNKNOWN,			\
		     "survived: ESR 0x%lx", esr);			\
}

CALL_CASE(hvc_1, "hvc #1")
CALL_CASE(hvc_4a47, "hvc #0x4a47")
CALL_CASE(hvc_4a49, "hvc #0x4a49")
CALL_CASE(hvc_ffff, "hvc #0xffff")
#define SIP_CALL	0x82000001ul

static int64_t smc_result;

static void smc_1_insn(void *arg)
{
	register uint64_t x0 asm("x0") = SIP_CALL;

	(void)arg;
	asm volatile("smc #1" : "+r"(x0) : : "x1", "x2", "x3", "x4", "x5",
		     "x6", "x7", "x8", "x9", "x10", "x11", "x12", "x13", "x14",
		     "x15", "x16", "x17", "memory");
	smc_result = x0;
}

static void smc_1(void)
{
	uint64_t esr;

	report_try("smc #1");
	esr = try_call(smc_1_insn, NULL);
	report_check(esr ? ESR_EC(esr) == EC_UNKNOWN :
			   (int)smc_result == PSCI_NOT_SUPPORTED,
		     "ESR 0x%lx, result 0x%lx", esr, smc_result);
}

/* Runs one instruction at EL0 from a page of its own. */
static uint64_t at_el0(uint32_t insn)
{
	static uint32_t *code;

	if (!code)
		code = alloc(PAGE_SIZE, PAGE_SIZE);
	code[0] = insn;
	code[1] = 0xd4000001;		/* svc #0 */
	asm volatile("dc cvau, %0\n\tdsb ish\n\tic ialluis\n\tdsb ish\n\tisb"
		     : : "r"(code) : "memory");
	map_alias(USER_BASE, (uint64_t)code, PAGE_SIZE,
		  MAP_RAM | MAP_READONLY | MAP_USER);
	return try_call_el0(USER_BASE, CB_HC_HYPERVISOR_GET_INFO);
}

static void el0(void)
{
	static const struct {
		const char *name;
		uint32_t insn;
		unsigned int ec;
	} tries[] = {
		{ "nop", 0xd503201f, EC_SVC64 },
		{ "hvc #0x4a48", 0xd4094902, EC_UNKNOWN },
		{ "hvc #0", 0xd4000002, EC_UNKNOWN },
		{ "smc #0", 0xd4000003, EC_UNKNOWN },
	};
	unsigned int n;
	uint64_t esr;

	for (n = 0; n < ARRAY_SIZE(tries); n++) {
		esr = at_el0(tries[n].insn);
		report_check(ESR_EC(esr) == tries[n].ec,
			     "%s at EL0: ESR 0x%lx", tries[n].name, esr);
	}
}

static const struct probe_case cases[] = {
	{ "el0", el0 },
	{ "hvc-1", hvc_1 },
	{ "hvc-4a47", hvc_4a47 },
	{ "hvc-4a49", hvc_4a49 },
	{ "hvc-ffff", hvc_ffff },
	{ "smc-1", smc_1 },
};

PROBE("CPU-07", "HVC and SMC other than those agreed", cases);
