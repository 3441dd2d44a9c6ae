/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CPU-02. Two CPUs start a third one at the same moment, rounds=N times
 * (1000). A hypervisor that tests and sets without a lock (Bao took that of
 * the caller instead of the target's) says SUCCESS twice, or starts it with a
 * mixture of both requests. With two CPUs the caller asks twice in a row.
 */
#include "probe.h"

static volatile uint64_t go, done, answer, runs, wrong_context, released;
static uint64_t target, contexts[2];

/* Stays on until both requests are answered. */
static void third(void *arg)
{
	uint64_t run = runs + 1;

	if ((uint64_t)arg > 1)
		wrong_context++;
	runs = run;
	while (released < run)
		;
}

static void second(void *arg)
{
	uint64_t round = 0;

	(void)arg;
	for (;;) {
		while (go == round)
			;
		round = go;
		if (round == ~0ul)
			return;
		answer = psci_cpu_on(target, (uint64_t)secondary_entry,
				     contexts[1]);
		dsb();
		done = round;
	}
}

/* The third CPU has run and is off again: within a second. */
static bool wait_off(uint64_t wanted)
{
	uint64_t end = timer_now() + timer_frequency();

	while (runs < wanted || psci_affinity_info(target) !=
	       PSCI_AFFINITY_OFF)
		if (timer_now() > end)
			return false;
	return true;
}

static bool refused(int error)
{
	return error == PSCI_ALREADY_ON || error == PSCI_ON_PENDING;
}

static bool one_round(uint64_t round, bool race)
{
	int first, other;

	if (race)
		go = round;
	first = psci_cpu_on(target, (uint64_t)secondary_entry, contexts[0]);
	while (race && done != round)
		;
	other = race ? (int)answer :
		psci_cpu_on(target, (uint64_t)secondary_entry, contexts[1]);
	released = round;
	report_check((first == 0 && refused(other)) ||
		     (other == 0 && refused(first)),
		     "round %lu: answers %d and %d", round, first, other);
	return (first != 0 || other != 0) && wait_off(round);
}

static void run(void)
{
	uint64_t cpus[3], n, rounds = cmdline_int("rounds", 1000);
	unsigned int count = psci_find_cpus(cpus, 3);

	if (count < 2) {
		report_skip("the cell has one CPU");
		return;
	}
	target = cpus[count - 1];
	contexts[0] = psci_context(third, (void *)0);
	contexts[1] = psci_context(third, (void *)1);
	report_check(psci_cpu_on(cpu_mpidr(), (uint64_t)secondary_entry, 0) ==
		     PSCI_ALREADY_ON, "the caller itself is not ALREADY_ON");
	if (count > 2)
		report_check(!psci_cpu_start(cpus[1], second, NULL),
			     "the second CPU does not start");
	for (n = 1; n <= rounds; n++) {
		if (one_round(n, count > 2))
			continue;
		report_fail("round %lu: the CPU did not run and stop", n);
		break;
	}
	report_check(!wrong_context, "a wrong context arrived");
	report_note("%lu rounds, %lu starts", n - 1, runs);
	go = ~0ul;
}

static const struct probe_case cases[] = {
	{ "race", run },
};

PROBE("CPU-02", "a CPU starts once", cases);
