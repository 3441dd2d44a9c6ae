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
#define VERSION_1_1		0x10001		/* of SMCCC and of PSCI */

enum psci_result {
	PSCI_ON_PENDING = -5, PSCI_ALREADY_ON,
	PSCI_INVALID_PARAMETERS = -2, PSCI_NOT_SUPPORTED, PSCI_SUCCESS,
};

enum psci_affinity { AFFINITY_ON, AFFINITY_OFF, AFFINITY_ON_PENDING };

/* Functions: without the 64-bit bit, from 0x84000000 on. */
#define PSCI_FN(fn)		(((fn) & ~SMCCC_64) - 0x84000000u)
enum psci_fn {
	FN_VERSION, FN_CPU_SUSPEND, FN_CPU_OFF, FN_CPU_ON, FN_AFFINITY_INFO,
	FN_SYSTEM_OFF = 8, FN_SYSTEM_RESET, FN_FEATURES,
	FN_SYSTEM_RESET2 = 0x12,
};

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

static int64_t psci_call(struct pcpu *cpu, uint64_t *x)
{
	uint32_t fn = (uint32_t)x[0], state;
	uint64_t mask = fn & SMCCC_64 ? ~0ull : 0xffffffffull;
	struct vcpu_start start = { .entry = x[2] & mask, .arg = x[3] & mask };
	struct pcpu *named = cpu_by_hwid(cpu->cell, x[1] & mask);
	int err;

	switch (PSCI_FN(fn)) {
	case FN_VERSION:
		return VERSION_1_1;
	case FN_CPU_SUSPEND:
		if (x[1] & mask & ~(uint64_t)POWER_STATE_MASK)
			return PSCI_INVALID_PARAMETERS;
		/* a power-down state may be treated as standby (5.4.5) */
		if (arch_delivery)
			wfi();
		return PSCI_SUCCESS;
	case FN_CPU_OFF:
		cpu_idle(cpu, CPU_OFF);
		return (int64_t)x[0];	/* as the new start has set it */
	case FN_CPU_ON:
		if (!named)
			return PSCI_INVALID_PARAMETERS;
		err = cpu_start(cpu->cell, named, &start);
		return !err ? PSCI_SUCCESS :
		       err == -CB_EBUSY ? PSCI_ON_PENDING : PSCI_ALREADY_ON;
	case FN_AFFINITY_INFO:
		/* levels above that of CPUs need not be known (5.7.1) */
		if (!named || x[2] & mask)
			return PSCI_INVALID_PARAMETERS;
		state = READ_ONCE(named->state);
		return state == CPU_RUNNING ? AFFINITY_ON :
		       state == CPU_STARTING ? AFFINITY_ON_PENDING :
					       AFFINITY_OFF;
	case FN_FEATURES:
		return (uint32_t)x[1] == SMCCC_VERSION ||
		       psci_known(cpu, (uint32_t)x[1]) ? PSCI_SUCCESS :
							 PSCI_NOT_SUPPORTED;
	default:
		/* root's word ends the partitioning: other cells stop first */
		cells_force_end();
		printk("The root cell ends the machine.\n");
		return (int64_t)firmware_call(x);
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
		return ask ? PSCI_SUCCESS : VERSION_1_1;
	case SMCCC_ARCH_FEATURES:
		return PSCI_SUCCESS;
	case SMCCC_WORKAROUND_1:
	case SMCCC_WORKAROUND_2:
	case SMCCC_WORKAROUND_3:
		return (int32_t)firmware_call(x);
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
	if (SMCCC_OWNER(fn) == OWNER_SIP && cpu->cell == &root_cell)
		firmware_call(x);
	else
		x[0] = (uint64_t)smccc_arch(x);
}
