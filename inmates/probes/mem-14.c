/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * MEM-14. All CPUs of the cell write to one page for ever while the root cell
 * destroys the cell. With a stale translation on any CPU (no, or an early,
 * TLB invalidation) the page still changes when root owns it again. The page
 * is addr=, else one behind the image; root watches it after the destroy.
 */
#include "probe.h"

#define CPUS_MAX	16

static volatile uint64_t *page;

static void __attribute__((noreturn)) hammer(void *arg)
{
	volatile uint64_t *word = page + (uint64_t)arg;
	uint64_t n;

	for (n = 0;; n++)
		*word = n;
}

static void run(void)
{
	uint64_t cpus[CPUS_MAX], n;
	unsigned int count = cpus_find(cpus, CPUS_MAX);
	uint64_t addr = cmdline_int("addr", 0);

	if (!addr)
		addr = (uint64_t)alloc(PAGE_SIZE, PAGE_SIZE);
	map_range(addr, PAGE_SIZE, MAP_RAM);
	page = (volatile uint64_t *)addr;
	for (n = 1; n < count; n++)
		report_check(cpu_start(cpus[n], hammer, (void *)n),
			     "CPU 0x%lx does not start", cpus[n]);
	report_try("write 0x%lx from %u CPUs until destroyed", addr, count);
	for (n = 0;; n++) {
		page[0] = n;
		if (!(n & 0xfff))
			comm_serve();
	}
}

static const struct probe_case cases[] = {
	{ "hammer", run },
};

PROBE("MEM-14", "unmapped is unmapped on every CPU", cases);
