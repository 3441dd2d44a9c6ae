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

static uint64_t cut(uint64_t value, uint32_t size)
{
	return size < 8 ? value & (BIT64(8 * size) - 1) : value;
}

static uint64_t extended(uint64_t value, uint32_t size, bool sign)
{
	value = cut(value, size);
	if (sign && size < 8 && value >> (8 * size - 1))
		value |= ~0ull << 8 * size;
	return value;
}

static uint64_t read_register(const struct x86_insn *insn,
			      const uint64_t *regs)
{
	return cut(regs[insn->reg] >> (insn->high ? 8 : 0), insn->reg_size);
}

/* 32 bits clear the upper half, fewer keep what is around them. */
static void write_register(const struct x86_insn *insn, uint64_t *regs,
			   uint64_t value)
{
	uint64_t *reg = &regs[insn->reg];
	uint32_t shift = insn->high ? 8 : 0;
	uint64_t field = cut(~0ull, insn->reg_size) << shift;

	if (insn->reg_size >= 4)
		*reg = cut(value, insn->reg_size);
	else
		*reg = (*reg & ~field) | (value << shift & field);
}

/* Zero, sign and parity of the low byte (Intel SDM volume 1, 3.4.3.1). */
static uint64_t common_flags(uint64_t result, uint32_t size)
{
	uint64_t flags = 0;

	if (!result)
		flags |= FLAG_ZF;
	if (result >> (8 * size - 1))
		flags |= FLAG_SF;
	if (!__builtin_parity((unsigned int)result & 0xff))
		flags |= FLAG_PF;
	return flags;
}

/* carries: bit n is set where bit n carried out, or borrowed. */
static uint64_t carry_flags(uint64_t carries, uint64_t overflow, uint32_t size)
{
	uint32_t top = 8 * size - 1;
	uint64_t flags = 0;

	if (carries >> top & 1)
		flags |= FLAG_CF;
	if (carries >> 3 & 1)
		flags |= FLAG_AF;
	if (overflow >> top & 1)
		flags |= FLAG_OF;
	return flags;
}

static uint64_t sum(uint64_t a, uint64_t b, uint64_t carry, uint32_t size,
		    uint64_t *flags)
{
	uint64_t r = cut(a + b + carry, size);

	*flags = common_flags(r, size) |
		 carry_flags((a & b) | ((a | b) & ~r), (a ^ r) & (b ^ r), size);
	return r;
}

static uint64_t difference(uint64_t a, uint64_t b, uint64_t borrow,
			   uint32_t size, uint64_t *flags)
{
	uint64_t r = cut(a - b - borrow, size);

	*flags = common_flags(r, size) |
		 carry_flags((~a & b) | ((~a | b) & r), (a ^ b) & (a ^ r),
			     size);
	return r;
}

static uint64_t logic(uint64_t r, uint32_t size, uint64_t *flags)
{
	*flags = common_flags(r, size);
	return r;
}

/* a op b, both cut to the size. */
static uint64_t compute(enum x86_op op, uint64_t a, uint64_t b, uint32_t size,
			uint64_t *flags)
{
	uint64_t carry = *flags & FLAG_CF, r;

	switch (op) {
	case X86_ADD:
		return sum(a, b, 0, size, flags);
	case X86_ADC:
		return sum(a, b, carry, size, flags);
	case X86_SUB:
	case X86_CMP:
		return difference(a, b, 0, size, flags);
	case X86_SBB:
		return difference(a, b, carry, size, flags);
	case X86_NEG:
		return difference(0, a, 0, size, flags);
	case X86_AND:
	case X86_TEST:
		return logic(a & b, size, flags);
	case X86_OR:
		return logic(a | b, size, flags);
	case X86_XOR:
		return logic(a ^ b, size, flags);
	case X86_INC:
		r = sum(a, 1, 0, size, flags);
		break;
	case X86_DEC:
		r = difference(a, 1, 0, size, flags);
		break;
	case X86_NOT:
		return cut(~a, size);
	default:
		return b;	/* mov, xchg */
	}
	*flags = (*flags & ~FLAG_CF) | carry;
	return r;
}

/* The result of what is no mov; the flags are changed. */
static uint64_t combine(const struct x86_insn *insn, uint64_t value,
			uint64_t other, uint64_t *rflags)
{
	uint64_t flags = *rflags & FLAGS;
	uint64_t a = insn->to_reg ? other : value;
	uint64_t b = insn->to_reg ? value : other;
	uint64_t r = compute(insn->op, a, b, insn->size, &flags);

	*rflags = (*rflags & ~FLAGS) | flags;
	return r;
}

uint64_t x86_execute(const struct x86_insn *insn, uint64_t value,
		     uint64_t *regs, uint64_t *rflags)
{
	uint64_t other = cut(insn->has_imm ? insn->imm :
			     read_register(insn, regs), insn->size), r;

	value = cut(value, insn->size);
	if (insn->op == X86_MOV || insn->op == X86_XCHG) {
		if (insn->to_reg)
			write_register(insn, regs,
				       extended(value, insn->size, insn->sign));
		return other;
	}
	r = combine(insn, value, other, rflags);
	if (insn->to_reg && insn->op != X86_CMP)
		write_register(insn, regs, r);
	return r;
}
