/* SPDX-License-Identifier: GPL-2.0-only */
#include "pcpu.h"
#include "psci.h"
#include "sysreg.h"

#define SMCCC_64		BIT(30)
#define SMCCC_OWNER(fn)		((fn) >> 24 & 0x3f)
#define OWNER_SIP		2

#define SMCCC_VERSION		0x80000000u
#define SMCCC_ARCH_FEATURES	0x80000001u
#define SMCCC_WORKAROUND_1	0x80008000u
#define SMCCC_WORKAROUND_2	0x80007fffu
#define SMCCC_WORKAROUND_3	0x80003fffu
#define SMCCC_1_1		0x10001

#define PSCI_1_1		0x10001
#define PSCI_SUCCESS		0
#define PSCI_NOT_SUPPORTED	(-1)
#define PSCI_INVALID_PARAMETERS	(-2)
#define PSCI_ALREADY_ON		(-4)
#define PSCI_ON_PENDING		(-5)

#define AFFINITY_ON		0
#define AFFINITY_OFF		1
#define AFFINITY_ON_PENDING	2

/* Functions: without the 64-bit bit, from 0x84000000 on. */
#define PSCI_FN(fn)		(((fn) & ~SMCCC_64) - 0x84000000u)
#define FN_VERSION		0x0
#define FN_CPU_SUSPEND		0x1
#define FN_CPU_OFF		0x2
#define FN_CPU_ON		0x3
#define FN_AFFINITY_INFO	0x4
#define FN_SYSTEM_OFF		0x8
#define FN_SYSTEM_RESET		0x9
#define FN_FEATURES		0xa
#define FN_SYSTEM_RESET2	0x12

/* Sets of them: the root cell's alone, with 64-bit arguments too, all. */
#define FNS_ROOT		(BIT(FN_SYSTEM_OFF) | BIT(FN_SYSTEM_RESET) | \
				 BIT(FN_SYSTEM_RESET2))
#define FNS_64			(BIT(FN_CPU_SUSPEND) | BIT(FN_CPU_ON) | \
				 BIT(FN_AFFINITY_INFO) | BIT(FN_SYSTEM_RESET2))
#define FNS			(FNS_ROOT | FNS_64 | BIT(FN_VERSION) | \
				 BIT(FN_CPU_OFF) | BIT(FN_FEATURES))

/* power_state, original format: everything else is reserved (5.4.2) */
#define POWER_STATE_MASK	0x0301ffffu

static bool psci_known(const struct pcpu *cpu, uint32_t fn)
{
	uint32_t set = fn & SMCCC_64 ? FNS_64 : FNS;

	if (cpu->cell != &root_cell)
		set &= ~FNS_ROOT;
	return PSCI_FN(fn) < 32 && set >> PSCI_FN(fn) & 1;
}

/* A power-down state may be treated as standby (5.4.5). */
static int64_t cpu_suspend(uint64_t power_state)
{
	if (power_state & ~(uint64_t)POWER_STATE_MASK)
		return PSCI_INVALID_PARAMETERS;
	if (arch_delivery)
		wfi();
	return PSCI_SUCCESS;
}

static int64_t cpu_on(struct cell *cell, uint64_t hwid,
		      const struct vcpu_start *start)
{
	struct pcpu *target = cpu_by_hwid(cell, hwid);
	int err;

	if (!target)
		return PSCI_INVALID_PARAMETERS;
	err = cpu_start(cell, target, start);
	return !err ? PSCI_SUCCESS :
	       err == -CB_EBUSY ? PSCI_ON_PENDING : PSCI_ALREADY_ON;
}

/* Levels above that of CPUs need not be known (5.7.1). */
static int64_t affinity_info(const struct cell *cell, uint64_t hwid,
			     uint64_t level)
{
	const struct pcpu *cpu = cpu_by_hwid(cell, hwid);
	uint32_t state;

	if (!cpu || level)
		return PSCI_INVALID_PARAMETERS;
	state = READ_ONCE(cpu->state);
	return state == CPU_RUNNING ? AFFINITY_ON :
	       state == CPU_STARTING ? AFFINITY_ON_PENDING : AFFINITY_OFF;
}

static int64_t psci_call(struct pcpu *cpu, uint64_t *x)
{
	uint32_t fn = (uint32_t)x[0];
	uint64_t mask = fn & SMCCC_64 ? ~0ull : 0xffffffffull;
	struct vcpu_start start = { .entry = x[2] & mask, .arg = x[3] & mask };

	switch (PSCI_FN(fn)) {
	case FN_VERSION:
		return PSCI_1_1;
	case FN_CPU_SUSPEND:
		return cpu_suspend(x[1] & mask);
	case FN_CPU_OFF:
		cpu_idle(cpu, CPU_OFF);
		return (int64_t)x[0];	/* as the new start has set it */
	case FN_CPU_ON:
		return cpu_on(cpu->cell, x[1] & mask, &start);
	case FN_AFFINITY_INFO:
		return affinity_info(cpu->cell, x[1] & mask, x[2] & mask);
	case FN_FEATURES:
		return (uint32_t)x[1] == SMCCC_VERSION ||
		       psci_known(cpu, (uint32_t)x[1]) ? PSCI_SUCCESS :
							 PSCI_NOT_SUPPORTED;
	default:
		/* root's word ends the partitioning: other cells stop first */
		cells_force_end();
		printk("The root cell ends the machine.\n");
		firmware_call(x);
		return (int64_t)x[0];
	}
}

/*
 * The architecture's calls, and no others. A workaround is asked for, or
 * whether there is one: firmware knows.
 */
static int64_t smccc_arch(uint64_t *x)
{
	bool ask = (uint32_t)x[0] == SMCCC_ARCH_FEATURES;

	switch ((uint32_t)x[ask]) {
	case SMCCC_VERSION:
		return ask ? PSCI_SUCCESS : SMCCC_1_1;
	case SMCCC_ARCH_FEATURES:
		return PSCI_SUCCESS;
	case SMCCC_WORKAROUND_1:
	case SMCCC_WORKAROUND_2:
	case SMCCC_WORKAROUND_3:
		firmware_call(x);
		return (int32_t)x[0];
	default:
		return PSCI_NOT_SUPPORTED;
	}
}

void smccc_call(struct pcpu *cpu, uint64_t *x)
{
	uint32_t fn = (uint32_t)x[0];

	if (psci_known(cpu, fn)) {
		cpu_stat(cpu, CB_STAT_PSCI);
		x[0] = (uint64_t)psci_call(cpu, x);
		return;
	}
	cpu_stat(cpu, CB_STAT_SMCCC);
	if (SMCCC_OWNER(fn) == OWNER_SIP && cpu->cell == &root_cell) {
		firmware_call(x);
		return;
	}
	x[0] = (uint64_t)smccc_arch(x);
}
