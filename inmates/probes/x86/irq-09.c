/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * IRQ-09. A storm of interrupts: the cell sends them to itself, and to its
 * other CPUs, as fast as it can, for ms=N (3000). A hypervisor that handles
 * each under a lock of all lets others wait: the victim's beats and the root
 * cell tell. case=level: pin=N of the IOAPIC as an active level that nobody
 * ends.
 */
#include "pins.h"

#define VECTOR	0x50

static volatile uint64_t taken;		/* by this CPU */
static uint32_t this_id;

static void on_irq(unsigned int vector)
{
	if (vector == VECTOR && apic_id() == this_id)
		taken = taken + 1;
}

static bool prepare(void)
{
	if (!timer_init()) {
		report_skip("no local APIC");
		return false;
	}
	this_id = apic_id();
	apic_set_handler(on_irq);
	return true;
}

static void flood(uint32_t target)
{
	bool here = target == APIC_ICR_SELF && !apic_read(APIC_TPR);
	uint64_t end, sent = 0;

	end = timer_now() + timer_from_us(cmdline_int("ms", 3000) * 1000);
	irq_enable();
	for (; timer_now() < end; sent++)
		apic_send(apic_id(), target | VECTOR);
	irq_disable();
	report_note("%lu sent, %lu taken here", sent, taken);
	report_check(!taken == !here, "%lu came", taken);
}

static void self(void)
{
	if (!prepare())
		return;
	report_try("IPIs to itself");
	flood(APIC_ICR_SELF);
}

static void receive(void *arg)
{
	(void)arg;
	for (;;)
		irq_wait();
}

static void others(void)
{
	uint64_t cpus[SMP_MAX_CPUS];
	unsigned int n, count;

	if (!prepare())
		return;
	count = cpus_find(cpus, SMP_MAX_CPUS);
	for (n = 1; n < count; n++)
		cpu_start(cpus[n], receive, NULL);
	report_try("IPIs to %u other CPUs", count - 1);
	flood(APIC_ICR_OTHERS);
}

/* With the priority raised: they wait, and no queue may overflow. */
static void blocked(void)
{
	if (!prepare())
		return;
	report_try("IPIs that are not taken");
	apic_write(APIC_TPR, 0xf0);
	flood(APIC_ICR_SELF);
	apic_write(APIC_TPR, 0);
	irq_enable();
	delay_us(1000);
	irq_disable();
	report_check(taken == 1, "%lu came after all", taken);
}

static void level(void)
{
	uint64_t pin, end;

	if (!probe_param("pin", &pin) || !prepare() || !pins_init())
		return;
	report_try("pin %lu, low active level", pin);
	ioapic_set_pin(pin, VECTOR, IOAPIC_LEVEL | IOAPIC_LOW);
	end = timer_now() + timer_from_us(cmdline_int("ms", 3000) * 1000);
	irq_enable();
	while (timer_now() < end)
		cpu_relax();
	irq_disable();
	ioapic_set_pin(pin, VECTOR, IOAPIC_MASKED);
	report_note("%lu taken", taken);
}

static const struct probe_case cases[] = {
	{ "self", self },
	{ "others", others },
	{ "level", level },
	{ "blocked", blocked },
};

PROBE("IRQ-09", "a storm of interrupts stays at home", cases);
