/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * MMIO-04. Instructions at the limits of length and page. A decoder that reads
 * more than it has faults in the hypervisor, loops over prefixes for ever, or
 * decodes bytes of the wrong page. Right: the value of a plain load, or parked.
 */
#include "probe.h"

#define PREFIX_DS	0x3e
#define INSN_MAX	15

static uint64_t reg;
static uint8_t *pages;		/* two in a row */

static bool prepare(void)
{
	if (!apic_init() || apic_is_x2apic()) {
		report_skip("no registers in memory");
		return false;
	}
	reg = apic_base() + APIC_VERSION * 16;
	if (!pages)
		pages = alloc(2 * PAGE_SIZE, PAGE_SIZE);
	return true;
}

/* At `at`: so many prefixes, mov (%rdi), %eax, ret. Returns the value. */
static uint32_t run_at(uint8_t *at, unsigned int prefixes)
{
	unsigned long a = 0;

	memset(at, PREFIX_DS, prefixes);
	at[prefixes] = 0x8b;
	at[prefixes + 1] = 0x07;
	at[prefixes + 2] = 0xc3;
	asm volatile("call *%1" : "+a"(a)
		     : "r"(at), "D"(reg) : "memory", "cc");
	return a;
}

static void expect(uint8_t *at, unsigned int prefixes, const char *what)
{
	uint32_t value = run_at(at, prefixes);

	report_check(value == mmio_read32(reg), "%s: 0x%x", what, value);
}

static void prefixes(void)
{
	unsigned int n;

	if (!prepare())
		return;
	report_try("up to %u bytes", INSN_MAX);
	for (n = 0; n <= INSN_MAX - 2; n++)
		expect(pages, n, "prefixes");
}

struct long_insn {
	uint8_t *at;
	unsigned int prefixes;
};

static void run_long(void *arg)
{
	struct long_insn *insn = arg;

	run_at(insn->at, insn->prefixes);
}

/* The CPU says #GP before anybody decodes. */
static void too_long(void)
{
	struct long_insn insn;

	if (!prepare())
		return;
	insn = (struct long_insn){ pages, INSN_MAX - 1 };
	report_try("%u bytes", INSN_MAX + 1);
	report_check(TRAP_VECTOR(try_call(run_long, &insn)) == TRAP_GP,
		     "no #GP");
}

static void crossing(void)
{
	unsigned int n;

	if (!prepare())
		return;
	report_try("over the end of a page");
	for (n = 1; n < INSN_MAX; n++)
		expect(pages + PAGE_SIZE - n, INSN_MAX - 2, "crossing");
}

/* The last bytes before a page that is not there, and the decoder's 15. */
static void at_the_end(void)
{
	if (!prepare())
		return;
	report_try("at the end of a page, the next one missing");
	unmap_range((uint64_t)pages + PAGE_SIZE, PAGE_SIZE);
	expect(pages + PAGE_SIZE - 3, 0, "end of page");
	expect(pages + PAGE_SIZE - 16, INSN_MAX - 2, "end of page");
	map_range((uint64_t)pages + PAGE_SIZE, PAGE_SIZE, MAP_RAM);
}

/* The same at the end of what the cell has: behind it is somebody else's. */
static void at_ram_end(void)
{
	uint8_t *end = (uint8_t *)cmdline_int("end", ram_end());

	if (!prepare())
		return;
	report_try("at the end of the cell's memory");
	expect(end - 3, 0, "end of memory");
	expect(end - 16, INSN_MAX - 2, "end of memory");
}

static const struct probe_case cases[] = {
	{ "prefixes", prefixes },
	{ "too-long", too_long },
	{ "crossing", crossing },
	{ "at-the-end", at_the_end },
	{ "at-ram-end", at_ram_end },
};

PROBE("MMIO-04", "instructions at the limits of length and page", cases);
