/* SPDX-License-Identifier: GPL-2.0-only */
#include "psci.h"
#include <abi/hypercall.h>
#include "cell.h"
#include "console.h"
#include "firmware.h"
#include "pcpu.h"

#define SMCCC_64		BIT(30)
#define SMCCC_OWNER(fn)		((fn) >> 24 & 0x3f)
#define OWNER_ARCH		0
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
#define PSCI_NO_MIGRATION	2

#define AFFINITY_ON		0
#define AFFINITY_OFF		1
#define AFFINITY_ON_PENDING	2

/* Function numbers without the 64-bit bit, from 0x84000000 on. */
#define PSCI_FN(n)		(0x84000000u + (n))
enum {
	FN_VERSION = 0x0,
	FN_CPU_SUSPEND = 0x1,
	FN_CPU_OFF = 0x2,
	FN_CPU_ON = 0x3,
	FN_AFFINITY_INFO = 0x4,
	FN_MIGRATE_INFO_TYPE = 0x6,
	FN_SYSTEM_OFF = 0x8,
	FN_SYSTEM_RESET = 0x9,
	FN_FEATURES = 0xa,
	FN_SYSTEM_RESET2 = 0x12,
	FN_COUNT
};

/* power_state, original format: everything else is reserved (5.4.2) */
#define POWER_STATE_MASK	0x0301ffffu

struct call {
	struct pcpu *cpu;
	uint64_t *x;
	uint64_t mask;		/* of an argument: 32 or 64 bit */
};

static int64_t psci_version(struct call *c)
{
	(void)c;
	return PSCI_1_1;
}

/* A power-down state may be treated as standby (5.4.5). */
static int64_t psci_cpu_suspend(struct call *c)
{
	if (c->x[1] & c->mask & ~(uint64_t)POWER_STATE_MASK)
		return PSCI_INVALID_PARAMETERS;
	if (arch_delivery())
		__asm__ volatile("dsb sy\n wfi" ::: "memory");
	return PSCI_SUCCESS;
}

static int64_t psci_cpu_off(struct call *c)
{
	cpu_idle(c->cpu, CPU_OFF);
	return (int64_t)c->x[0];	/* as the new start has set it */
}

static int64_t psci_cpu_on(struct call *c)
{
	struct vcpu_start start = {
		.entry = c->x[2] & c->mask,
		.arg = c->x[3] & c->mask,
	};
	struct pcpu *target = cpu_by_hwid(c->cpu->cell, c->x[1] & c->mask);

	if (!target)
		return PSCI_INVALID_PARAMETERS;
	switch (cpu_start(c->cpu->cell, target, &start)) {
	case 0:
		return PSCI_SUCCESS;
	case -CB_EBUSY:
		return PSCI_ON_PENDING;
	default:
		return PSCI_ALREADY_ON;
	}
}

static uint32_t affinity_state(const struct pcpu *cpu)
{
	switch (READ_ONCE(cpu->state)) {
	case CPU_RUNNING:
		return AFFINITY_ON;
	case CPU_STARTING:
		return AFFINITY_ON_PENDING;
	default:
		return AFFINITY_OFF;
	}
}

/* A level is on when any CPU below it is. Level 3 is bits 39 to 32. */
static int64_t psci_affinity_info(struct call *c)
{
	uint64_t hwid = c->x[1] & c->mask, level = c->x[2] & c->mask;
	uint64_t ignore, best = AFFINITY_OFF;
	struct pcpu *cpu = NULL;
	bool found = false;

	if (level > 3)
		return PSCI_INVALID_PARAMETERS;
	ignore = level == 3 ? 0xffffff : (1ull << 8 * level) - 1;
	while ((cpu = cell_next_cpu(c->cpu->cell, cpu))) {
		uint32_t state = affinity_state(cpu);

		if ((cpu->hwid | ignore) != (hwid | ignore))
			continue;
		found = true;
		if (state == AFFINITY_ON)
			return AFFINITY_ON;
		if (state == AFFINITY_ON_PENDING)
			best = AFFINITY_ON_PENDING;
	}
	return found ? (int64_t)best : PSCI_INVALID_PARAMETERS;
}

static int64_t psci_migrate_info_type(struct call *c)
{
	(void)c;
	return PSCI_NO_MIGRATION;
}

/* Root's word ends the partitioning: the other cells stop first. */
static int64_t psci_system_end(struct call *c)
{
	if (c->cpu->cell != &root_cell)
		return PSCI_NOT_SUPPORTED;
	cells_force_end();
	printk("The root cell ends the machine.\n");
	firmware_call(c->x);
	return (int64_t)c->x[0];
}

static int64_t psci_features(struct call *c);

static int64_t (*const psci_table[FN_COUNT])(struct call *) = {
	[FN_VERSION] = psci_version,
	[FN_CPU_SUSPEND] = psci_cpu_suspend,
	[FN_CPU_OFF] = psci_cpu_off,
	[FN_CPU_ON] = psci_cpu_on,
	[FN_AFFINITY_INFO] = psci_affinity_info,
	[FN_MIGRATE_INFO_TYPE] = psci_migrate_info_type,
	[FN_SYSTEM_OFF] = psci_system_end,
	[FN_SYSTEM_RESET] = psci_system_end,
	[FN_FEATURES] = psci_features,
	[FN_SYSTEM_RESET2] = psci_system_end,
};

/* Functions that also exist with 64-bit arguments. */
#define FN_64	(BIT(FN_CPU_SUSPEND) | BIT(FN_CPU_ON) | \
		 BIT(FN_AFFINITY_INFO) | BIT(FN_SYSTEM_RESET2))

static bool psci_known(uint32_t fn)
{
	uint32_t n = (fn & ~SMCCC_64) - PSCI_FN(0);

	if (n >= FN_COUNT || !psci_table[n])
		return false;
	return !(fn & SMCCC_64) || FN_64 >> n & 1;
}

static int64_t psci_features(struct call *c)
{
	uint32_t fn = (uint32_t)c->x[1];

	if (fn == SMCCC_VERSION)
		return PSCI_SUCCESS;
	if (!psci_known(fn))
		return PSCI_NOT_SUPPORTED;
	if (psci_table[(fn & ~SMCCC_64) - PSCI_FN(0)] == psci_system_end &&
	    c->cpu->cell != &root_cell)
		return PSCI_NOT_SUPPORTED;
	return PSCI_SUCCESS;
}

static bool is_workaround(uint32_t fn)
{
	return fn == SMCCC_WORKAROUND_1 || fn == SMCCC_WORKAROUND_2 ||
	       fn == SMCCC_WORKAROUND_3;
}

static int64_t smccc_arch(struct call *c, uint32_t fn)
{
	uint32_t what = (uint32_t)c->x[1];

	if (fn == SMCCC_VERSION)
		return SMCCC_1_1;
	if (is_workaround(fn)) {
		firmware_call(c->x);
		return (int64_t)c->x[0];
	}
	if (fn != SMCCC_ARCH_FEATURES)
		return PSCI_NOT_SUPPORTED;
	if (what == SMCCC_VERSION || what == SMCCC_ARCH_FEATURES)
		return PSCI_SUCCESS;
	if (!is_workaround(what))
		return PSCI_NOT_SUPPORTED;
	firmware_call(c->x);
	return (int32_t)c->x[0];
}

void smccc_call(struct pcpu *cpu, uint64_t *x)
{
	uint32_t fn = (uint32_t)x[0];
	struct call c = {
		.cpu = cpu,
		.x = x,
		.mask = fn & SMCCC_64 ? ~0ull : 0xffffffffull,
	};
	int64_t result = PSCI_NOT_SUPPORTED;

	if (psci_known(fn)) {
		cpu_stat(cpu, CB_STAT_PSCI);
		result = psci_table[(fn & ~SMCCC_64) - PSCI_FN(0)](&c);
	} else {
		cpu_stat(cpu, CB_STAT_SMCCC);
		if (SMCCC_OWNER(fn) == OWNER_ARCH && fn & BIT(31)) {
			result = smccc_arch(&c, fn);
		} else if (SMCCC_OWNER(fn) == OWNER_SIP &&
			   cpu->cell == &root_cell) {
			firmware_call(x);
			return;
		}
	}
	x[0] = (uint64_t)result;
}
