/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs the same in a cell and without a hypervisor, where its memory is at
 * the same address.
 *	mode=timer  how late one-shot timer interrupts are: until the handler
 *		    has them, and until they are over, in ticks
 *	mode=halt   sleeps for ever with nothing enabled
 */
#include "inmate.h"

INMATE_NO_COMM;

#define ROUNDS	200

static uint64_t due;
static volatile uint64_t late, done;

static void on_irq(unsigned int intid)
{
	if (intid != TIMER_VIRTUAL_PPI)
		return;
	late = timer_now() - due;
	timer_stop();
}

static void one_shot(uint64_t ticks)
{
	late = 0;
	due = timer_now() + ticks;
	timer_set(due);
	while (!late) {
		irq_disable();
		if (!late)
			wfi();
		irq_enable();
		isb();
	}
	done = timer_now() - due;
}

static void measure_timer(void)
{
	uint64_t round, late_min = ~0ul, done_min = ~0ul;
	uint64_t ticks = timer_from_us(cmdline_int("period-us", 1000));

	gic_set_handler(on_irq);
	if (!gic_init())
		inmate_stop(CB_CELL_FAILED);
	gic_enable_irq(TIMER_VIRTUAL_PPI);
	for (round = 0; round < ROUNDS; round++) {
		one_shot(ticks);
		if (late < late_min)
			late_min = late;
		if (done < done_min)
			done_min = done;
	}
	printk("BENCH timer late %lu done %lu hz %lu\n", late_min, done_min,
	       timer_frequency());
}

void inmate_main(void)
{
	char mode[8];

	cmdline_str("mode", mode, sizeof(mode), "timer");
	if (!strcmp(mode, "timer"))
		measure_timer();
	printk("BENCH halted\n");
	inmate_stop(CB_CELL_SHUT_DOWN);
}
