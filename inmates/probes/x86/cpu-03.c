/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CPU-03. An own CPU is started at a page that the cell does not have
 * (entry=ADDRESS, a page below 1 MiB). A vulnerable hypervisor lets it run
 * what is there. Right: it is parked at its first fetch, while this one goes
 * on. The cell has a second CPU.
 */
#include "probe.h"

static void start_at(uint64_t entry)
{
	uint64_t cpus[2];

	if (!timer_init() || cpus_find(cpus, 2) < 2) {
		report_skip("the cell has one CPU");
		return;
	}
	report_try("start of CPU %lu at 0x%lx", cpus[1], entry);
	apic_send(cpus[1], APIC_ICR_INIT);
	delay_us(10000);
	apic_send(cpus[1], APIC_ICR_STARTUP | (entry >> 12 & 0xff));
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
	start_at(cmdline_int("ram", 0xff000));
}

static const struct probe_case cases[] = {
	{ "foreign", foreign },
	{ "behind-ram", behind_ram },
};

PROBE("CPU-03", "a CPU starts in its cell's memory only", cases);
