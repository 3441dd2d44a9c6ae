/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an instruction does to memory: the forms that compilers and Linux use
 * for device registers. Pure: no state, no memory of the guest.
 *
 *	mov, movnti, movzx, movsx, movsxd, xchg; add, or, adc, sbb, and, sub,
 *	xor, cmp, test, not, neg, inc, dec with a register or an immediate
 *
 * The address of the access is the hardware's to tell, so that operands are
 * measured and not evaluated. String instructions, bit tests, cmpxchg, SSE
 * and all others are refused. Intel SDM volume 2, chapter 2 and appendix A.
 */
#ifndef X86_DECODE_H
#define X86_DECODE_H

#include <stdbool.h>
#include <stdint.h>

#define X86_INSN_MAX	15	/* bytes of one instruction */

/* By the bytes of an address; none is 0. */
enum x86_mode {
	X86_MODE_16 = 2,
	X86_MODE_32 = 4,
	X86_MODE_64 = 8,
};

enum x86_op {
	/* the order of bits 5:3 of an opcode */
	X86_ADD, X86_OR, X86_ADC, X86_SBB, X86_AND, X86_SUB, X86_XOR, X86_CMP,
	X86_MOV, X86_TEST, X86_XCHG, X86_NOT, X86_NEG, X86_INC, X86_DEC,
};

struct x86_insn {
	uint8_t len;		/* bytes */
	uint8_t op;		/* enum x86_op */
	uint8_t size;		/* of the access: 1, 2, 4 or 8 bytes */
	uint8_t reg_size;	/* of the register; a longer one is extended */
	uint8_t reg;		/* number, 0 (rax) to 15 */
	bool high;		/* bits 15:8 of it: ah, ch, dh, bh */
	bool sign;		/* extended by sign */
	bool to_reg;		/* the register is changed; cmp: comes first */
	bool has_imm;		/* the other operand is imm, no register */
	uint64_t imm;		/* sign-extended */
	bool reads, writes;	/* what it does to the memory */
};

/* Decodes the instruction in bytes[0..count); false: no whole, known one. */
bool x86_decode(const uint8_t *bytes, uint32_t count, enum x86_mode mode,
		struct x86_insn *insn);

/*
 * execute.c. Executes it: `value` is what was read, if it reads. Changes
 * regs[16] and the arithmetic flags of *rflags; returns what is to be written,
 * if it writes.
 */
uint64_t x86_execute(const struct x86_insn *insn, uint64_t value,
		     uint64_t *regs, uint64_t *rflags);

#endif
