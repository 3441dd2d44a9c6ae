/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * PIO-03. PCI configuration by an address port and a data port. A hypervisor
 * that forwards the one and moderates the other, or that keeps one address for
 * all, lets a cell read or write functions of others: through the address that
 * somebody else left there. A cell without PCI devices finds an empty bus: all
 * ones, whatever it or another of its CPUs does; what it writes goes nowhere.
 * The root cell checks its own devices meanwhile. rounds=N (20000)
 */
#include "insn.h"

#define PCI_ADDRESS	0xcf8
#define PCI_DATA	0xcfc
#define PCI_ENABLE	0x80000000u

static void scan(void)
{
	unsigned int function, offset;
	uint32_t value;

	report_try("configuration of bus 0");
	for (function = 0; function < 256; function++) {
		for (offset = 0; offset < 64; offset += 4) {
			pio_write32(PCI_ADDRESS, PCI_ENABLE | function << 8 |
				    offset);
			value = pio_read32(PCI_DATA);
			report_check(value == ~0u, "%02x.%u at 0x%x: 0x%x",
				     function >> 3, function & 7, offset,
				     value);
		}
	}
}

/* What the address port holds when the cell has written none. */
static void inherited(void)
{
	unsigned int n;

	report_try("data of an address that is not ours");
	for (n = 0; n < 1000; n++)
		report_check(pio_read32(PCI_DATA) == ~0u, "data can be read");
	pio_write32(PCI_DATA, 0);
}

static void odd(void)
{
	unsigned int n;

	report_try("bytes and words of both ports");
	pio_write32(PCI_ADDRESS, PCI_ENABLE);
	for (n = 0; n < 4; n++)
		report_check(pio_read8(PCI_DATA + n) == 0xff, "byte %u", n);
	for (n = 0; n < 3; n++)
		report_check(pio_read16(PCI_DATA + n) == 0xffff, "word %u", n);
	pio_write8(PCI_ADDRESS, 0x40);
	pio_write16(PCI_ADDRESS, 0x40);
	report_check(pio_read32(PCI_DATA) == ~0u, "data can be read");
}

static volatile bool stop;

static void write_addresses(void *arg)
{
	uint32_t n;

	(void)arg;
	for (n = 0; !stop; n++)
		pio_write32(PCI_ADDRESS, PCI_ENABLE | (n & 0xff) << 8);
}

static void race(void)
{
	uint64_t cpus[2], n, rounds = cmdline_int("rounds", 20000);

	if (cpus_find(cpus, 2) < 2 ||
	    !cpu_start(cpus[1], write_addresses, NULL)) {
		report_skip("needs two CPUs");
		return;
	}
	report_try("%lu reads while another CPU writes addresses", rounds);
	for (n = 0; n < rounds; n++)
		report_check(pio_read32(PCI_DATA) == ~0u, "data can be read");
	stop = true;
}

static void write(void)
{
	unsigned int function;

	report_try("the command registers of bus 0");
	for (function = 0; function < 256; function++) {
		pio_write32(PCI_ADDRESS, PCI_ENABLE | function << 8 | 4);
		pio_write16(PCI_DATA, 0);
	}
	report_note("written");
}

static const struct probe_case cases[] = {
	{ "inherited", inherited },
	{ "scan", scan },
	{ "odd", odd },
	{ "write", write },
	{ "race", race },
};

PROBE("PIO-03", "PCI configuration of others by ports", cases);
