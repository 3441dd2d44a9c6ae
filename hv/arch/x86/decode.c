// SPDX-License-Identifier: GPL-2.0-only
#include <types.h>

#include "decode.h"

enum form_flags {
	F_TO_REG = 1 << 0,	/* register, memory */
	F_IMM	= 1 << 2,	/* an immediate as long as the operand, or 4 */
	F_IMM8	= 1 << 3,
	F_MOFFS	= 1 << 4,	/* rax and an address, no ModRM */
	F_GROUP	= 1 << 5,	/* bits 5:3 of ModRM are F_DIGIT() */
	F_ALU	= 1 << 6,	/* … or those of the opcode the operation */
	F_SIGN	= 1 << 7,	/* the register is longer, by sign … */
	F_ZERO	= 1 << 8,	/* … or by zeros */
	F_LONG	= 1 << 9,	/* in 64-bit mode only */
	F_NTI	= 1 << 10,	/* no prefix 66, f2, f3; no 16-bit operand */
};

#define F_DIGIT(n)	(F_GROUP | (n) << 12)

struct form {
	uint16_t opcode, mask;	/* 0x100: behind 0f */
	uint8_t op;		/* enum x86_op */
	uint16_t flags;
};

static const struct form forms[] = {
	{ 0x00, 0x1c6, 0, F_ALU },
	{ 0x02, 0x1c6, 0, F_ALU | F_TO_REG },
	{ 0x63, 0x1ff, X86_MOV, F_TO_REG | F_SIGN | F_LONG },
	{ 0x80, 0x1fe, 0, F_ALU | F_IMM },
	{ 0x83, 0x1ff, 0, F_ALU | F_IMM8 },
	{ 0x84, 0x1fe, X86_TEST, 0 },
	{ 0x86, 0x1fe, X86_XCHG, 0 },
	{ 0x88, 0x1fe, X86_MOV, 0 },
	{ 0x8a, 0x1fe, X86_MOV, F_TO_REG },
	{ 0xa0, 0x1fe, X86_MOV, F_TO_REG | F_MOFFS },
	{ 0xa2, 0x1fe, X86_MOV, F_MOFFS },
	{ 0xc6, 0x1fe, X86_MOV, F_IMM | F_DIGIT(0) },
	{ 0xf6, 0x1fe, X86_TEST, F_IMM | F_DIGIT(0) },
	{ 0xf6, 0x1fe, X86_TEST, F_IMM | F_DIGIT(1) },
	{ 0xf6, 0x1fe, X86_NOT, F_DIGIT(2) },
	{ 0xf6, 0x1fe, X86_NEG, F_DIGIT(3) },
	{ 0xfe, 0x1fe, X86_INC, F_DIGIT(0) },
	{ 0xfe, 0x1fe, X86_DEC, F_DIGIT(1) },
	{ 0x1b6, 0x1fe, X86_MOV, F_TO_REG | F_ZERO },
	{ 0x1be, 0x1fe, X86_MOV, F_TO_REG | F_SIGN },
	{ 0x1c3, 0x1ff, X86_MOV, F_NTI },
};

struct decoder {
	const uint8_t *bytes;
	uint32_t count, at;
	enum x86_mode mode;
	uint32_t address;	/* its bytes */
	bool op_66, lock, rep;
	uint8_t rex;		/* 0: none */
};

enum rex { REX_R = 4, REX_W = 8 };

/* Zeros behind the end: x86_decode() finds that there were too few. */
static uint8_t next(struct decoder *d)
{
	uint32_t at = d->at++;

	return at < d->count ? d->bytes[at] : 0;
}

/* A REX prefix counts right before the opcode only. */
static uint32_t opcode_of(struct decoder *d)
{
	for (;;) {
		uint8_t byte = next(d);
		bool rex = d->mode == X86_MODE_64 && (byte & 0xf0) == 0x40;

		if (byte == 0x66)
			d->op_66 = true;
		else if (byte == 0x67)
			d->address = d->mode == X86_MODE_32 ? 2 : 4;
		else if (byte == 0xf0)
			d->lock = true;
		else if ((byte & 0xfe) == 0xf2)
			d->rep = true;
		else if (!rex && (byte & 0xe7) != 0x26 &&	/* segments */
			 (byte & 0xfe) != 0x64)
			return byte == 0x0f ? 0x100u | next(d) : byte;
		d->rex = rex ? byte : 0;
	}
}

/* ModRM; what belongs to it, SIB and displacement, is skipped. */
static uint8_t memory_operand(struct decoder *d)
{
	uint8_t modrm = next(d), mod = modrm >> 6, base = modrm & 7;
	bool is_16 = d->address == 2;

	if (!is_16 && base == 4)
		base = next(d) & 7;	/* 5 without mod: no base */
	if (mod == 1)
		d->at++;
	else if (mod == 2 || base == (is_16 ? 6 : 5))
		d->at += is_16 ? 2 : 4;
	return modrm;
}

/* Little-endian, sign-extended; 1, 2 or 4 bytes. */
static uint64_t number(struct decoder *d, uint32_t size)
{
	uint32_t shift;
	uint64_t v = 0;

	for (shift = 0; shift < 8 * size; shift += 8)
		v |= (uint64_t)next(d) << shift;
	return v >> (shift - 1) ? v | ~0ull << shift : v;
}

/* The next byte is ModRM in what has one. */
static const struct form *find(const struct decoder *d, uint32_t opcode)
{
	uint8_t modrm = d->at < d->count ? d->bytes[d->at] : 0;
	const struct form *f;

	for (f = forms; f < forms + ARRAY_SIZE(forms); f++)
		if ((opcode & f->mask) == f->opcode &&
		    (!(f->flags & F_GROUP) ||
		     f->flags >> 12 == (modrm >> 3 & 7)))
			return f->flags & F_MOFFS || modrm < 0xc0 ? f : NULL;
	return NULL;
}

static void sizes(const struct decoder *d, uint16_t flags, uint32_t opcode,
		  struct x86_insn *insn)
{
	bool bytes = !(opcode & 1);	/* of all that are known */

	insn->sign = flags & F_SIGN;
	insn->reg_size = d->rex & REX_W ? 8 :
			 (d->mode == X86_MODE_16) != d->op_66 ? 2 : 4;
	insn->size = bytes ? 1 : insn->reg_size;
	if (!(flags & (F_SIGN | F_ZERO)))
		insn->reg_size = insn->size;
	else if (!bytes)
		insn->size = flags & F_LONG ? 4 : 2;
}

static void effects(struct x86_insn *insn)
{
	insn->reads = insn->op != X86_MOV || insn->to_reg;
	insn->writes = !insn->to_reg && insn->op != X86_CMP &&
		       insn->op != X86_TEST;
	if (insn->op == X86_XCHG)
		insn->to_reg = true;
}

/*
 * LOCK is for what reads and writes memory; a wrong one is the guest's #UD.
 * What movsxd reads for 16 bits, Intel and AMD tell differently.
 */
static bool prefixes_fit(const struct decoder *d, const struct form *f,
			 const struct x86_insn *insn)
{
	return !(d->lock && !(insn->reads && insn->writes)) &&
	       !(f->flags & (F_LONG | F_NTI) && insn->reg_size < 4) &&
	       !(f->flags & F_LONG && d->mode != X86_MODE_64) &&
	       !(f->flags & F_NTI && (d->op_66 || d->rep));
}

bool x86_decode(const uint8_t *bytes, uint32_t count, enum x86_mode mode,
		struct x86_insn *insn)
{
	struct decoder d = { .bytes = bytes, .count = count, .mode = mode,
			     .address = mode };
	uint32_t opcode = opcode_of(&d);
	const struct form *f = find(&d, opcode);
	uint8_t modrm = 0;

	*insn = (struct x86_insn){ .len = 0 };
	if (!f)
		return false;
	if (f->flags & F_MOFFS)
		d.at += d.address;
	else
		modrm = memory_operand(&d);
	insn->has_imm = f->flags & (F_IMM | F_IMM8);
	insn->to_reg = f->flags & F_TO_REG;
	insn->op = f->op;
	if (f->flags & F_ALU)
		insn->op = (insn->has_imm ? modrm : opcode) >> 3 & 7;
	sizes(&d, f->flags, opcode, insn);
	if (insn->has_imm) {
		insn->imm = number(&d, f->flags & F_IMM8 ? 1 :
				       insn->size < 4 ? insn->size : 4);
	} else if (!(f->flags & (F_GROUP | F_MOFFS))) {
		insn->high = insn->reg_size == 1 && !d.rex && modrm & 0x20;
		insn->reg = (modrm >> 3 & (insn->high ? 3 : 7)) |
			    (d.rex & REX_R) << 1;
	}
	effects(insn);
	insn->len = (uint8_t)d.at;
	return d.at <= count && d.at <= X86_INSN_MAX &&
	       prefixes_fit(&d, f, insn);
}
