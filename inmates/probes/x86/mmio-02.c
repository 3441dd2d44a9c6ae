/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * MMIO-02. The forms of instruction that reach an emulated register. One that
 * the hypervisor decodes wrongly loads another value, writes another register
 * or ends at another address. Right: what the CPU would do, or parked. Read is
 * the version of the local APIC or of reg=ADDRESS, which must not change by
 * itself; written the TPR. The APIC is defined for 32 bits only: forms of other
 * widths need a reg= that knows them.
 */
#include "probe.h"

static uint64_t reg, tpr;

static bool prepare(const char *what)
{
	if (!apic_init() || (apic_is_x2apic() && !cmdline_int("reg", 0))) {
		report_skip("no registers in memory");
		return false;
	}
	reg = cmdline_int("reg", apic_base() + APIC_VERSION * 16);
	tpr = apic_base() + APIC_TPR * 16;
	map_range(reg, 8, MAP_DEVICE);
	report_try("%s", what);
	return true;
}

static bool prepare_wide(const char *what)
{
	if (cmdline_int("reg", 0))
		return prepare(what);
	report_skip("reg= is missing");
	return false;
}

/* insn: from (%rsi), with rcx = 0 and rdi = 0, to %rax, which is all ones */
#define __READ_FORM(name, insn, expected, prepare)			\
static void name(void)							\
{									\
	uint64_t value = ~0ul, plain;					\
									\
	if (!prepare(insn))						\
		return;							\
	plain = mmio_read32(reg);					\
	asm volatile(insn : "+a"(value)					\
		     : "S"(reg), "c"(0ul), "D"(0ul) : "memory", "cc");	\
	report_check(value == (expected), "0x%lx, plain 0x%lx", value,	\
		     plain);						\
}

#define READ_FORM(name, insn, expected)	\
	__READ_FORM(name, insn, expected, prepare)
/* not of 32 bits */
#define READ_WIDTH(name, insn, expected)	\
	__READ_FORM(name, insn, expected, prepare_wide)

#define LOW(bits)	(plain & ((1ul << (bits)) - 1))

READ_WIDTH(mov8, "movb (%%rsi), %%al", (~0ul << 8 | LOW(8)))
READ_WIDTH(mov8_high, "movb (%%rsi), %%ah", (~0xff00ul | LOW(8) << 8))
READ_WIDTH(mov16, "movw (%%rsi), %%ax", (~0ul << 16 | LOW(16)))
READ_FORM(mov32, "movl (%%rsi), %%eax", plain)
READ_WIDTH(movzx8, "movzbl (%%rsi), %%eax", LOW(8))
READ_WIDTH(movzx16, "movzwl (%%rsi), %%eax", LOW(16))
READ_WIDTH(movsx8, "movsbq (%%rsi), %%rax", ((uint64_t)(int8_t)plain))
READ_FORM(movsxd, "movslq (%%rsi), %%rax", ((uint64_t)(int32_t)plain))
READ_FORM(disp8, "movl 16(%%rsi, %%rcx, 8), %%eax; "
	  "movl -16(%%rsi, %%rcx), %%eax; movl (%%rsi), %%eax", plain)
READ_FORM(sib, "movl (%%rsi, %%rcx, 8), %%eax", plain)
READ_FORM(disp32, "movl 0(%%rsi, %%rdi, 4), %%eax", plain)
READ_FORM(segment, "movl %%ds:(%%rsi), %%eax", plain)
READ_FORM(address32, "addr32 movl (%%esi), %%eax", plain)
READ_FORM(high_regs, "push %%r13; mov %%rsi, %%r13; movl (%%r13), %%eax; "
	  "pop %%r13", plain)
READ_FORM(and_to_reg, "andl (%%rsi), %%eax", plain)
READ_FORM(or_to_reg, "xorl %%eax, %%eax; orl (%%rsi), %%eax", plain)
READ_FORM(xor_to_reg, "xorl %%eax, %%eax; xorl (%%rsi), %%eax", plain)
READ_FORM(test, "movl $0, %%eax; testl $-1, (%%rsi); setnz %%al", (!!plain))
READ_FORM(cmp, "movl (%%rsi), %%eax; cmpl %%eax, (%%rsi); movl $0, %%eax; "
	  "sete %%al", 1)
READ_WIDTH(pushed, "pushq (%%rsi); popq %%rax; movl %%eax, %%eax", plain)
READ_FORM(string, "push %%rdi; subq $8, %%rsp; mov %%rsp, %%rdi; movsl; "
	  "subq $4, %%rsi; movl (%%rsp), %%eax; addq $8, %%rsp; pop %%rdi",
	  plain)

/* insn: of %eax to (%rsi), which is the TPR */
#define WRITE_FORM(name, insn, expected)				\
static void name(void)							\
{									\
	uint32_t value;							\
									\
	if (!prepare(insn))						\
		return;							\
	mmio_write32(tpr, 0x10);					\
	asm volatile(insn : : "a"(0x30ul), "S"(tpr), "c"(0ul)		\
		     : "memory", "cc");					\
	value = mmio_read32(tpr);					\
	mmio_write32(tpr, 0);						\
	report_check(value == (expected), "the TPR is 0x%x", value);	\
}

WRITE_FORM(mov_reg, "movl %%eax, (%%rsi)", 0x30)
WRITE_FORM(mov_imm, "movl $0x20, (%%rsi)", 0x20)
WRITE_FORM(mov_imm_sib, "movl $0x20, (%%rsi, %%rcx, 4)", 0x20)
WRITE_FORM(or_imm, "orl $0x20, (%%rsi)", 0x30)
WRITE_FORM(add_reg, "addl %%eax, (%%rsi)", 0x40)
WRITE_FORM(exchange, "xchgl %%eax, (%%rsi); movl $0x30, %%eax", 0x30)
WRITE_FORM(store_string, "push %%rdi; mov %%rsi, %%rdi; stosl; pop %%rdi",
	   0x30)

static const struct probe_case cases[] = {
	{ "mov32", mov32 },
	{ "mov8", mov8 },
	{ "mov8-high", mov8_high },
	{ "mov16", mov16 },
	{ "movzx8", movzx8 },
	{ "movzx16", movzx16 },
	{ "movsx8", movsx8 },
	{ "movsxd", movsxd },
	{ "disp8", disp8 },
	{ "sib", sib },
	{ "disp32", disp32 },
	{ "segment", segment },
	{ "address32", address32 },
	{ "high-regs", high_regs },
	{ "mov-reg", mov_reg },
	{ "mov-imm", mov_imm },
	{ "mov-imm-sib", mov_imm_sib },
	{ "and-to-reg", and_to_reg },
	{ "or-to-reg", or_to_reg },
	{ "xor-to-reg", xor_to_reg },
	{ "test", test },
	{ "cmp", cmp },
	{ "or-imm", or_imm },
	{ "add-reg", add_reg },
	{ "exchange", exchange },
	{ "pushed", pushed },
	{ "string", string },
	{ "store-string", store_string },
};

PROBE("MMIO-02", "forms of instruction at emulated registers", cases);
