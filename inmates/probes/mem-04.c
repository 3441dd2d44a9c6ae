/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * MEM-04. A vulnerable hypervisor maps (part of) its own memory
 * (hv=BASE,SIZE) into the cell: code, page tables and the other cells'
 * descriptions can be read or replaced.
 */
#include "probe.h"

enum act { ACT_READ, ACT_WRITE, ACT_EXEC };

static void touch(enum act act, unsigned int eighths)
{
	uint64_t base, size, addr;

	if (!probe_range("hv", &base, &size))
		return;
	addr = (base + size / 8 * eighths) & -8ul;
	if (eighths == 8)
		addr = base + size - 8;
	if (act == ACT_READ)
		park_read(addr, 8);
	else if (act == ACT_WRITE)
		park_write(addr, 8);
	else
		park_exec(addr);
}

static void read_first(void)
{
	touch(ACT_READ, 0);
}

static void read_middle(void)
{
	touch(ACT_READ, 4);
}

static void read_last(void)
{
	touch(ACT_READ, 8);
}

static void write_first(void)
{
	touch(ACT_WRITE, 0);
}

static void write_middle(void)
{
	touch(ACT_WRITE, 4);
}

static void write_last(void)
{
	touch(ACT_WRITE, 8);
}

static void exec_first(void)
{
	touch(ACT_EXEC, 0);
}

static const struct probe_case cases[] = {
	{ "read-first", read_first },
	{ "read-middle", read_middle },
	{ "read-last", read_last },
	{ "write-first", write_first },
	{ "write-middle", write_middle },
	{ "write-last", write_last },
	{ "exec-first", exec_first },
};

PROBE("MEM-04", "the hypervisor's memory cannot be touched", cases);
