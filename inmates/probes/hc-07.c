/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * HC-07. What the information calls tell a cell. A vulnerable hypervisor
 * answers for CPUs of others (their statistics are a side channel), or offers
 * test hooks to everybody.
 */
#include "probe.h"

#define CPUS_MAX	16

static void info(void)
{
	uint64_t type;
	int64_t value;

	for (type = CB_INFO_MEM_POOL_SIZE; type <= CB_INFO_DELIVERY; type++) {
		value = hypercall(CB_HC_HYPERVISOR_GET_INFO, type, 0);
		report_check(value >= 0 && value < 1 << 24,
			     "info %lu is 0x%lx", type, value);
	}
	for (type = CB_INFO_DELIVERY + 1; type < 0x2000; type++) {
		value = hypercall(CB_HC_HYPERVISOR_GET_INFO, type, 0);
		report_check(value < 0, "info 0x%lx is answered", type);
	}
}

/* As many CPUs answer as the cell owns. */
static void cpus(void)
{
	uint64_t own[CPUS_MAX], cpu;
	unsigned int count = cpus_find(own, CPUS_MAX), answers = 0;
	int64_t state, stat;

	for (cpu = 0; cpu < 1024; cpu++) {
		state = hypercall(CB_HC_CPU_GET_INFO, cpu, CB_CPU_INFO_STATE);
		stat = hypercall(CB_HC_CPU_GET_INFO, cpu,
				 CB_CPU_INFO_STAT_BASE);
		report_check((state >= 0) == (stat >= 0),
			     "CPU %lu: state %ld but statistics %ld", cpu,
			     state, stat);
		answers += state >= 0;
	}
	report_check(answers == count, "%u CPUs answer, %u are own", answers,
		     count);
	for (cpu = 10; cpu < 64; cpu++)
		report_check(hypercall(CB_HC_CPU_GET_INFO, 1ul << cpu,
				       CB_CPU_INFO_STATE) < 0,
			     "CPU 0x%lx exists", 1ul << cpu);
}

/* Statistics numbers that do not exist, asked for every CPU number. */
static void stats(void)
{
	uint64_t cpu, type;

	for (cpu = 0; cpu < 16; cpu++) {
		for (type = 1; type < CB_CPU_INFO_STAT_BASE; type += 37)
			report_check(hypercall(CB_HC_CPU_GET_INFO, cpu, type) <
				     0, "type %lu is answered", type);
		for (type = CB_STAT_COUNT; type < 100; type++)
			report_check(hypercall(CB_HC_CPU_GET_INFO, cpu,
					       CB_CPU_INFO_STAT_BASE + type) <
				     0, "statistics %lu are answered", type);
	}
}

static const struct probe_case cases[] = {
	{ "info", info },
	{ "cpus", cpus },
	{ "stats", stats },
};

PROBE("HC-07", "information about others is not given", cases);
