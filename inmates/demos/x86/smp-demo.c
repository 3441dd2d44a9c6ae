/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All CPUs of the cell: they are found, each is started again with work of
 * its own, and then answers IPIs of the first one.
 *	rounds=N    3: IPIs for each CPU
 */
#include "inmate.h"

#define VECTOR		0x40
#define ANSWER_US	2000000	/* on an emulator, much may lie between */

static volatile unsigned int answers[SMP_MAX_CPUS];
static volatile bool ready[SMP_MAX_CPUS];

static unsigned int this_index(void)
{
	unsigned int n;

	for (n = 0; n < smp_num_cpus - 1; n++)
		if (smp_cpu_ids[n] == apic_id())
			break;
	return n;
}

static void on_irq(unsigned int vector)
{
	unsigned int self = this_index();

	if (vector == VECTOR)
		answers[self] = answers[self] + 1;
}

static void other_cpu(void *arg)
{
	unsigned int n = (uintptr_t)arg;

	printk("CPU %u: APIC id %u, hello\n", n, apic_id());
	irq_disable();
	ready[n] = true;
	for (;;)
		irq_wait();
}

static bool wait_for_answer(unsigned int n, unsigned int count)
{
	uint64_t end = timer_now() + timer_from_us(ANSWER_US);

	while (answers[n] != count && timer_now() < end)
		cpu_relax();
	return answers[n] == count;
}

static void ring(unsigned int n, uint64_t rounds)
{
	uint64_t start, took = 0, round;

	while (!ready[n])
		cpu_relax();
	for (round = 1; round <= rounds; round++) {
		start = timer_now();
		apic_send(smp_cpu_ids[n], APIC_ICR_FIXED | VECTOR);
		if (!wait_for_answer(n, round)) {
			printk("CPU %u: no answer to IPI %lu\n", n, round);
			return;
		}
		took += timer_now() - start;
	}
	printk("CPU %u: %lu IPIs answered, %lu ns each\n", n, rounds,
	       rounds ? timer_to_ns(took) / rounds : 0);
}

void inmate_main(void)
{
	uint64_t rounds = cmdline_int("rounds", 3);
	unsigned int n;

	if (!timer_init())
		inmate_stop(CB_CELL_FAILED);
	if (!smp_wait_for_all_cpus())
		printk("smp-demo: not all CPUs came\n");
	printk("smp-demo: %u CPUs, this one's APIC id is %u\n", smp_num_cpus,
	       apic_id());
	apic_set_handler(on_irq);
	for (n = 1; n < smp_num_cpus; n++) {
		if (smp_start_cpu(smp_cpu_ids[n], other_cpu,
				  (void *)(uintptr_t)n))
			ring(n, rounds);
		else
			printk("CPU %u: did not start\n", n);
	}
	printk("smp-demo: done\n");
	while (!comm_serve())
		timer_sleep_until(timer_now() + timer_from_us(20000));
}
