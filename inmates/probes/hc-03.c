/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * HC-03. Addresses as arguments: not mapped, device registers, the
 * hypervisor's memory (hv=BASE,SIZE), the victim's (victim=BASE,SIZE), across
 * a page, wrapping. A vulnerable hypervisor reads through the pointer before
 * it knows the caller, and faults or leaves a mapping. From a cell all of them
 * are -EPERM; afterwards the memory must still be out of reach (MEM-01, -04).
 */
#include "probe.h"

static void try_pointer(uint64_t addr)
{
	static const uint64_t sizes[] = { 0, 1, 40, 4096, 65536, ~0ul };
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(sizes); n++)
		report_check(hypercall(CB_HC_CELL_CREATE, addr, sizes[n]) ==
			     -CB_EPERM, "create from 0x%lx, size 0x%lx", addr,
			     sizes[n]);
	report_check(hypercall(CB_HC_CELL_LOAD_ADDRESS, 1, addr) == -CB_EPERM,
		     "load address 0x%lx", addr);
	report_check(hypercall(CB_HC_CELL_LOAD_ROOM, 1, addr) == -CB_EPERM,
		     "load room 0x%lx", addr);
}

static void fixed(void)
{
	static const uint64_t addrs[] = {
		0, 1, 0xffc, 0xfff, 0x08000000, 0x09000000, COMM_BASE,
		COMM_BASE + 0xff8, 1ul << 40, 1ul << 47, (1ul << 52) - 8,
		~0ul, ~7ul, ~0xffful,
	};
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(addrs); n++)
		try_pointer(addrs[n]);
	try_pointer(ram_end() - 4);
	try_pointer(ram_end());
}

static void foreign(const char *name)
{
	uint64_t base, size;

	if (!probe_range(name, &base, &size))
		return;
	try_pointer(base);
	try_pointer(base + size / 2 + 1);
	try_pointer(base + size - 4);
}

static void hv(void)
{
	foreign("hv");
}

static void victim(void)
{
	foreign("victim");
}

static const struct probe_case cases[] = {
	{ "fixed", fixed },
	{ "hv", hv },
	{ "victim", victim },
};

PROBE("HC-03", "pointers of a cell are not followed", cases);
