/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * IRQ-14. NMI, INIT and start-up commands. A vulnerable hypervisor stops,
 * resets or starts the CPUs of others (foreign-cpus=ID,…; and all ids). To own
 * CPUs they must work: an NMI arrives; a CPU can be started again.
 */
#include "probe.h"

#define STARTUP_VECTOR	((uintptr_t)secondary_entry >> 12)

static void each_foreign(uint32_t command, const char *what)
{
	uint64_t cpus[SMP_MAX_CPUS];
	unsigned int n, count;

	if (!timer_init())
		return;
	count = cmdline_list("foreign-cpus", cpus, SMP_MAX_CPUS);
	if (!count)
		report_error("foreign-cpus=ID,… is missing");
	report_try("%s to %u CPUs of others", what, count);
	for (n = 0; n < count; n++)
		apic_send(cpus[n], command);
	delay_us(200000);
	report_check(!smp_strangers, "%u CPUs of others came", smp_strangers);
}

static void nmi_foreign(void)
{
	each_foreign(APIC_ICR_NMI, "NMI");
}

static void init_foreign(void)
{
	each_foreign(APIC_ICR_INIT, "INIT");
}

static void startup_foreign(void)
{
	each_foreign(APIC_ICR_STARTUP | STARTUP_VECTOR, "start-up");
}

static void reset_foreign(void)
{
	each_foreign(APIC_ICR_INIT, "INIT");
	each_foreign(APIC_ICR_STARTUP | STARTUP_VECTOR, "start-up");
}

#define BROADCAST	0xffu

/* All but this one: own ones may be restarted by it. */
static void sweep(void)
{
	uint32_t id, self = apic_id();

	if (!timer_init())
		return;
	report_try("NMI, INIT, start-up to every id");
	for (id = 0; id < BROADCAST; id++) {
		if (id == self)
			continue;
		apic_send(id, APIC_ICR_NMI);
		apic_send(id, APIC_ICR_INIT);
		apic_send(id, APIC_ICR_STARTUP | STARTUP_VECTOR);
	}
	apic_send(0, APIC_ICR_OTHERS | APIC_ICR_NMI);
	delay_us(200000);
	report_note("%u own CPUs came", smp_strangers);
}

static void nmi_to_self(void *arg)
{
	(void)arg;
	apic_send(apic_id(), APIC_ICR_NMI);
	delay_us(200000);
}

static void nmi_own(void)
{
	uint64_t code;

	if (!timer_init())
		return;
	report_try("NMI to itself");
	code = try_call(nmi_to_self, NULL);
	report_check(code && TRAP_VECTOR(code) == TRAP_NMI,
		     "exception 0x%lx instead", code);
}

#define COUNT_US	5000000

static volatile unsigned int starts;

static void count_start(void *arg)
{
	(void)arg;
	starts = starts + 1;
}

/* The next INIT may come before the CPU has got as far as its function. */
static bool wait_for_starts(unsigned int count)
{
	uint64_t end = timer_now() + timer_from_us(COUNT_US);

	while (starts < count && timer_now() < end)
		cpu_relax();
	return starts == count;
}

static void restart_own(void)
{
	uint64_t cpus[2];
	unsigned int n;

	if (cpus_find(cpus, 2) < 2) {
		report_skip("the cell has one CPU");
		return;
	}
	for (n = 1; n <= 100; n++)
		if (!cpu_start(cpus[1], count_start, NULL) ||
		    !wait_for_starts(n))
			break;
	report_check(n > 100, "start %u of 100 fails, %u were counted", n,
		     starts);
}

static const struct probe_case cases[] = {
	{ "restart-own", restart_own },
	{ "nmi-own", nmi_own },
	{ "nmi-foreign", nmi_foreign },
	{ "init-foreign", init_foreign },
	{ "startup-foreign", startup_foreign },
	{ "reset-foreign", reset_foreign },
	{ "sweep", sweep },
};

PROBE("IRQ-14", "NMI, INIT and start-up reach own CPUs only", cases);
