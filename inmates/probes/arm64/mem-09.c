/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * MEM-09. A hypervisor that ignores no-execute runs what the cell has written
 * into such a region (nx=ADDRESS): here a return instruction.
 */
#include "probe.h"

#define INSN_RET	0xd65f03c0

static void execute(void)
{
	uint64_t addr;

	if (!probe_param("nx", &addr))
		return;
	map_range(addr, 4, MAP_RAM);
	report_check(!probe_write(addr, 4, INSN_RET), "cannot be written");
	asm volatile("dc cvau, %0\n\tdsb ish\n\tic ivau, %0\n\tdsb ish\n\tisb"
		     : : "r"(addr) : "memory");
	park_exec(addr);
}

static const struct probe_case cases[] = {
	{ "execute", execute },
};

PROBE("MEM-09", "a no-execute region does not execute", cases);
