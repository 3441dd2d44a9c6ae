/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The victim: the witness of every isolation probe. By a timer interrupt it
 * checks what an attacker might have changed, and says so each beat:
 *
 *	VICTIM beat <n> ok
 *	VICTIM CORRUPT <what>        then also: VICTIM beat <n> bad
 *
 * It owns a canary (canary-pages=N pages, 16) that it rewrites each beat with
 * a new pattern, so that its lines are dirty in the caches; a timer; and the
 * interrupts that witness.h of the architecture has. bound-us=N: a beat later
 * than that is CORRUPT too (0: not judged). period-ms=N (100). beats=N: end
 * after N. It approves every shutdown; lock=1 starts it RUNNING_LOCKED.
 */
#include "probe.h"

CMDLINE_BUFFER(512);

static uint64_t *canary;
static uint64_t canary_words, pattern;
static uint64_t period, deadline, beat;
static volatile uint64_t timer_hits, latest;
static volatile uint64_t strangers, last_stranger;
static bool corrupt;

#define CORRUPT(...)						\
	do {							\
		printk("VICTIM CORRUPT " __VA_ARGS__);		\
		printk("\n");					\
		corrupt = true;					\
	} while (0)

/* witness.h calls these two. */
static void on_timer(void)
{
	latest = timer_now() - deadline;
	timer_stop();
	timer_hits = timer_hits + 1;
}

static void on_stranger(unsigned int number)
{
	last_stranger = number;
	strangers = strangers + 1;
}

#include "witness.h"

static uint64_t word_of(uint64_t n)
{
	return (pattern + n) * 0x9e3779b97f4a7c15;
}

static void canary_fill(void)
{
	uint64_t n;

	pattern += canary_words;
	for (n = 0; n < canary_words; n++)
		canary[n] = word_of(n);
}

/* Compares, and folds all of it into one number for the transcript. */
static uint64_t canary_check(void)
{
	volatile uint64_t *words = canary;
	uint64_t n, value, bad = 0, hash = 0xcbf29ce484222325;

	for (n = 0; n < canary_words; n++) {
		value = words[n];
		bad += value != word_of(n);
		hash = (hash ^ value) * 0x100000001b3;
	}
	if (bad)
		CORRUPT("canary: %lu of %lu words changed", bad, canary_words);
	return hash;
}

static void check_beat(void)
{
	uint64_t bound = cmdline_int("bound-us", 0);
	uint64_t late = timer_to_ns(latest) / 1000, hash;

	hash = canary_check();
	witness_check();
	if (strangers)
		CORRUPT("%lu strange interrupts, last INTID %lu", strangers,
			last_stranger);
	strangers = 0;
	if (timer_hits != 1)
		CORRUPT("the timer came %lu times", timer_hits);
	timer_hits = 0;
	if (bound && late > bound)
		CORRUPT("the beat is %lu us late", late);
	printk("VICTIM beat %lu %s late %lu us hash %lx\n", beat,
	       corrupt ? "bad" : "ok", late, hash);
	corrupt = false;
}

static void setup(void)
{
	uint64_t pages = cmdline_int("canary-pages", 16);

	canary = alloc(pages * PAGE_SIZE, PAGE_SIZE);
	canary_words = pages * PAGE_SIZE / sizeof(*canary);
	if (!witness_setup())
		inmate_stop(CB_CELL_FAILED);
	printk("VICTIM canary 0x%lx size 0x%lx cpu 0x%lx\n", (uint64_t)canary,
	       pages * PAGE_SIZE, cpu_id());
}

static void wait_beat(void)
{
	while (!timer_hits) {
		irq_disable();
		if (!timer_hits)
			irq_wait();
		irq_enable();
	}
}

void inmate_main(void)
{
	uint64_t beats = cmdline_int("beats", 0);

	period = timer_from_us(cmdline_int("period-ms", 100) * 1000);
	if (cmdline_bool("lock", false))
		comm_set_state(CB_CELL_RUNNING_LOCKED);
	setup();
	canary_fill();
	witness_raise();
	while (!comm_serve() && (!beats || beat < beats)) {
		deadline = timer_now() + period;
		timer_set(deadline);
		wait_beat();
		beat++;
		check_beat();
		canary_fill();
	}
	printk("VICTIM end after %lu beats\n", beat);
}
