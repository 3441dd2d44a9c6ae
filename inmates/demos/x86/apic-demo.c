/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A periodic timer and how late its interrupts come. Locks itself; denies the
 * first request to shut down, and unlocks then; approves the second one.
 *	period-us=N         100000
 *	ticks=N             end after N interrupts; 0: run until shut down
 *	pollute-cache=BOOL  off: write to all of the cache between interrupts
 *	locked=BOOL         on
 *	smi-count=BOOL      off: how many SMIs came meanwhile (Intel's CPUs; the
 *	                    register is not every cell's)
 */
#include "inmate.h"

#define MSR_SMI_COUNT	0x34
#define CACHE_SIZE	0x80000ul
#define LINE_SIZE	64

static uint64_t expected, period;
static uint64_t min = ~0ul, max, sum;
static volatile uint64_t ticks, jitter;
static bool denied, count_smis;

static void on_timer(void)
{
	uint64_t late = timer_now() - expected;

	/* The APIC timer's rate was measured: it may come a bit early. */
	if ((int64_t)late < 0)
		late = 0;
	/* After a stall go on from now instead of catching up. */
	expected += late < period ? period : late + period;
	timer_set(expected);

	jitter = timer_to_ns(late);
	ticks = ticks + 1;
}

static void show(void)
{
	uint64_t smis;

	if (jitter < min)
		min = jitter;
	if (jitter > max)
		max = jitter;
	sum += jitter;
	if (count_smis && !try_msr_read(MSR_SMI_COUNT, &smis))
		printk("SMIs: %lu, ", smis);
	printk("Timer fired, jitter: %6lu ns, min: %6lu ns, avg: %6lu ns, "
	       "max: %6lu ns\n", jitter, min, sum / ticks, max);
}

static void pollute_cache(void)
{
	static volatile char *memory;
	unsigned long n;

	if (!memory)
		memory = alloc(CACHE_SIZE, LINE_SIZE);
	for (n = 0; n < CACHE_SIZE; n += LINE_SIZE)
		memory[n]++;
}

/* Returns true when the cell should end. */
static bool serve(void)
{
	uint32_t message = comm_message();

	if (message == CB_MSG_NONE)
		return false;
	if (message != CB_MSG_SHUTDOWN_REQUEST) {
		comm_reply(CB_REPLY_UNKNOWN);
		return false;
	}
	if (denied) {
		printk("apic-demo: shutdown requested: approved\n");
		comm_reply(CB_REPLY_REQUEST_APPROVED);
		return true;
	}
	denied = true;
	/* First the state, then the answer: who reads it may act at once. */
	comm_set_state(CB_CELL_RUNNING);
	printk("apic-demo: shutdown requested: denied; unlocked now\n");
	comm_reply(CB_REPLY_REQUEST_DENIED);
	return false;
}

static void run(uint64_t limit, bool pollute)
{
	uint64_t seen = 0;

	while (!serve() && (!limit || seen < limit)) {
		irq_disable();
		if (seen == ticks && !pollute)
			irq_wait();
		irq_enable();
		if (pollute)
			pollute_cache();
		if (seen == ticks)
			continue;
		seen = ticks;
		show();
	}
	timer_stop();
	printk("apic-demo: done after %lu ticks\n", seen);
}

void inmate_main(void)
{
	if (!timer_init())
		inmate_stop(CB_CELL_FAILED);
	if (cmdline_bool("locked", true))
		comm_set_state(CB_CELL_RUNNING_LOCKED);
	printk("Calibrated APIC frequency: %lu kHz\n",
	       apic_timer_frequency() / 1000);
	count_smis = cmdline_bool("smi-count", false);
	period = timer_from_us(cmdline_int("period-us", 100000));
	apic_set_timer_handler(on_timer);
	expected = timer_now() + period;
	timer_set(expected);
	run(cmdline_int("ticks", 0), cmdline_bool("pollute-cache", false));
}
