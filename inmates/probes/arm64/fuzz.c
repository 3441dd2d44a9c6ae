/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * FUZZ: an interpreter of byte code whose operations are all that a cell can
 * do to its hypervisor (the idea of Hyper-Cube). The program is in memory at
 * code=BASE,SIZE, or made from seed=N with length=N bytes (4096), and runs
 * rounds=N times (1). from=N and to=N take a part of it, so that a run that
 * does harm can be halved until the harmful operation is left. An operation
 * that may park is left out unless park=1. The victim is the judge.
 *
 * An operation is 8 bytes: number, width or register, and six of operand.
 */
#include "irq.h"
#include "smc.h"
#include "sysreg.h"

struct op {
	uint8_t number, width;
	uint16_t small;
	uint32_t operand;
} __attribute__((packed));

#define ICC_SGI1R_EL1	S3_0_C12_C11_5

static uint64_t spread(uint32_t operand)
{
	return (uint64_t)operand * 0x100000001 ^ (uint64_t)operand << 7;
}

static unsigned int width_of(const struct op *op)
{
	return 1u << (op->width & 3);
}

static bool park;

/*
 * A register of the distributor, or of the own redistributor, with a width
 * that it has; with park=1, any.
 */
static uint64_t gic_address(const struct op *op, unsigned int *width)
{
	bool redistributor = op->width & 4 && gic_version() > 2;
	uint64_t at = redistributor ? op->small << 1 :
		      op->small & (gic_version() == 2 ? 0xfff : 0xffff);

	*width = width_of(op);
	if (!park && (redistributor || at >= GICD_IROUTER || *width > 4))
		*width = 4;
	at &= -(uint64_t)*width;
	if (redistributor)
		return gic_redistributor(cpu_mpidr()) + at;
	return gic_distributor() + at;
}

static void op_gic_read(const struct op *op)
{
	unsigned int width;
	uint64_t addr = gic_address(op, &width);

	probe_read(addr, width);
}

static void op_gic_write(const struct op *op)
{
	unsigned int width;
	uint64_t addr = gic_address(op, &width);

	probe_write(addr, width, spread(op->operand));
}

static void op_hypercall(const struct op *op)
{
	/* Not the console: its flood would drown the witness. */
	if (op->width % 16 != CB_HC_DEBUG_CONSOLE_PUTC)
		hypercall(op->width % 16, op->operand, spread(op->small));
}

static void op_hypercall_wild(const struct op *op)
{
	hypercall(spread(op->operand) | CB_HC_COUNT << 1, op->small, ~0ul);
}

/* Neither off nor on: the program should come to its end. */
static void op_psci(const struct op *op)
{
	uint32_t number = op->width & 0x1f;

	if (number == 2 || number == 1 || number == 3)
		number = 4;
	smccc_hvc((op->width & 0x20 ? 0xc4000000 : 0x84000000) | number,
		  op->operand, op->small, 0);
}

static void op_firmware(const struct op *op)
{
	uint32_t owner = op->width & 0x3f;
	int64_t result;

	if (owner != 4)
		probe_smc(1u << 31 | owner << 24 | op->small, &result);
}

static void op_sgi(const struct op *op)
{
	if (gic_version() > 2)
		sysreg_write(ICC_SGI1R_EL1, spread(op->operand));
	else
		mmio_write32(gic_distributor() + GICD_SGIR, op->operand);
}

static void op_sysreg_read(const struct op *op)
{
	uint64_t value = 0;

	sysreg_try_read(op->small & (SYSREG_COUNT - 1), &value);
}

static void op_comm(const struct op *op)
{
	volatile uint8_t *page = (volatile uint8_t *)comm_page();
	unsigned int at = op->small & 0xfff;

	/* cell_state and the messages stay: the cell must be stoppable. */
	if (page && (at < 8 || at >= 20))
		page[at] = op->operand;
}

static void op_timer(const struct op *op)
{
	timer_set(timer_now() + op->small);
	timer_physical_set(op->operand);
	delay_us(op->width);
	timer_stop();
	timer_physical_stop();
}

/* These should park. */
static void op_memory(const struct op *op)
{
	uint64_t addr = (uint64_t)op->operand << (op->width >> 4) & ~7ul;

	if (addr - (uint64_t)inmate_base < ram_end() - (uint64_t)inmate_base)
		return;
	map_range(addr, 8, MAP_RAM);
	if (op->width & 4)
		probe_write(addr, width_of(op), op->small);
	else
		probe_read(addr, width_of(op));
	unmap_range(addr, 8);
}

static const struct {
	const char *name;
	void (*run)(const struct op *op);
	bool parks;
} ops[] = {
	{ "gic-read", op_gic_read, false },
	{ "gic-write", op_gic_write, false },
	{ "hypercall", op_hypercall, false },
	{ "hypercall-wild", op_hypercall_wild, false },
	{ "psci", op_psci, false },
	{ "firmware", op_firmware, false },
	{ "sgi", op_sgi, false },
	{ "sysreg-read", op_sysreg_read, false },
	{ "comm", op_comm, false },
	{ "timer", op_timer, false },
	{ "memory", op_memory, true },
};

static unsigned int ran;

static void run_op(const struct op *op, uint64_t at, bool trace)
{
	unsigned int number = op->number % ARRAY_SIZE(ops);

	if (ops[number].parks && !park)
		return;
	if (trace)
		report_note("at %lu %s %u 0x%x 0x%x", at, ops[number].name,
			    op->width, op->small, op->operand);
	ops[number].run(op);
	ran++;
}

static const struct op *program(uint64_t *size)
{
	uint64_t list[2], n, *words;

	if (cmdline_list("code", list, 2) == 2) {
		map_range(list[0], list[1], MAP_RAM | MAP_NOEXEC);
		*size = list[1];
		return (const struct op *)list[0];
	}
	*size = cmdline_int("length", 4096);
	words = alloc(*size, 8);
	for (n = 0; n < *size / 8; n++)
		words[n] = probe_random();
	return (const struct op *)words;
}

static void on_irq(unsigned int intid)
{
	if (intid == TIMER_VIRTUAL_PPI)
		timer_stop();
	else if (intid == TIMER_PHYSICAL_PPI)
		timer_physical_stop();
	else
		gic_disable_irq(intid);
}

static void interpret(void)
{
	uint64_t n, size, round, rounds = cmdline_int("rounds", 1);
	const struct op *code = program(&size);
	uint64_t to = cmdline_int("to", size / 8);
	bool trace = cmdline_bool("trace", false);

	if (!probe_gic())
		return;
	park = cmdline_bool("park", false);
	if (to > size / 8)
		to = size / 8;
	gic_set_handler(on_irq);
	report_try("%lu operations, %lu rounds", to, rounds);
	for (round = 0; round < rounds; round++) {
		if (comm_serve())
			break;
		for (n = cmdline_int("from", 0); n < to; n++)
			run_op(&code[n], n, trace);
	}
	report_note("%u operations done", ran);
}

static const struct probe_case cases[] = {
	{ "interpret", interpret },
};

PROBE("FUZZ", "byte code of everything a cell can do", cases);
