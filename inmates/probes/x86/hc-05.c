/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * HC-05. Hypercalls from 32-bit code of a 64-bit cell, with garbage in the
 * upper halves of the registers. A vulnerable hypervisor uses all 64 bits: of
 * the code as an index, of an address behind what it checked (XSA-454).
 */
#include "gdt.h"
#include "probe.h"

#define __STR(x)	#x
#define STR(x)		__STR(x)

#define CALL32(insn)							\
	asm volatile("pushq %3\n\t"					\
		     "pushq $1f\n\t"					\
		     "lretq\n\t"					\
		     ".code32\n"					\
		     "1: " insn "\n\t"					\
		     "ljmp $" STR(SEL_CODE64) ", $2f\n\t"		\
		     ".code64\n"					\
		     "2:\n"						\
		     : "+a"(result)					\
		     : "D"(arg1), "S"(arg2), "i"(SEL_CODE32)	\
		     : "rbx", "rcx", "rdx", "memory", "cc")

/* From compatibility mode. The result is EAX. */
static int32_t call32(uint64_t code, uint64_t arg1, uint64_t arg2)
{
	uint64_t result = code;

	if (hypercall_is_vmmcall())
		CALL32("vmmcall");
	else
		CALL32("vmcall");
	return result;
}

static const uint64_t garbage[] = {
	0, 1ul << 32, 0xdeadbeef00000000, ~0ul << 32,
};

static void same(uint64_t code, uint64_t arg1, uint64_t arg2)
{
	int64_t plain = hypercall(code, arg1, arg2);
	unsigned int n;
	int32_t result;

	for (n = 0; n < ARRAY_SIZE(garbage); n++) {
		result = call32(code | garbage[n], arg1 | garbage[n],
				arg2 | garbage[n]);
		report_check(result == (int32_t)plain,
			     "code %lu with garbage 0x%lx: %d, plain %ld", code,
			     garbage[n], result, plain);
	}
}

static void all(void)
{
	uint64_t n;

	for (n = CB_INFO_MEM_POOL_SIZE; n <= CB_INFO_DELIVERY + 1; n++)
		same(CB_HC_HYPERVISOR_GET_INFO, n, 0);
	for (n = 0; n < CB_HC_COUNT + 4; n++)
		if (n != CB_HC_DEBUG_CONSOLE_PUTC)
			same(n, 1000, 1000);
	for (n = 0; n < 8; n++)
		same(CB_HC_CPU_GET_INFO, n, CB_CPU_INFO_STATE);
}

static const struct probe_case cases[] = {
	{ "all", all },
};

PROBE("HC-05", "32-bit callers have 32-bit arguments", cases);
