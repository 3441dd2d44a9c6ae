/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Runs the same in a cell and without a hypervisor, where its memory is at
 * the same address.
 *	mode=timer  how late timer interrupts are: until the handler has them,
 *		    and until they are over, in ticks
 *	mode=halt   sleeps for ever with nothing enabled
 */
#include "inmate.h"
/*
 * ARCH/ticks.h: an interrupt so many ticks from now (ticks_arm), how long ago
 * that was to be (ticks_late), its handler's part of ending it (ticks_handled),
 * and no more of them (ticks_stop). ticks_init() says whether there is one.
 */
#include "ticks.h"

INMATE_NO_COMM;

#define ROUNDS	200

static volatile uint64_t late, done;

static void on_timer(void)
{
	late = ticks_late();
	ticks_handled();
}

static void one_shot(uint64_t ticks)
{
	late = 0;
	ticks_arm(ticks);
	while (!late) {
		irq_disable();
		if (!late)
			irq_wait();
		irq_enable();
	}
	done = ticks_late();
	ticks_stop();
}

static void measure_timer(void)
{
	uint64_t round, late_min = ~0ul, done_min = ~0ul;
	uint64_t ticks = timer_from_us(cmdline_int("period-us", 1000));

	if (!ticks_init(on_timer))
		inmate_stop(CB_CELL_FAILED);
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
