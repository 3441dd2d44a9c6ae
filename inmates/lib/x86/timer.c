/* SPDX-License-Identifier: BSD-2-Clause */
#include "inmate.h"

#define DIVIDE_BY_1	0xb
#define CALIBRATE_US	50000
#define SAMPLES		16

static uint64_t tsc_hz, apic_hz;

uint16_t pm_timer_port(void)
{
	volatile struct cb_comm_page *page = comm_page();

	return cmdline_int("pm-timer", page ? page->pm_timer_address : 0);
}

static uint32_t pm_timer_read(uint16_t port)
{
	return pio_read32(port) & PM_TIMER_MASK;
}

uint64_t pm_timer_ns(void)
{
	static uint64_t ticks;
	uint16_t port = pm_timer_port();

	if (!port)
		return 0;
	ticks += (pm_timer_read(port) - ticks) & PM_TIMER_MASK;
	return ticks / PM_TIMER_HZ * 1000000000 +
	       ticks % PM_TIMER_HZ * 1000000000 / PM_TIMER_HZ;
}

/* A clock and the TSC at one time: of some tries the one that took least. */
struct sample {
	uint64_t tsc;
	uint32_t clock;
};

static struct sample sample(uint32_t (*read)(uint16_t), uint16_t port)
{
	struct sample best = { 0 };
	uint64_t before, took, least = ~0ull;
	uint32_t clock;
	unsigned int n;

	for (n = 0; n < SAMPLES; n++) {
		before = tsc_read();
		clock = read(port);
		took = tsc_read() - before;
		if (took >= least)
			continue;
		least = took;
		best = (struct sample){ before + took / 2, clock };
	}
	return best;
}

/* Ticks of the TSC in a second, by the PM timer; 0 where it stands still. */
static uint64_t measure_tsc(void)
{
	const uint32_t ticks = PM_TIMER_HZ / 1000 * (CALIBRATE_US / 1000);
	uint32_t passed = 0;
	uint16_t port = pm_timer_port();
	struct sample first, last;
	unsigned int tries;

	if (!port)
		return 0;
	first = sample(pm_timer_read, port);
	for (tries = 0; tries < 10000000 && passed < ticks; tries++)
		passed = (pm_timer_read(port) - first.clock) & PM_TIMER_MASK;
	if (passed < ticks)
		return 0;
	last = sample(pm_timer_read, port);
	passed = (last.clock - first.clock) & PM_TIMER_MASK;
	return (last.tsc - first.tsc) * PM_TIMER_HZ / passed;
}

/* Leaf 0x15: crystal clock and the TSC's ratio to it, where all is there. */
static uint64_t tsc_by_cpuid(void)
{
	struct cpuid id;

	if (cpuid(0, 0).eax < 0x15)
		return 0;
	id = cpuid(0x15, 0);
	return id.eax ? (uint64_t)id.ecx * id.ebx / id.eax : 0;
}

uint64_t timer_frequency(void)
{
	volatile struct cb_comm_page *page = comm_page();

	if (tsc_hz)
		return tsc_hz;
	tsc_hz = cmdline_int("tsc-khz", page ? page->tsc_khz : 0) * 1000;
	if (!tsc_hz)
		tsc_hz = measure_tsc();
	if (!tsc_hz)
		tsc_hz = tsc_by_cpuid();
	if (tsc_hz)
		return tsc_hz;
	printk("no clock: neither tsc_khz nor a PM timer (tsc-khz=)\n");
	inmate_stop(CB_CELL_FAILED);
}

static uint32_t count_read(uint16_t unused)
{
	(void)unused;
	return apic_read(APIC_TIMER_COUNT);
}

/* It counts down. */
static uint64_t measure_apic(void)
{
	struct sample first, last;

	apic_write(APIC_TIMER_INIT, ~0u);
	first = sample(count_read, 0);
	delay_us(CALIBRATE_US);
	last = sample(count_read, 0);
	apic_write(APIC_TIMER_INIT, 0);
	return (uint64_t)(first.clock - last.clock) * 1000000 /
	       (timer_to_ns(last.tsc - first.tsc) / 1000);
}

bool timer_init(void)
{
	volatile struct cb_comm_page *page = comm_page();

	if (!apic_init())
		return false;
	timer_init_cpu();
	apic_hz = cmdline_int("apic-khz", page ? page->apic_khz : 0) * 1000;
	if (!apic_hz)
		apic_hz = measure_apic();
	if (!apic_hz)
		printk("the APIC timer does not count\n");
	return apic_hz;
}

void timer_init_cpu(void)
{
	apic_write(APIC_TIMER_DIVIDE, DIVIDE_BY_1);
	apic_write(APIC_LVT_TIMER, APIC_VECTOR_TIMER);
}

uint64_t apic_timer_frequency(void)
{
	return apic_hz;
}

uint64_t timer_now(void)
{
	return tsc_read();
}

uint64_t timer_to_ns(uint64_t ticks)
{
	uint64_t hz = timer_frequency();

	return ticks / hz * 1000000000 + ticks % hz * 1000000000 / hz;
}

uint64_t timer_from_us(uint64_t us)
{
	uint64_t hz = timer_frequency();

	return us / 1000000 * hz + us % 1000000 * hz / 1000000;
}

void delay_us(uint64_t us)
{
	uint64_t ticks = timer_from_us(us), start = timer_now();

	while (timer_now() - start < ticks)
		cpu_relax();
}

void timer_set(uint64_t at)
{
	uint64_t now = timer_now(), hz = timer_frequency(), left;

	left = at > now ? at - now : 0;
	/* More than 1000 s: it comes early anyway. */
	if (left > hz * 1000)
		left = hz * 1000;
	left = left / hz * apic_hz + left % hz * apic_hz / hz;
	if (left > 0xffffffff)
		left = 0xffffffff;
	apic_write(APIC_TIMER_INIT, left ? left : 1);
}

void timer_stop(void)
{
	apic_write(APIC_TIMER_INIT, 0);
}

/* What comes between the test and the HLT still ends it: irq_wait(). */
void timer_sleep_until(uint64_t at)
{
	irq_disable();
	while (timer_now() < at) {
		timer_set(at);
		irq_wait();
		timer_stop();
	}
	irq_enable();
}
