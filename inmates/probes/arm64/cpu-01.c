/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CPU-01. A vulnerable hypervisor starts (or restarts) a CPU of another cell
 * at the attacker's code, or forwards the call to the firmware. Tried: the
 * CPUs of foreign-cpus=MPIDR,…, every MPIDR of the first 4096, and values
 * with bits where an MPIDR has none. A CPU that runs our code says so.
 */
#include "probe.h"

#define CPUS_MAX	16

static volatile uint64_t intruders;

static void intrude(void *arg)
{
	(void)arg;
	intruders++;
}

static uint64_t own[CPUS_MAX];
static unsigned int own_count;
static uint64_t context;

static bool is_own(uint64_t mpidr)
{
	unsigned int n;

	for (n = 0; n < own_count; n++)
		if (own[n] == mpidr)
			return true;
	return false;
}

static void try_on(uint64_t mpidr)
{
	int error;

	if (is_own(mpidr & MPIDR_AFFINITY))
		return;
	error = psci_cpu_on(mpidr, (uint64_t)secondary_entry, context);
	report_check(error == PSCI_INVALID_PARAMETERS || error == PSCI_DENIED,
		     "CPU_ON 0x%lx returns %d", mpidr, error);
}

static void prepare(void)
{
	own_count = psci_find_cpus(own, CPUS_MAX);
	if (!context)
		context = psci_context(intrude, NULL);
}

static void finish(void)
{
	delay_us(100000);
	report_check(!intruders, "%lu foreign CPUs ran our code", intruders);
}

static void named(void)
{
	uint64_t cpus[CPUS_MAX];
	unsigned int n, count;

	prepare();
	count = cmdline_list("foreign-cpus", cpus, CPUS_MAX);
	if (!count)
		report_error("foreign-cpus=MPIDR,… is missing");
	for (n = 0; n < count; n++) {
		report_check(psci_affinity_info(cpus[n]) < 0,
			     "AFFINITY_INFO of 0x%lx answers", cpus[n]);
		try_on(cpus[n]);
	}
	finish();
}

static void sweep(void)
{
	uint64_t n;

	prepare();
	for (n = 0; n < 0x1000; n++)
		try_on((n & ~15ul) << 4 | (n & 15));
	finish();
}

static void wild(void)
{
	unsigned int n;

	prepare();
	for (n = 24; n < 64; n++)
		try_on(1ul << n | 0xfe);
	for (n = 0; n < 1000; n++)
		try_on(probe_random() | 0xf0);
	finish();
}

static const struct probe_case cases[] = {
	{ "named", named },
	{ "sweep", sweep },
	{ "wild", wild },
};

PROBE("CPU-01", "no CPU of another cell can be started", cases);
