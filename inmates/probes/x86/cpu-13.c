/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CPU-13. Exceptions whose delivery causes exceptions: on some CPUs the
 * microcode loops, and nothing but an intercept of that exception gets the CPU
 * back (CVE-2015-5307, CVE-2015-8104). Where there is no loop, the triple
 * fault at its end must park this CPU alone. The root cell must destroy the
 * cell within a second.
 */
#include "gdt.h"
#include "probe.h"

struct __attribute__((packed)) table {
	uint16_t limit;
	uint64_t base;
};

struct gate {
	uint16_t offset_low, selector, flags, offset_mid;
	uint32_t offset_high, unused;
};

static struct gate gates[32] __attribute__((aligned(16)));

static void gate_set(unsigned int vector, uint64_t address, unsigned int dpl)
{
	gates[vector] = (struct gate){
		.offset_low = address,
		.selector = SEL_CODE64,
		.flags = 0x8e00 | dpl << 13,
		.offset_mid = address >> 16,
		.offset_high = address >> 32,
	};
}

static void gates_load(uint16_t limit)
{
	struct table table = { limit, (uint64_t)gates };

	asm volatile("lidt %0" : : "m"(table) : "memory");
}

static void leave(const char *what)
{
	report_try("%s", what);
	if (!cmdline_bool("vote", false))
		comm_set_state(CB_CELL_SHUT_DOWN);
}

/* A breakpoint on the very stack that #DB's frame goes to. */
static void db_on_stack(void)
{
	static char stack[4096] __attribute__((aligned(4096)));
	uint64_t top = (uint64_t)stack + sizeof(stack);

	/* The handler returns at once, as far as it comes. */
	((volatile uint8_t *)stack)[0] = 0x48;		/* iretq */
	((volatile uint8_t *)stack)[1] = 0xcf;
	gate_set(TRAP_DB, (uint64_t)stack, 0);
	gates_load(sizeof(gates) - 1);
	leave("#DB whose frame is watched");
	asm volatile("mov %0, %%rsp\n\t"
		     "mov %1, %%dr0\n\t"
		     "mov %2, %%dr7\n\t"
		     "1: push $0\n\t"
		     "add $8, %%rsp\n\t"
		     "jmp 1b"
		     : : "r"(top), "r"(top - 40), "r"(0xd0403ul) : "memory");
}

/*
 * At privilege level 3 with alignment checks, #AC delivered to a gate whose
 * stack is not aligned; 64-bit mode aligns it, so there it is one #AC after
 * the other.
 */
static void ac_forever(void *arg)
{
	volatile uint64_t *word = (volatile uint64_t *)((char *)arg + 1);

	asm volatile("pushfq\n\torq $0x40000, (%%rsp)\n\tpopfq" : : : "memory");
	*word = 1;
}

static uint64_t words[4];

static void ac(void)
{
	cr0_write(cr0_read() | 1ul << 18);	/* AM */
	leave("#AC without an end");
	for (;;)
		try_call_user(ac_forever, words);
}

/* Each #UD's handler begins with the next one, on a stack that stays. */
static void ud_forever(void)
{
	static uint8_t code[16];

	code[0] = 0x48;				/* mov %rbx, %rsp */
	code[1] = 0x89;
	code[2] = 0xdc;
	code[3] = 0x0f;				/* ud2 */
	code[4] = 0x0b;
	gate_set(TRAP_UD, (uint64_t)code, 0);
	gates_load(sizeof(gates) - 1);
	leave("#UD in its own handler");
	asm volatile("mov %%rsp, %%rbx\n\tud2" : : : "rbx", "memory");
}

static void no_table(void)
{
	gates_load(0);
	leave("triple fault: no table");
	asm volatile("ud2");
}

/* The handlers' addresses are not mapped: #PF, double fault, shutdown. */
static void no_handlers(void)
{
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(gates); n++)
		gate_set(n, 0x7d0000000000, 0);
	gates_load(sizeof(gates) - 1);
	leave("triple fault: no handlers");
	asm volatile("ud2");
}

/* The table itself is where nothing is, or where somebody else is. */
static void table_foreign(void)
{
	struct table table = { 0xfff, cmdline_int("addr", ram_end()) };

	map_range(table.base, PAGE_SIZE, MAP_RAM);
	report_try("table of interrupts at 0x%lx", table.base);
	asm volatile("lidt %0\n\tud2" : : "m"(table) : "memory");
}

static const struct probe_case cases[] = {
	{ "db", db_on_stack },
	{ "ac", ac },
	{ "ud", ud_forever },
	{ "no-table", no_table },
	{ "no-handlers", no_handlers },
	{ "table-foreign", table_foreign },
};

PROBE("CPU-13", "exceptions without end", cases);
