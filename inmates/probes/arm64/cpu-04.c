/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CPU-04. PSCI 1.1 by the book (Arm DEN 0022). A vulnerable hypervisor parks
 * on a function that it does not know, takes the upper half of a 32-bit
 * function id for part of the number, or indexes a table with it.
 */
#include "irq.h"
#include "smc.h"

static volatile uint64_t came_up;

static void version(void)
{
	int64_t v = smccc_hvc(PSCI_VERSION, 0, 0, 0);

	report_check(v >= 0x10000 && v < 0x20000, "VERSION is 0x%lx", v);
	if (probe_has_smc())
		report_check(smccc_smc(PSCI_VERSION, 0, 0, 0) == v,
			     "VERSION by SMC differs");
}

/* SMCCC: a call with bit 31 of W0 set looks at W0 alone. */
static void upper_half(void)
{
	int64_t v = smccc_hvc(PSCI_VERSION, 0, 0, 0);
	unsigned int n;

	for (n = 32; n < 64; n++)
		report_check(smccc_hvc(1ul << n | PSCI_VERSION, 0, 0, 0) == v,
			     "bit %u of the function id counts", n);
}

static void features(void)
{
	static const uint32_t has[] = {
		PSCI_VERSION, PSCI_CPU_SUSPEND, PSCI_CPU_OFF, PSCI_CPU_ON,
		PSCI_CPU_ON_32, PSCI_AFFINITY_INFO, PSCI_FEATURES,
		SMCCC_VERSION,
	};
	static const uint32_t lacks[] = {
		0x8400001f, 0xc400001f, 0x84000fff, 0, 0xffffffff, 0x84000005,
	};
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(has); n++)
		report_check((int)smccc_hvc(PSCI_FEATURES, has[n], 0, 0) >= 0,
			     "FEATURES denies 0x%x", has[n]);
	for (n = 0; n < ARRAY_SIZE(lacks); n++)
		report_check((int)smccc_hvc(PSCI_FEATURES, lacks[n], 0, 0) ==
			     PSCI_NOT_SUPPORTED, "FEATURES claims 0x%x",
			     lacks[n]);
}

static void affinity(void)
{
	uint64_t self = cpu_mpidr();

	report_check(psci_affinity_info(self) == PSCI_AFFINITY_ON,
		     "this CPU is not on");
	report_check((int)smccc_hvc(PSCI_AFFINITY_INFO, self, 4, 0) ==
		     PSCI_INVALID_PARAMETERS, "affinity level 4 exists");
	report_check((int)smccc_hvc(PSCI_AFFINITY_INFO, self, ~0ul, 0) ==
		     PSCI_INVALID_PARAMETERS, "affinity level -1 exists");
	report_check(psci_affinity_info(0xfffefdfc) ==
		     PSCI_INVALID_PARAMETERS, "CPU 0xfffefdfc exists");
}

/* A standby state ends with the next interrupt, masked or not. */
static void suspend(void)
{
	uint64_t start = timer_now(), wait = timer_from_us(20000);
	int error;

	if (!probe_gic())
		return;
	gic_enable_irq(TIMER_VIRTUAL_PPI);
	timer_set(start + wait);
	error = smccc_hvc(PSCI_CPU_SUSPEND, 0, 0, 0);
	timer_stop();
	report_check(error == PSCI_SUCCESS || error == PSCI_INVALID_PARAMETERS,
		     "CPU_SUSPEND returns %d", error);
	report_check(timer_now() - start < timer_frequency(),
		     "CPU_SUSPEND slept too long");
}

static void come_up(void *arg)
{
	came_up = (uint64_t)arg;
}

static void off(void)
{
	uint64_t cpus[2], end = timer_now() + timer_frequency();

	if (psci_find_cpus(cpus, 2) < 2) {
		report_note("one CPU: CPU_OFF is not tried");
		return;
	}
	report_check(psci_affinity_info(cpus[1]) == PSCI_AFFINITY_OFF,
		     "the second CPU is not off at the start");
	report_check(!psci_cpu_start(cpus[1], come_up, (void *)0x1234),
		     "CPU_ON fails");
	while (psci_affinity_info(cpus[1]) != PSCI_AFFINITY_OFF ||
	       came_up != 0x1234) {
		if (timer_now() < end)
			continue;
		report_fail("the second CPU does not run and turn itself off");
		return;
	}
}

/* Functions that have an effect elsewhere are cases of CPU-05. */
static bool has_effect(uint32_t fid)
{
	switch (fid & 0x1f) {
	case 1: case 2: case 3: case 8: case 9: case 12: case 14: case 18:
		return true;
	default:
		return false;
	}
}

static void unknown(void)
{
	static const uint32_t bases[] = { 0x84000000, 0xc4000000 };
	unsigned int b, n, answered = 0;

	for (b = 0; b < 2; b++) {
		for (n = 0; n < 0x100; n++) {
			if (n < 0x20 && has_effect(n))
				continue;
			if ((int)smccc_hvc(bases[b] + n, ~0ul, ~0ul, ~0ul) !=
			    PSCI_NOT_SUPPORTED)
				answered++;
		}
	}
	/* VERSION, AFFINITY_INFO, FEATURES, MIGRATE_INFO_TYPE and kin */
	report_check(answered <= 12, "%u functions answer", answered);
}

static const struct probe_case cases[] = {
	{ "version", version },
	{ "upper-half", upper_half },
	{ "features", features },
	{ "affinity", affinity },
	{ "unknown", unknown },
	{ "suspend", suspend },
	{ "off", off },
};

PROBE("CPU-04", "PSCI conforms, and never parks", cases);
