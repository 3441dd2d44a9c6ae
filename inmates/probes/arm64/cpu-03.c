/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CPU-03. CPU_ON of an own CPU with an entry point that is another cell's
 * (entry=ADDRESS). A vulnerable hypervisor lets it run there. Right: an error,
 * or SUCCESS and a CPU that is parked at its first fetch, while this one goes
 * on. The bare cell has a second CPU.
 */
#include "probe.h"

static void start_at(uint64_t entry)
{
	uint64_t cpus[2];
	int error;

	if (psci_find_cpus(cpus, 2) < 2) {
		report_skip("the cell has one CPU");
		return;
	}
	report_try("CPU_ON 0x%lx at 0x%lx", cpus[1], entry);
	error = psci_cpu_on(cpus[1], entry, 0);
	report_note("CPU_ON returns %d", error);
	if (error == PSCI_ALREADY_ON) {
		report_skip("the case before has taken the CPU");
		return;
	}
	report_check(error == 0 || error == PSCI_INVALID_ADDRESS ||
		     error == PSCI_INVALID_PARAMETERS,
		     "CPU_ON returns %d", error);
	delay_us(200000);
	report_note("this CPU goes on");
}

static void foreign(void)
{
	uint64_t entry;

	if (probe_param("entry", &entry))
		start_at(entry);
}

static void behind_ram(void)
{
	start_at(ram_end());
}

static void unaligned(void)
{
	start_at((uint64_t)inmate_base + 2);
}

static void all_ones(void)
{
	start_at(~0ul);
}

static const struct probe_case cases[] = {
	{ "foreign", foreign },
	{ "behind-ram", behind_ram },
	{ "unaligned", unaligned },
	{ "all-ones", all_ones },
};

PROBE("CPU-03", "a CPU starts in its cell's memory only", cases);
