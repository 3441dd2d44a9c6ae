/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * IRQ-10. More interrupts pending at once than there are list registers: 15
 * SGIs, two timers and the cell's own SPIs (own=INTID,… may be empty). A
 * vulnerable hypervisor loses one for ever, or writes past its queue. Each
 * must arrive, in each of rounds=N rounds (50).
 */
#include "irq.h"

static volatile unsigned int received[1020];
static uint64_t own[IRQ_LIST_MAX];
static unsigned int own_count;

static void on_irq(unsigned int intid)
{
	if (intid == TIMER_VIRTUAL_PPI)
		timer_stop();
	if (intid == TIMER_PHYSICAL_PPI)
		timer_physical_stop();
	if (intid < ARRAY_SIZE(received))
		received[intid]++;
}

static void make_pending(void)
{
	unsigned int n;

	for (n = 0; n <= GIC_SGI_MAX; n++)
		gic_send_sgi(n, cpu_mpidr());
	timer_set(timer_now());
	timer_physical_set(0);
	for (n = 0; n < own_count; n++)
		mmio_write32(gic_distributor() + GICD_ISPENDR +
			     own[n] / 32 * 4, 1u << own[n] % 32);
}

static void check_round(unsigned int round)
{
	unsigned int n;

	for (n = 0; n <= GIC_SGI_MAX; n++)
		report_check(received[n], "round %u: SGI %u lost", round, n);
	report_check(received[TIMER_VIRTUAL_PPI] &&
		     received[TIMER_PHYSICAL_PPI], "round %u: a timer is lost",
		     round);
	for (n = 0; n < own_count; n++)
		report_check(received[own[n]], "round %u: SPI %lu lost", round,
			     own[n]);
}

static void overflow(void)
{
	unsigned int round, n, rounds = cmdline_int("rounds", 50);

	if (!probe_gic())
		return;
	own_count = cmdline_list("own", own, IRQ_LIST_MAX);
	gic_set_handler(on_irq);
	for (n = 0; n <= GIC_SGI_MAX; n++)
		gic_enable_irq(n);
	gic_enable_irq(TIMER_VIRTUAL_PPI);
	gic_enable_irq(TIMER_PHYSICAL_PPI);
	for (n = 0; n < own_count; n++)
		gic_enable_irq(own[n]);
	for (round = 0; round < rounds; round++) {
		irq_disable();
		memset((void *)received, 0, sizeof(received));
		make_pending();
		delay_us(1000);
		irq_enable();
		delay_us(3000);
		check_round(round);
	}
	irq_disable();
}

static const struct probe_case cases[] = {
	{ "overflow", overflow },
};

PROBE("IRQ-10", "many interrupts at once all arrive", cases);
