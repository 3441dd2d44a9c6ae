// SPDX-License-Identifier: GPL-2.0-only
/* arm64's half of the hypervisor that partitions nothing; see fakehv.S. */

#include <abi/hypercall.h>

#include "../fakehv.h"

#define EC_HVC		0x16
#define EC_SMC		0x17
#define PSCI_CPU_ON	0xc4000003u

const int64_t load_base = 0x70000000;

static struct start {
	uint64_t entry, arg, slot;
} starts[8];
extern const uint8_t secondary[];
static uint32_t not_started;

static void smc(uint64_t *x)
{
	register uint64_t x0 __asm__("x0") = x[0];
	register uint64_t x1 __asm__("x1") = x[1];
	register uint64_t x2 __asm__("x2") = x[2];
	register uint64_t x3 __asm__("x3") = x[3];

	if (x0 == PSCI_CPU_ON && not_started < knobs[NO_CPU_ON]) {
		not_started++;
		x[0] = -3;	/* DENIED */
		return;
	}
	if (x0 == PSCI_CPU_ON) {
		struct start *s = &starts[x1 & 7];

		*s = (struct start){ x2, x3, x1 & 7 };
		x2 = (uintptr_t)secondary;
		x3 = (uintptr_t)s;
	}
	__asm__ volatile("smc #0" : "+r" (x0), "+r" (x1), "+r" (x2), "+r" (x3) :
			 : "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11",
			 "x12", "x13", "x14", "x15", "x16", "x17", "memory");
	x[0] = x0;
	x[1] = x1;
	x[2] = x2;
	x[3] = x3;
}

/* Returns not 0 to leave the hypervisor on this CPU. */
uint64_t handle(uint64_t *x, uint64_t esr);
uint64_t handle(uint64_t *x, uint64_t esr)
{
	uint64_t code = x[0], elr, mpidr;

	if (esr >> 26 == EC_SMC) {
		__asm__ volatile("mrs %0, elr_el2" : "=r" (elr));
		__asm__ volatile("msr elr_el2, %0" : : "r" (elr + 4));
		smc(x);
		return 0;
	}
	if (esr >> 26 != EC_HVC || (esr & 0xffff) != CB_HVC_IMM)
		for (;;)
			;
	__asm__ volatile("mrs %0, mpidr_el1" : "=r" (mpidr));
	x[0] = answer(code, x[1], x[2], mpidr);
	return code == CB_HC_DISABLE && !x[0];
}
