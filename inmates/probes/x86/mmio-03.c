/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * MMIO-03. Another CPU changes the instruction between the fault and the
 * hypervisor's look at it. One that trusts what it decodes carries out an
 * access that the CPU never made: in the other direction, at another address,
 * or longer than the old one. Right: judged by the address that faulted, or
 * parked; no hang. The read of the version of the local APIC turns into
 *	case=direction  a write there
 *	case=address    a read through a pointer to foreign=ADDRESS
 *	case=length     a longer instruction
 * Of rounds=N (20000) all must end. Needs two CPUs.
 */
#include "probe.h"

/* Wherever a CPU goes on that took the other length: it returns. */
#define RETS	0xc3, 0xc3, 0xc3, 0xc3, 0xc3, 0xc3

static volatile uint8_t *code;
static volatile bool stop;
static uint8_t forms[2][8];

static void swap_forever(void *arg)
{
	volatile uint64_t *at = (volatile uint64_t *)code;
	uint64_t first, second;

	(void)arg;
	memcpy(&first, forms[0], 8);
	memcpy(&second, forms[1], 8);
	while (!stop) {
		*at = first;
		*at = second;
	}
	*at = first;
}

/* What is half of one form and half of the other may be an exception. */
static void once(void *foreign)
{
	uint64_t a = 0, from = *(uint64_t *)foreign;
	uint64_t to = apic_base() + APIC_VERSION * 16;

	asm volatile("call *%3"
		     : "+a"(a), "+S"(from), "+D"(to)
		     : "r"(code)
		     : "rbx", "rcx", "rdx", "memory", "cc");
}

static void run(const char *what, const uint8_t *second, uint64_t foreign)
{
	/* mov (%rdi), %eax; ret */
	static const uint8_t first[8] = { 0x8b, 0x07, RETS };
	uint64_t cpus[2], n, rounds = cmdline_int("rounds", 20000);
	uint64_t exceptions = 0;

	if (!apic_init() || apic_is_x2apic() || cpus_find(cpus, 2) < 2) {
		report_skip("needs an xAPIC and two CPUs");
		return;
	}
	code = alloc(PAGE_SIZE, PAGE_SIZE);
	memset((void *)code, 0xc3, PAGE_SIZE);
	memcpy(forms[0], first, 8);
	memcpy(forms[1], second, 8);
	memcpy((void *)code, first, 8);
	report_try("%s, %lu rounds", what, rounds);
	if (!cpu_start(cpus[1], swap_forever, NULL))
		report_error("the second CPU does not start");
	for (n = 0; n < rounds; n++)
		exceptions += !!try_call(once, &foreign);
	stop = true;
	report_note("%lu rounds, %lu exceptions", rounds, exceptions);
	report_check(n == rounds, "not all rounds ended");
}

static void direction(void)
{
	/* mov %eax, (%rdi); ret */
	static const uint8_t other[8] = { 0x89, 0x07, RETS };

	run("read or write", other, 0);
}

static void address(void)
{
	/* mov (%rsi), %eax; ret */
	static const uint8_t other[8] = { 0x8b, 0x06, RETS };
	uint64_t foreign = cmdline_int("foreign", 0);

	/* Own memory, unless somebody else's is given: that may park. */
	if (foreign)
		map_range(foreign, 8, MAP_RAM);
	else
		foreign = (uint64_t)alloc(8, 8);
	run("one address or another", other, foreign);
}

static void length(void)
{
	/* nop; nop; mov (%rdi), %eax with prefixes; ret */
	static const uint8_t other[8] = {
		0x3e, 0x3e, 0x3e, 0x8b, 0x47, 0x00, 0xc3, 0xc3
	};

	run("short or long", other, 0);
}

static const struct probe_case cases[] = {
	{ "direction", direction },
	{ "address", address },
	{ "length", length },
};

PROBE("MMIO-03", "an instruction that changes under the decoder", cases);
