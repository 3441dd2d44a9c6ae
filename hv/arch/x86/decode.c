// SPDX-License-Identifier: GPL-2.0-only
#include <types.h>

#include "decode.h"

enum form_flags {
	F_BYTE	= 1 << 0,	/* a clear bit 0 of the opcode means bytes */
	F_TO_REG = 1 << 1,	/* register, memory */
	F_IMM	= 1 << 2,	/* an immediate as long as the operand, or 4 */
	F_IMM8	= 1 << 3,
	F_MOFFS	= 1 << 4,	/* rax and an address, no ModRM */
	F_GROUP	= 1 << 5,	/* bits 5:3 of ModRM are F_DIGIT() */
	F_ALU	= 1 << 6,	/* … or those of the opcode the operation */
	F_SIGN	= 1 << 7,	/* the register is longer, by sign … */
	F_ZERO	= 1 << 8,	/* … or by zeros */
	F_LONG	= 1 << 9,	/* in 64-bit mode only */
	F_NTI	= 1 << 10,	/* no prefix 66, f2, f3; never 16 bits */
};

#define F_DIGIT(n)	(F_GROUP | (n) << 12)

struct form {
	uint16_t opcode, mask;	/* 0x100: behind 0f */
	uint8_t op;		/* enum x86_op */
	uint16_t flags;
};

static const struct form forms[] = {
	{ 0x00, 0x1c6, 0, F_ALU | F_BYTE },
	{ 0x02, 0x1c6, 0, F_ALU | F_BYTE | F_TO_REG },
	{ 0x63, 0x1ff, X86_MOV, F_TO_REG | F_SIGN | F_LONG },
	{ 0x80, 0x1ff, 0, F_ALU | F_BYTE | F_IMM8 },
	{ 0x81, 0x1ff, 0, F_ALU | F_IMM },
	{ 0x83, 0x1ff, 0, F_ALU | F_IMM8 },
	{ 0x84, 0x1fe, X86_TEST, F_BYTE },
	{ 0x86, 0x1fe, X86_XCHG, F_BYTE },
	{ 0x88, 0x1fe, X86_MOV, F_BYTE },
	{ 0x8a, 0x1fe, X86_MOV, F_BYTE | F_TO_REG },
	{ 0xa0, 0x1fe, X86_MOV, F_BYTE | F_TO_REG | F_MOFFS },
	{ 0xa2, 0x1fe, X86_MOV, F_BYTE | F_MOFFS },
	{ 0xc6, 0x1fe, X86_MOV, F_BYTE | F_IMM | F_DIGIT(0) },
	{ 0xf6, 0x1fe, X86_TEST, F_BYTE | F_IMM | F_DIGIT(0) },
	{ 0xf6, 0x1fe, X86_TEST, F_BYTE | F_IMM | F_DIGIT(1) },
	{ 0xf6, 0x1fe, X86_NOT, F_BYTE | F_DIGIT(2) },
	{ 0xf6, 0x1fe, X86_NEG, F_BYTE | F_DIGIT(3) },
	{ 0xfe, 0x1fe, X86_INC, F_BYTE | F_DIGIT(0) },
	{ 0xfe, 0x1fe, X86_DEC, F_BYTE | F_DIGIT(1) },
	{ 0x1b6, 0x1fe, X86_MOV, F_BYTE | F_TO_REG | F_ZERO },
	{ 0x1be, 0x1fe, X86_MOV, F_BYTE | F_TO_REG | F_SIGN },
	{ 0x1c3, 0x1ff, X86_MOV, F_NTI },
};

struct decoder {
	const uint8_t *bytes;
	uint32_t count, at;
	enum x86_mode mode;
	bool op_66, addr_67, lock, rep;
	uint8_t rex;		/* 0: none */
};

enum rex { REX_R = 4, REX_W = 8 };

/* The next byte, or X86_MORE, X86_UNKNOWN. */
static int next(struct decoder *d)
{
	if (d->at >= X86_INSN_MAX)
		return X86_UNKNOWN;
	if (d->at >= d->count)
		return X86_MORE;
	return d->bytes[d->at++];
}

/* Little-endian, sign-extended. */
static int number(struct decoder *d, uint32_t size, uint64_t *value)
{
	uint64_t v = 0;
	uint32_t i;
	int byte;

	for (i = 0; i < size; i++) {
		byte = next(d);
		if (byte < 0)
			return byte;
		v |= (uint64_t)byte << 8 * i;
	}
	if (size && size < 8 && v >> (8 * size - 1))
		v |= ~0ull << 8 * size;
	*value = v;
	return 0;
}

/* A REX prefix counts right before the opcode only. */
static int opcode_of(struct decoder *d)
{
	int byte;

	while ((byte = next(d)) >= 0) {
		bool rex = d->mode == X86_MODE_64 && (byte & 0xf0) == 0x40;

		if (byte == 0x66)
			d->op_66 = true;
		else if (byte == 0x67)
			d->addr_67 = true;
		else if (byte == 0xf0)
			d->lock = true;
		else if ((byte & 0xfe) == 0xf2)
			d->rep = true;
		else if (!rex && (byte & 0xe7) != 0x26 &&	/* segments */
			 (byte & 0xfe) != 0x64)
			break;
		d->rex = rex ? (uint8_t)byte : 0;
	}
	if (byte != 0x0f)
		return byte;
	byte = next(d);
	return byte < 0 ? byte : byte | 0x100;
}

static uint32_t address_size(const struct decoder *d)
{
	if (d->mode == X86_MODE_64)
		return d->addr_67 ? 4 : 8;
	return (d->mode == X86_MODE_16) != d->addr_67 ? 2 : 4;
}

static uint32_t operand_size(const struct decoder *d)
{
	if (d->rex & REX_W)
		return 8;
	return (d->mode == X86_MODE_16) != d->op_66 ? 2 : 4;
}

/* Bytes of displacement behind ModRM and, with rm 4, its SIB byte. */
static int displacement(struct decoder *d, uint8_t modrm)
{
	bool is_16 = address_size(d) == 2;
	uint8_t mod = modrm >> 6, rm = modrm & 7;
	int sib;

	if (!is_16 && rm == 4) {
		sib = next(d);
		if (sib < 0)
			return sib;
		rm = sib & 7;	/* base 5 without mod: no base */
	}
	if (mod == 1)
		return 1;
	if (mod == 2 || rm == (is_16 ? 6 : 5))
		return is_16 ? 2 : 4;
	return 0;
}

static int memory_operand(struct decoder *d, uint8_t *modrm)
{
	int byte = next(d), size;
	uint64_t ignored;

	if (byte < 0)
		return byte;
	if (byte >> 6 == 3)
		return X86_UNKNOWN;	/* a register, no memory */
	*modrm = (uint8_t)byte;
	size = displacement(d, *modrm);
	return size < 0 ? size : number(d, (uint32_t)size, &ignored);
}

static void set_register(const struct decoder *d, uint8_t modrm,
			 struct x86_insn *insn)
{
	insn->reg = modrm >> 3 & 7;
	if (insn->reg_size == 1 && !d->rex && insn->reg >= 4) {
		insn->high = true;
		insn->reg -= 4;
	} else if (d->rex & REX_R) {
		insn->reg += 8;
	}
}

/* digit: bits 5:3 of ModRM, or ANY. */
#define ANY	(-1)
static const struct form *find(int opcode, int digit)
{
	const struct form *f;

	for (f = forms; f < forms + ARRAY_SIZE(forms); f++)
		if ((opcode & f->mask) == f->opcode &&
		    (digit == ANY || !(f->flags & F_GROUP) ||
		     f->flags >> 12 == digit))
			return f;
	return NULL;
}

static void sizes(const struct decoder *d, uint16_t flags, int opcode,
		  struct x86_insn *insn)
{
	bool bytes = flags & F_BYTE && !(opcode & 1);
	uint32_t full = operand_size(d);

	if (flags & F_NTI && full < 4)
		full = 4;
	insn->size = (uint8_t)(bytes ? 1 : full);
	insn->reg_size = insn->size;
	if (!(flags & (F_SIGN | F_ZERO)))
		return;
	insn->sign = flags & F_SIGN;
	insn->reg_size = (uint8_t)full;
	if (flags & F_LONG)
		insn->size = 4;
	else if (!bytes)
		insn->size = 2;
}

static void effects(struct x86_insn *insn)
{
	bool compares = insn->op == X86_CMP || insn->op == X86_TEST;
	bool stores = insn->op == X86_MOV && !insn->to_reg;

	insn->reads = !stores;
	insn->writes = stores || (!insn->to_reg && !compares);
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
	if (d->lock && (!insn->reads || !insn->writes))
		return false;
	if (f->flags & F_LONG && insn->reg_size < 4)
		return false;
	return !((d->op_66 || d->rep) && f->flags & F_NTI);
}

int x86_decode(const uint8_t *bytes, uint32_t count, enum x86_mode mode,
	       struct x86_insn *insn)
{
	struct decoder d = { .bytes = bytes, .count = count, .mode = mode };
	int opcode = opcode_of(&d), err;
	const struct form *f;
	uint8_t modrm = 0;
	uint32_t imm;

	*insn = (struct x86_insn){ .len = 0 };
	if (opcode < 0)
		return opcode;
	f = find(opcode, ANY);
	if (!f || (f->flags & F_LONG && mode != X86_MODE_64))
		return X86_UNKNOWN;
	err = f->flags & F_MOFFS ? number(&d, address_size(&d), &insn->imm) :
				   memory_operand(&d, &modrm);
	if (err)
		return err;
	f = find(opcode, modrm >> 3 & 7);
	if (!f)
		return X86_UNKNOWN;
	insn->has_imm = f->flags & (F_IMM | F_IMM8);
	insn->to_reg = f->flags & F_TO_REG;
	insn->op = f->op;
	if (f->flags & F_ALU)
		insn->op = (insn->has_imm ? modrm : opcode) >> 3 & 7;
	sizes(&d, f->flags, opcode, insn);
	if (f->flags & F_MOFFS)
		insn->imm = 0;
	else if (!insn->has_imm && !(f->flags & F_GROUP))
		set_register(&d, modrm, insn);
	imm = f->flags & F_IMM8 ? 1 : insn->size < 4 ? insn->size : 4;
	err = insn->has_imm ? number(&d, imm, &insn->imm) : 0;
	if (err)
		return err;
	effects(insn);
	insn->len = (uint8_t)d.at;
	return prefixes_fit(&d, f, insn) ? 0 : X86_UNKNOWN;
}
