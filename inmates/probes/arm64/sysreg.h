/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * System registers by encoding: the instruction is made at run time, so that
 * a probe can walk all of them.
 */
#ifndef SYSREG_H
#define SYSREG_H

#include "probe.h"

/* op0 2 or 3: 15 bits as MRS and MSR hold them */
#define SYSREG(op0, op1, crn, crm, op2)					\
	(((op0) & 1) << 14 | (op1) << 11 | (crn) << 7 | (crm) << 3 | (op2))
#define SYSREG_COUNT	0x8000u

#define SYSREG_OP0(r)	(2 + ((r) >> 14))
#define SYSREG_OP1(r)	((r) >> 11 & 7)
#define SYSREG_CRN(r)	((r) >> 7 & 15)
#define SYSREG_CRM(r)	((r) >> 3 & 15)
#define SYSREG_OP2(r)	((r) & 7)
#define SYSREG_FMT	"S%u_%u_C%u_C%u_%u"
#define SYSREG_ARGS(r)	SYSREG_OP0(r), SYSREG_OP1(r), SYSREG_CRN(r),	\
			SYSREG_CRM(r), SYSREG_OP2(r)

static inline uint64_t sysreg_run(const uint32_t *insns, uint64_t *value)
{
	static uint32_t *code;
	unsigned int n;

	if (!code)
		code = alloc(64, 64);
	for (n = 0; n < 3; n++)
		code[n] = insns[n];
	asm volatile("dc cvau, %0\n\tdsb ish\n\tic ivau, %0\n\tdsb ish\n\tisb"
		     : : "r"(code) : "memory");
	return try_call((void (*)(void *))code, value);
}

/* Return 0, or the ESR of the exception, and then *value is as it was. */
static inline uint64_t sysreg_try_read(uint32_t reg, uint64_t *value)
{
	/* mrs x1, REG; str x1, [x0]; ret */
	return sysreg_run((uint32_t[]){ 0xd5300001 | reg << 5, 0xf9000001,
					0xd65f03c0 }, value);
}

static inline uint64_t sysreg_try_write(uint32_t reg, uint64_t value)
{
	/* ldr x1, [x0]; msr REG, x1; ret */
	return sysreg_run((uint32_t[]){ 0xf9400001, 0xd5100001 | reg << 5,
					0xd65f03c0 }, &value);
}

#endif
