/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The victim: the witness of every isolation probe. By a timer interrupt it
 * checks what an attacker might have changed, and says so each beat:
 *
 *	VICTIM beat <n> ok
 *	VICTIM CORRUPT <what>        then also: VICTIM beat <n> bad
 *
 * It owns a canary (canary-pages=N pages, 16) that it rewrites each beat with
 * a new pattern, so that its lines are dirty in the caches; a timer; and, with
 * spi=INTID, an interrupt that it raises itself each beat and that must come
 * exactly once, with enable, priority, trigger and route as it set them. Any
 * other interrupt is an attack. quiet-spi=INTID is enabled and must never
 * come: what a former owner left behind. bound-us=N: a beat later than that is
 * CORRUPT too (0: not judged). period-ms=N (100). beats=N: end after N.
 * It approves every shutdown; lock=1 starts it RUNNING_LOCKED.
 */
#include "irq.h"

CMDLINE_BUFFER(512);

static uint64_t *canary;
static uint64_t canary_words, pattern;
static uint64_t spi, quiet_spi, period, deadline, beat;
static volatile uint64_t timer_hits, spi_hits, quiet_hits, latest;
static volatile uint64_t strangers, last_stranger;
static bool corrupt;

#define CORRUPT(...)						\
	do {							\
		printk("VICTIM CORRUPT " __VA_ARGS__);		\
		printk("\n");					\
		corrupt = true;					\
	} while (0)

static void on_irq(unsigned int intid)
{
	uint64_t now = timer_now();

	if (intid == TIMER_VIRTUAL_PPI) {
		latest = now - deadline;
		timer_stop();
		timer_hits = timer_hits + 1;
	} else if (spi && intid == spi) {
		spi_hits = spi_hits + 1;
	} else if (quiet_spi && intid == quiet_spi) {
		quiet_hits = quiet_hits + 1;
	} else {
		last_stranger = intid;
		strangers = strangers + 1;
	}
}

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

/* What gic_enable_irq() has set, and edge-triggered. */
static void spi_setup(uint64_t intid)
{
	uint64_t icfgr = gic_distributor() + GICD_ICFGR + intid / 16 * 4;
	uint32_t value = mmio_read32(icfgr);

	mmio_write32(icfgr, value | 2u << intid % 16 * 2);
	gic_enable_irq(intid);
}

static uint64_t spi_fields[IRQ_BANKS];

static bool is_setting(const struct irq_bank *bank)
{
	switch (bank->offset) {
	case GICD_ISPENDR: case GICD_ICPENDR:
	case GICD_ISACTIVER: case GICD_ICACTIVER:
		return false;
	default:
		return irq_bank_exists(bank);
	}
}

static void spi_remember(void)
{
	unsigned int n;

	for (n = 0; spi && n < IRQ_BANKS; n++)
		if (is_setting(&irq_banks[n]))
			spi_fields[n] = irq_field(&irq_banks[n], spi);
}

static void spi_check(void)
{
	unsigned int n;
	uint64_t value;

	for (n = 0; spi && n < IRQ_BANKS; n++) {
		if (!is_setting(&irq_banks[n]))
			continue;
		value = irq_field(&irq_banks[n], spi);
		if (value != spi_fields[n])
			CORRUPT("%s of SPI %lu: 0x%lx, was 0x%lx",
				irq_banks[n].name, spi, value, spi_fields[n]);
	}
	if (spi && spi_hits != 1)
		CORRUPT("SPI %lu came %lu times", spi, spi_hits);
	spi_hits = 0;
	if (spi)
		mmio_write32(gic_distributor() + GICD_ISPENDR + spi / 32 * 4,
			     1u << spi % 32);
}

static void check_beat(void)
{
	uint64_t bound = cmdline_int("bound-us", 0);
	uint64_t late = timer_to_ns(latest) / 1000, hash;

	hash = canary_check();
	spi_check();
	if (strangers)
		CORRUPT("%lu strange interrupts, last INTID %lu", strangers,
			last_stranger);
	strangers = 0;
	if (quiet_hits)
		CORRUPT("SPI %lu came by itself %lu times", quiet_spi,
			quiet_hits);
	quiet_hits = 0;
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
	gic_set_handler(on_irq);
	if (!gic_init())
		inmate_stop(CB_CELL_FAILED);
	gic_enable_irq(TIMER_VIRTUAL_PPI);
	spi = cmdline_int("spi", 0);
	quiet_spi = cmdline_int("quiet-spi", 0);
	if (quiet_spi)
		spi_setup(quiet_spi);
	if (spi)
		spi_setup(spi);
	spi_remember();
	printk("VICTIM canary 0x%lx size 0x%lx cpu 0x%lx\n", (uint64_t)canary,
	       pages * PAGE_SIZE, cpu_mpidr());
}

static void wait_beat(void)
{
	while (!timer_hits) {
		irq_disable();
		if (!timer_hits)
			wfi();
		irq_enable();
		isb();
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
	if (spi)
		mmio_write32(gic_distributor() + GICD_ISPENDR + spi / 32 * 4,
			     1u << spi % 32);
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
