/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CPU-01. A vulnerable hypervisor starts a CPU of another cell at the
 * attacker's code. Tried: the CPUs of foreign-cpus=ID,…, every id of 8 bits,
 * and ids with bits above. A CPU that runs our code is counted.
 */
#include "probe.h"

#define STARTUP_VECTOR	((uintptr_t)secondary_entry >> 12)

static uint64_t own[SMP_MAX_CPUS];
static unsigned int own_count;

static bool is_own(uint32_t id)
{
	unsigned int n;

	for (n = 0; n < own_count; n++)
		if (own[n] == (id & 0xff))
			return true;
	return false;
}

static void try_start(uint32_t id)
{
	if (is_own(id))
		return;
	apic_send(id, APIC_ICR_INIT);
	apic_send(id, APIC_ICR_STARTUP | STARTUP_VECTOR);
	apic_send(id, APIC_ICR_STARTUP | STARTUP_VECTOR);
}

static bool prepare(void)
{
	if (!timer_init()) {
		report_skip("no local APIC");
		return false;
	}
	own_count = cpus_find(own, SMP_MAX_CPUS);
	return true;
}

static void finish(void)
{
	delay_us(200000);
	report_check(!smp_strangers, "%u foreign CPUs ran our code",
		     smp_strangers);
}

static void named(void)
{
	uint64_t cpus[SMP_MAX_CPUS];
	unsigned int n, count;

	if (!prepare())
		return;
	count = cmdline_list("foreign-cpus", cpus, SMP_MAX_CPUS);
	if (!count)
		report_error("foreign-cpus=ID,… is missing");
	for (n = 0; n < count; n++)
		try_start(cpus[n]);
	finish();
}

static void sweep(void)
{
	uint32_t id;

	if (!prepare())
		return;
	for (id = 0; id < 255; id++)	/* 255 is all: this one, too */
		try_start(id);
	finish();
}

static void wild(void)
{
	unsigned int n;

	if (!prepare())
		return;
	for (n = 8; n < 32; n++)
		try_start(1u << n | 0xfe);
	for (n = 0; n < 1000; n++)
		try_start(probe_random());
	finish();
}

static const struct probe_case cases[] = {
	{ "named", named },
	{ "sweep", sweep },
	{ "wild", wild },
};

PROBE("CPU-01", "no CPU of another cell can be started", cases);
