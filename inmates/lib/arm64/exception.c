/* SPDX-License-Identifier: BSD-2-Clause */
#include "inmate.h"
#include "frame.h"

_Static_assert(sizeof(struct exception_frame) == FRAME_SIZE,
	       "frame.h disagrees with struct exception_frame");
_Static_assert(sizeof(struct boot_state) == 312,
	       "entry.S disagrees with struct boot_state");

struct ex_entry {
	uint64_t insn, fixup;
};

enum { KIND_SYNC, KIND_IRQ, KIND_FIQ, KIND_SERROR };

extern const struct ex_entry ex_table_start[], ex_table_end[];
extern struct percpu boot_percpu;
struct percpu boot_percpu;

void exception_handle(unsigned int vector, struct exception_frame *frame);
void __attribute__((noreturn)) try_unwind(uint64_t result, uint64_t sp);

static bool fix_up(struct exception_frame *frame)
{
	const struct ex_entry *entry;

	for (entry = ex_table_start; entry < ex_table_end; entry++) {
		if (entry->insn != frame->pc)
			continue;
		frame->pc = entry->fixup;
		frame->x[0] = frame->esr;
		return true;
	}
	return false;
}

static void __attribute__((noreturn))
die(unsigned int vector, const struct exception_frame *frame)
{
	static const char *const kinds[] = { "sync", "irq", "fiq", "serror" };
	unsigned int n;

	printk("EXCEPTION %s vector %u esr 0x%lx far 0x%lx pc 0x%lx\n",
	       kinds[vector & 3], vector, frame->esr, frame->far, frame->pc);
	for (n = 0; n < 31; n++)
		printk(" x%-2u %016lx%s", n, frame->x[n],
		       n % 3 == 2 || n == 30 ? "\n" : "");
	inmate_stop(CB_CELL_FAILED);
}

void exception_handle(unsigned int vector, struct exception_frame *frame)
{
	struct percpu *cpu = this_cpu();
	unsigned int kind = vector & 3;

	if (kind == KIND_IRQ) {
		gic_handle_irq();
		return;
	}
	if (kind == KIND_FIQ)
		die(vector, frame);
	cpu->far = frame->far;
	if (kind == KIND_SYNC && fix_up(frame))
		return;
	if (!cpu->recover)
		die(vector, frame);
	/* An SError may say nothing: the value must not be 0. */
	if (kind == KIND_SERROR)
		frame->esr |= (uint64_t)EC_SERROR << 26;
	try_unwind(frame->esr ? frame->esr : 1, cpu->recover);
}
