/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CPU-12. CPUs that never answer: asleep or spinning with everything masked. A
 * hypervisor whose wake-up is a guest interrupt never gets them back. The root
 * cell must destroy the cell within a second. The state is SHUT_DOWN, so that
 * no vote delays it; with vote=1 it stays RUNNING.
 */
#include "insn.h"

static void (*behaviour)(void *);

static void __attribute__((noreturn)) sleep_hlt(void *arg)
{
	(void)arg;
	cpu_stop();
}

static void __attribute__((noreturn)) spin_forever(void *arg)
{
	(void)arg;
	irq_disable();
	for (;;)
		asm volatile("");
}

static void __attribute__((noreturn)) spin_pause(void *arg)
{
	(void)arg;
	irq_disable();
	for (;;)
		cpu_relax();
}

static void __attribute__((noreturn)) sleep_mwait(void *arg)
{
	static uint64_t line[8] __attribute__((aligned(64)));

	(void)arg;
	irq_disable();
	for (;;)
		asm volatile("monitor\n\tmwait" : : "a"(line), "c"(0),
			     "d"(0) : "memory");
}

/* One instruction that takes long, again and again. */
static void __attribute__((noreturn)) spin_string(void *arg)
{
	static char buffer[PAGE_SIZE];

	(void)arg;
	irq_disable();
	for (;;) {
		void *to = buffer;
		unsigned long count = sizeof(buffer);

		asm volatile("rep stosb" : "+D"(to), "+c"(count) : "a"(0)
			     : "memory");
	}
}

static void run_on_all(const char *what)
{
	uint64_t cpus[SMP_MAX_CPUS];
	unsigned int n, count = cpus_find(cpus, SMP_MAX_CPUS);

	for (n = 1; n < count; n++)
		report_check(cpu_start(cpus[n], behaviour, NULL),
			     "CPU %lu does not start", cpus[n]);
	report_try("%s on %u CPUs until destroyed", what, count);
	if (!cmdline_bool("vote", false))
		comm_set_state(CB_CELL_SHUT_DOWN);
	behaviour(NULL);
}

static void hlt_case(void)
{
	behaviour = sleep_hlt;
	run_on_all("hlt");
}

static void spin_case(void)
{
	behaviour = spin_forever;
	run_on_all("spin");
}

static void pause_case(void)
{
	behaviour = spin_pause;
	run_on_all("pause");
}

static void mwait_case(void)
{
	if (!(cpuid(1, 0).ecx & 8)) {
		report_skip("no MWAIT");
		return;
	}
	behaviour = sleep_mwait;
	run_on_all("mwait");
}

static void string_case(void)
{
	behaviour = spin_string;
	run_on_all("rep stos");
}

static const struct probe_case cases[] = {
	{ "hlt", hlt_case },
	{ "spin", spin_case },
	{ "pause", pause_case },
	{ "mwait", mwait_case },
	{ "string", string_case },
};

PROBE("CPU-12", "a deaf CPU can still be taken away", cases);
