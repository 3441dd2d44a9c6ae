/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CPU-11. Time. A vulnerable hypervisor lets a cell set the TSC, or its
 * adjustment, and does not put it back: the next owner, or the hypervisor's
 * own time-outs, jump. The cell's timer must go on, and the victim's.
 */
#include "insn.h"

#define MSR_TSC			0x10
#define MSR_TSC_ADJUST		0x3b
#define MSR_TSC_DEADLINE	0x6e0
#define SECOND_US		1000000

/* Whatever is written: the TSC stays within a second of what it was. */
static void set(uint32_t msr, uint64_t value)
{
	uint64_t before = tsc_read(), exception, after;

	report_try("MSR 0x%x = 0x%lx", msr, value);
	exception = try_msr_write(msr, value);
	after = tsc_read();
	report_note("exception 0x%lx", exception);
	report_check(after - before < timer_from_us(SECOND_US),
		     "the TSC jumps by 0x%lx", after - before);
}

static void tsc(void)
{
	timer_frequency();
	set(MSR_TSC, 0);
	set(MSR_TSC, ~0ul);
	set(MSR_TSC, 1ul << 62);
}

static void adjust(void)
{
	if (cpuid(0, 0).eax < 7 || !(cpuid(7, 0).ebx & 2)) {
		report_skip("no TSC_ADJUST");
		return;
	}
	timer_frequency();
	set(MSR_TSC_ADJUST, 1ul << 62);
	set(MSR_TSC_ADJUST, 0);
}

static volatile unsigned int ticks;

static void on_timer(void)
{
	ticks = ticks + 1;
}

/* Deadlines of this CPU: in the past, now, and never. */
static void deadline(void)
{
	if (!(cpuid(1, 0).ecx & 1u << 24)) {
		report_skip("no TSC deadline");
		return;
	}
	if (!timer_init())
		return;
	apic_set_timer_handler(on_timer);
	apic_write(APIC_LVT_TIMER, APIC_VECTOR_TIMER | 2u << 17);
	mb();
	report_check(!try_msr_write(MSR_TSC_DEADLINE, 1), "refused");
	irq_enable();
	delay_us(1000);
	report_check(ticks == 1, "%u ticks of one deadline", ticks);
	try_msr_write(MSR_TSC_DEADLINE, ~0ul);
	delay_us(1000);
	report_check(ticks == 1, "%u ticks of no deadline", ticks);
	try_msr_write(MSR_TSC_DEADLINE, 0);
	irq_disable();
}

/*
 * The APIC timer each count=N (1) periods, for ms=N (3000). An emulator may
 * deliver late ones one by one for ever if they are more than it can.
 */
static void storm(void)
{
	uint64_t end;

	if (!timer_init())
		return;
	report_try("timer interrupts without a pause");
	apic_set_timer_handler(on_timer);
	apic_write(APIC_LVT_TIMER, APIC_VECTOR_TIMER | 1u << 17);
	apic_write(APIC_TIMER_INIT, cmdline_int("count", 1));
	end = timer_now() + timer_from_us(cmdline_int("ms", 3000) * 1000);
	while (timer_now() < end) {
		irq_enable();
		irq_disable();
	}
	apic_write(APIC_TIMER_INIT, 0);
	report_note("%u ticks", ticks);
	report_check(ticks, "no ticks at all");
}

static const struct probe_case cases[] = {
	{ "tsc", tsc },
	{ "adjust", adjust },
	{ "deadline", deadline },
	{ "storm", storm },
};

PROBE("CPU-11", "time is the same for all", cases);
