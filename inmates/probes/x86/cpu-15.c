/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CPU-15. States that a CPU does not have. A hypervisor that hands them to the
 * hardware at the next entry finds it refused, and must park this CPU, not
 * stop; most of them raise an exception here already.
 */
#include "gdt.h"
#include "insn.h"

#define NON_CANONICAL	0x8000000000000000ul

static void try_jump(void *arg)
{
	((void (*)(void))arg)();
}

static void rip(void)
{
	report_check(try_call(try_jump, (void *)NON_CANONICAL),
		     "a non-canonical address executes");
}

/* RIP, CS and SS by IRET; the frame is refused or its target. */
static void try_iret(void *arg)
{
	const uint64_t *frame = arg;

	asm volatile("mov %%rsp, %%rax\n\tpushq %0\n\tpushq %%rax\n\t"
		     "pushq $2\n\tpushq %1\n\tpushq %2\n\tiretq"
		     : : "r"(frame[2]), "r"(frame[1]), "r"(frame[0])
		     : "rax", "memory");
}

static void iret(void)
{
	static uint64_t frames[][3] = {
		{ NON_CANONICAL, SEL_CODE64, SEL_DATA },
		{ 0, 0, SEL_DATA },
		{ 0, 0xfff8, SEL_DATA },
		{ 0, SEL_DATA, SEL_DATA },
		{ 0, SEL_CODE64, 0xfff8 },
	};
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(frames); n++)
		report_check(try_call(try_iret, frames[n]),
			     "frame %u is accepted", n);
}

static void bases(void)
{
	report_check(try_msr_write(0xc0000100, NON_CANONICAL), "FS base");
	report_check(try_msr_write(0xc0000101, NON_CANONICAL), "GS base");
	report_check(try_msr_write(0xc0000102, NON_CANONICAL),
		     "kernel GS base");
	report_check(try_msr_write(0xc0000082, NON_CANONICAL), "LSTAR");
}

static void debug_registers(void)
{
	report_check(try_insn("mov %1, %%dr7", 1ul << 32), "DR7 bit 32");
	report_check(try_insn("mov %1, %%dr6", 1ul << 32), "DR6 bit 32");
}

static void page_tables(uint64_t cr3, const char *what)
{
	report_try("page tables: %s", what);
	cr3_write(cr3);
	probe_survived(0);
}

static void cr3_nowhere(void)
{
	page_tables(cmdline_int("addr", ram_end()), "not the cell's");
}

static void cr3_wide(void)
{
	uint64_t value = cr3_read() | 1ul << 51;

	report_try("page tables at 0x%lx", value);
	report_check(try_insn("mov %1, %%cr3", value), "accepted");
}

/* The address of the tables' own page as a table: garbage, but own. */
static void cr3_garbage(void)
{
	page_tables((uint64_t)inmate_base, "code as tables");
}

static void task_register(void)
{
	report_check(try_insn("ltr %w1", SEL_DATA), "LTR of data");
	report_check(try_insn("ltr %w1", 0xfff8), "LTR behind the table");
	report_check(try_insn("lldt %w1", SEL_DATA), "LLDT of data");
}

/* Real mode again, with what long mode leaves behind: no such way. */
static void leave_long_mode(void)
{
	report_check(try_insn("mov %1, %%cr0", cr0_read() & 0x7fffffff),
		     "paging off in 64-bit mode");
	report_check(try_insn("mov %1, %%cr4", cr4_read() & ~0x20ul),
		     "PAE off in 64-bit mode");
}

static const struct probe_case cases[] = {
	{ "rip", rip },
	{ "iret", iret },
	{ "bases", bases },
	{ "debug-registers", debug_registers },
	{ "task-register", task_register },
	{ "leave-long-mode", leave_long_mode },
	{ "cr3-wide", cr3_wide },
	{ "cr3-nowhere", cr3_nowhere },
	{ "cr3-garbage", cr3_garbage },
};

PROBE("CPU-15", "states that no CPU has", cases);
