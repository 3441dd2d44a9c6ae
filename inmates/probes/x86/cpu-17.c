/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CPU-17. A machine check while the cell runs: the test raises it. A
 * hypervisor that does not expect it stops, and with it all cells. The cell
 * has machine checks enabled (mce=off: not), and says whether it saw one
 * within ms=N (5000).
 */
#include "insn.h"

#define CR4_MCE		(1ul << 6)
#define TRAP_MC		18

static void wait_here(void *arg)
{
	(void)arg;
	delay_us(cmdline_int("ms", 5000) * 1000);
}

static void wait(void)
{
	uint64_t code;

	timer_frequency();
	if (cmdline_bool("mce", true))
		cr4_write(cr4_read() | CR4_MCE);
	report_try("wait for a machine check");
	code = try_call(wait_here, NULL);
	report_note("exception 0x%lx", code);
	report_check(!code || TRAP_VECTOR(code) == TRAP_MC,
		     "an exception of another kind: 0x%lx", code);
}

/* The banks are not the cell's. */
static void banks(void)
{
	uint64_t value;

	report_try("read the status of bank 0");
	report_check(try_msr_read(0x401, &value), "it can be read");
}

static const struct probe_case cases[] = {
	{ "wait", wait },
	{ "banks", banks },
};

PROBE("CPU-17", "a machine check stops nobody else", cases);
