/* SPDX-License-Identifier: BSD-2-Clause */
#include "gdt.h"
#include "inmate.h"

#define GATE_INTERRUPT	0x8e00		/* present, interrupts masked */
#define VECTOR_SIZE	16		/* entry.S */

struct ex_entry {
	uintptr_t insn, fixup;
};

/* 8 bytes in a 32-bit table, 16 in a 64-bit one. */
struct gate {
	uint16_t offset_low, selector, flags, offset_mid;
	uint32_t offset_high[GATE_WORDS];
};

struct __attribute__((packed)) table_pointer {
	uint16_t limit;
	uintptr_t base;
};

extern const struct ex_entry ex_table_start[], ex_table_end[];
extern const char vectors[];

static struct gate idt[256] __attribute__((aligned(16)));

void exception_handle(struct exception_frame *frame);
void __attribute__((noreturn)) try_unwind(uint64_t result, uintptr_t sp);

static bool fix_up(struct exception_frame *frame, uint32_t code)
{
	const struct ex_entry *entry;

	for (entry = ex_table_start; entry < ex_table_end; entry++) {
		if (entry->insn != frame->ip)
			continue;
		frame->ip = entry->fixup;
		frame->bx = code;
		return true;
	}
	return false;
}

static void __attribute__((noreturn))
die(const struct exception_frame *frame, uintptr_t cr2)
{
	static const char *const names[] = { FRAME_NAMES };
	const uintptr_t *regs = (const uintptr_t *)frame;
	unsigned int n, count = sizeof(*frame) / sizeof(*regs);

	printk("EXCEPTION vector %u error 0x%lx ip 0x%lx cr2 0x%lx\n",
	       (unsigned int)frame->vector, (unsigned long)frame->error,
	       (unsigned long)frame->ip, (unsigned long)cr2);
	for (n = 0; n < count; n++)
		printk(" %-6s " REG_FORMAT "%s", names[n],
		       (unsigned long)regs[n],
		       n % 4 == 3 || n == count - 1 ? "\n" : "");
	inmate_stop(CB_CELL_FAILED);
}

void exception_handle(struct exception_frame *frame)
{
	struct percpu *cpu = this_cpu();
	uint32_t code;

	if (frame->vector >= APIC_VECTOR_MIN) {
		apic_handle_irq(frame->vector);
		return;
	}
	cpu->far = cr2_read();
	code = TRAP_CODE(frame->vector, frame->error);
	if (fix_up(frame, code))
		return;
	if (!cpu->recover)
		die(frame, cpu->far);
	try_unwind(code, cpu->recover);
}

void exceptions_init_cpu(void)
{
	struct table_pointer pointer = { sizeof(idt) - 1, (uintptr_t)idt };

	asm volatile("lidt %0" : : "m"(pointer) : "memory");
}

void exceptions_init(void)
{
	unsigned int n;

	for (n = 0; n < sizeof(idt) / sizeof(idt[0]); n++) {
		uintptr_t address = (uintptr_t)vectors + n * VECTOR_SIZE;

		idt[n].offset_low = address;
		idt[n].selector = SEL_CODE;
		idt[n].flags = GATE_INTERRUPT;
		idt[n].offset_mid = address >> 16;
	}
	exceptions_init_cpu();
}
