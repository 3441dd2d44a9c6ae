/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CPU-12. CPUs that never answer: asleep or spinning with everything masked,
 * or caught in their own exception vector. A hypervisor whose wake-up is a
 * guest interrupt never gets them back. The root cell must destroy the cell
 * within a second. The state is SHUT_DOWN, so that no vote delays it; with
 * vote=1 it stays RUNNING.
 */
#include "probe.h"

#define CPUS_MAX	16

static void (*behaviour)(void *);

static void mask_all(void)
{
	asm volatile("msr daifset, #0xf" : : : "memory");
}

static void __attribute__((noreturn)) sleep_wfi(void *arg)
{
	(void)arg;
	mask_all();
	for (;;)
		asm volatile("wfi");
}

static void __attribute__((noreturn)) sleep_wfe(void *arg)
{
	(void)arg;
	mask_all();
	for (;;)
		asm volatile("wfe");
}

static void __attribute__((noreturn)) spin_forever(void *arg)
{
	(void)arg;
	mask_all();
	for (;;)
		asm volatile("");
}

/*
 * A forged active priority, above the hypervisor's own interrupt: nothing
 * gets through any more (GICv3, direct delivery).
 */
static void __attribute__((noreturn)) spin_deaf(void *arg)
{
	sysreg_write(s3_0_c12_c9_0, 1);		/* ICC_AP1R0_EL1 */
	isb();
	spin_forever(arg);
}

/* CPU-13's data abort in the vector: each exception causes the next one. */
static void vector_loop(void *arg)
{
	(void)arg;
	mask_all();
	sysreg_write(vbar_el1, 0x7d0000000000ul);
	isb();
	mmio_read32(0x7d0000000000ul);
}

static void run_on_all(const char *what)
{
	uint64_t cpus[CPUS_MAX];
	unsigned int n, count = psci_find_cpus(cpus, CPUS_MAX);

	for (n = 1; n < count; n++)
		report_check(!psci_cpu_start(cpus[n], behaviour, NULL),
			     "CPU 0x%lx does not start", cpus[n]);
	report_try("%s on %u CPUs until destroyed", what, count);
	if (!cmdline_bool("vote", false))
		comm_set_state(CB_CELL_SHUT_DOWN);
	behaviour(NULL);
}

static void wfi_case(void)
{
	behaviour = sleep_wfi;
	run_on_all("wfi");
}

static void wfe_case(void)
{
	behaviour = sleep_wfe;
	run_on_all("wfe");
}

static void spin_case(void)
{
	behaviour = spin_forever;
	run_on_all("spin");
}

static void deaf_case(void)
{
	if (comm_page()->gic_version < 3) {
		report_skip("no such register");
		return;
	}
	behaviour = spin_deaf;
	run_on_all("deaf");
}

static void vector_case(void)
{
	behaviour = vector_loop;
	run_on_all("fault in the vector");
}

static const struct probe_case cases[] = {
	{ "wfi", wfi_case },
	{ "wfe", wfe_case },
	{ "spin", spin_case },
	{ "deaf", deaf_case },
	{ "vector", vector_case },
};

PROBE("CPU-12", "a deaf CPU can still be taken away", cases);
