// SPDX-License-Identifier: GPL-2.0-only
#include <types.h>

#include "decode.h"

#define FLAG_CF	BIT64(0)
#define FLAG_PF	BIT64(2)
#define FLAG_AF	BIT64(4)
#define FLAG_ZF	BIT64(6)
#define FLAG_SF	BIT64(7)
#define FLAG_OF	BIT64(11)
#define FLAGS	(FLAG_CF | FLAG_PF | FLAG_AF | FLAG_ZF | FLAG_SF | FLAG_OF)

#define PLUS	(BIT(X86_ADD) | BIT(X86_ADC) | BIT(X86_INC))
#define MINUS	(BIT(X86_SBB) | BIT(X86_SUB) | BIT(X86_CMP) | BIT(X86_NEG) | \
		 BIT(X86_DEC))

static uint64_t cut(uint64_t value, uint32_t size)
{
	return size < 8 ? value & (BIT64(8 * size) - 1) : value;
}

/* 32 bits clear the upper half, fewer keep what is around them. */
static void write_register(const struct x86_insn *insn, uint64_t *regs,
			   uint64_t value)
{
	uint32_t shift = insn->high ? 8 : 0;
	uint64_t field = cut(~0ull, insn->reg_size == 4 ? 8 : insn->reg_size);
	uint64_t *reg = &regs[insn->reg];

	value = cut(value, insn->reg_size) << shift;
	*reg = (*reg & ~(field << shift)) | value;
}

/*
 * carries: bit n is set where bit n carried out, or borrowed (Intel SDM volume
 * 1, 3.4.3.1).
 */
static uint64_t flags_of(uint64_t r, uint64_t carries, uint64_t overflow,
			 uint32_t size)
{
	uint32_t top = 8 * size - 1;

	return (carries >> top & 1 ? FLAG_CF : 0) |
	       (carries >> 3 & 1 ? FLAG_AF : 0) |
	       (overflow >> top & 1 ? FLAG_OF : 0) |
	       (r >> top ? FLAG_SF : 0) | (r ? 0 : FLAG_ZF) |
	       (__builtin_parity((unsigned int)r & 0xff) ? 0 : FLAG_PF);
}

/*
 * a op b, both cut to the size; no mov. a - b - c is a + ~b + !c, with its
 * carries the other way round.
 */
static uint64_t compute(enum x86_op op, uint64_t a, uint64_t b, uint32_t size,
			uint64_t *rflags)
{
	bool minus = MINUS >> op & 1, counts = op == X86_INC || op == X86_DEC;
	bool carry = *rflags & FLAG_CF && (op == X86_ADC || op == X86_SBB);
	uint64_t turn = minus ? ~0ull : 0, carries = 0, overflow = 0, r;
	uint64_t changed = counts ? FLAGS & ~FLAG_CF : FLAGS;

	if (op == X86_NOT)
		return cut(~a, size);
	if (op == X86_NEG) {
		b = a;
		a = 0;
	}
	if ((MINUS | PLUS) >> op & 1) {
		b = (counts ? 1 : b) ^ turn;
		r = cut(a + b + (minus != carry), size);
		carries = ((a & b) | ((a | b) & ~r)) ^ turn;
		overflow = (a ^ r) & (b ^ r);
	} else {
		r = op == X86_OR ? a | b : op == X86_XOR ? a ^ b : a & b;
	}
	*rflags = (*rflags & ~changed) |
		  (flags_of(r, carries, overflow, size) & changed);
	return r;
}

uint64_t x86_execute(const struct x86_insn *insn, uint64_t value,
		     uint64_t *regs, uint64_t *rflags)
{
	uint64_t reg = regs[insn->reg] >> (insn->high ? 8 : 0);
	uint64_t other = cut(insn->has_imm ? insn->imm : reg, insn->size);
	bool moves = insn->op == X86_MOV || insn->op == X86_XCHG;

	value = cut(value, insn->size);
	if (!moves)
		value = compute(insn->op, insn->to_reg ? other : value,
				insn->to_reg ? value : other, insn->size,
				rflags);
	else if (insn->sign && value >> (8 * insn->size - 1))
		value |= ~0ull << 8 * insn->size;
	if (insn->to_reg && insn->op != X86_CMP)
		write_register(insn, regs, value);
	return moves ? other : value;
}
