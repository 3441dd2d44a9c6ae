// SPDX-License-Identifier: GPL-2.0-only
#include <types.h>

#include "decode.h"

enum form_flags {
	F_BYTE	= 1 << 0,	/* a clear bit 0 of the opcode means bytes */
	F_TO_REG = 1 << 1,	/* register, memory */
	F_IMM	= 1 << 2,	/* an immediate as long as the operand, or 4 */
	F_IMM8	= 1 << 3,
	F_MOFFS	= 1 << 4,	/* rax and an address, no ModRM */
	F_GROUP	= 1 << 5,	/* bits 5:3 of ModRM choose: op is a group */
	F_ALU	= 1 << 6,	/* bits 5:3 of the opcode are the operation */
	F_SIGN	= 1 << 7,	/* the register is longer, by sign … */
	F_ZERO	= 1 << 8,	/* … or by zeros */
	F_LONG	= 1 << 9,	/* in 64-bit mode only */
	F_NTI	= 1 << 10,	/* no prefix 66, f2, f3; never 16 bits */
};

struct form {
	uint8_t opcode, mask;
	uint8_t op;		/* enum x86_op or enum group */
	uint16_t flags;
};

enum group {
	GROUP_1, GROUP_3, GROUP_4, GROUP_11,
};

static const struct form one_byte[] = {
	{ 0x00, 0xc6, 0, F_ALU | F_BYTE },
	{ 0x02, 0xc6, 0, F_ALU | F_BYTE | F_TO_REG },
	{ 0x63, 0xff, X86_MOV, F_TO_REG | F_SIGN | F_LONG },
	{ 0x80, 0xff, GROUP_1, F_GROUP | F_BYTE | F_IMM8 },
	{ 0x81, 0xff, GROUP_1, F_GROUP | F_IMM },
	{ 0x83, 0xff, GROUP_1, F_GROUP | F_IMM8 },
	{ 0x84, 0xfe, X86_TEST, F_BYTE },
	{ 0x86, 0xfe, X86_XCHG, F_BYTE },
	{ 0x88, 0xfe, X86_MOV, F_BYTE },
	{ 0x8a, 0xfe, X86_MOV, F_BYTE | F_TO_REG },
	{ 0xa0, 0xfe, X86_MOV, F_BYTE | F_TO_REG | F_MOFFS },
	{ 0xa2, 0xfe, X86_MOV, F_BYTE | F_MOFFS },
	{ 0xc6, 0xfe, GROUP_11, F_GROUP | F_BYTE | F_IMM },
	{ 0xf6, 0xfe, GROUP_3, F_GROUP | F_BYTE },
	{ 0xfe, 0xfe, GROUP_4, F_GROUP | F_BYTE },
};

static const struct form two_bytes[] = {
	{ 0xb6, 0xfe, X86_MOV, F_BYTE | F_TO_REG | F_ZERO },
	{ 0xbe, 0xfe, X86_MOV, F_BYTE | F_TO_REG | F_SIGN },
	{ 0xc3, 0xff, X86_MOV, F_NTI },
};

#define NONE	0xff

static const uint8_t groups[][8] = {
	[GROUP_1] = { X86_ADD, X86_OR, X86_ADC, X86_SBB,
		      X86_AND, X86_SUB, X86_XOR, X86_CMP },
	[GROUP_3] = { X86_TEST, X86_TEST, X86_NOT, X86_NEG,
		      NONE, NONE, NONE, NONE },
	[GROUP_4] = { X86_INC, X86_DEC, NONE, NONE, NONE, NONE, NONE, NONE },
	[GROUP_11] = { X86_MOV, NONE, NONE, NONE, NONE, NONE, NONE, NONE },
};

struct decoder {
	const uint8_t *bytes;
	uint32_t count, at;
	enum x86_mode mode;
	bool op_66, addr_67, lock, rep;
	uint8_t rex;		/* 0: none */
};

enum rex { REX_B = 1, REX_X = 2, REX_R = 4, REX_W = 8 };

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

static bool is_prefix(struct decoder *d, int byte)
{
	switch (byte) {
	case 0x66:
		d->op_66 = true;
		return true;
	case 0x67:
		d->addr_67 = true;
		return true;
	case 0xf0:
		d->lock = true;
		return true;
	case 0xf2:
	case 0xf3:
		d->rep = true;
		return true;
	case 0x26: case 0x2e: case 0x36: case 0x3e: case 0x64: case 0x65:
		return true;
	}
	return false;
}

/* The opcode's first byte; a REX prefix counts right before it only. */
static int prefixes(struct decoder *d)
{
	int byte;

	while ((byte = next(d)) >= 0) {
		if (d->mode == X86_MODE_64 && (byte & 0xf0) == 0x40)
			d->rex = (uint8_t)byte;
		else if (is_prefix(d, byte))
			d->rex = 0;
		else
			break;
	}
	return byte;
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

static const struct form *find(const struct form *f, size_t count, int opcode)
{
	for (; count--; f++)
		if ((opcode & f->mask) == f->opcode)
			return f;
	return NULL;
}

static const struct form *opcode(struct decoder *d, int *byte)
{
	*byte = prefixes(d);
	if (*byte != 0x0f)
		return *byte < 0 ? NULL :
		       find(one_byte, ARRAY_SIZE(one_byte), *byte);
	*byte = next(d);
	return *byte < 0 ? NULL :
	       find(two_bytes, ARRAY_SIZE(two_bytes), *byte);
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

static uint16_t operation(const struct form *f, int opcode, uint8_t modrm,
			  struct x86_insn *insn)
{
	uint8_t nr = modrm >> 3 & 7;

	insn->op = f->op;
	if (f->flags & F_ALU)
		insn->op = opcode >> 3 & 7;
	if (!(f->flags & F_GROUP))
		return f->flags;
	insn->op = groups[f->op][nr];
	return f->op == GROUP_3 && nr < 2 ? f->flags | F_IMM : f->flags;
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

static int immediate(struct decoder *d, uint16_t flags, struct x86_insn *insn)
{
	uint32_t size = flags & F_IMM8 ? 1 : insn->size < 4 ? insn->size : 4;

	insn->has_imm = flags & (F_IMM | F_IMM8);
	return insn->has_imm ? number(d, size, &insn->imm) : 0;
}

int x86_decode(const uint8_t *bytes, uint32_t count, enum x86_mode mode,
	       struct x86_insn *insn)
{
	struct decoder d = { .bytes = bytes, .count = count, .mode = mode };
	const struct form *f;
	uint8_t modrm = 0;
	uint16_t flags;
	int byte, err;

	*insn = (struct x86_insn){ .len = 0 };
	f = opcode(&d, &byte);
	if (!f || (f->flags & F_LONG && mode != X86_MODE_64))
		return byte < 0 ? byte : X86_UNKNOWN;
	if (f->flags & F_MOFFS)
		err = number(&d, address_size(&d), &insn->imm);
	else
		err = memory_operand(&d, &modrm);
	if (err)
		return err;
	flags = operation(f, byte, modrm, insn);
	if (insn->op == NONE)
		return X86_UNKNOWN;
	sizes(&d, flags, byte, insn);
	insn->to_reg = flags & F_TO_REG;
	if (f->flags & F_MOFFS)
		insn->imm = 0;
	else if (!(flags & F_GROUP))
		set_register(&d, modrm, insn);
	err = immediate(&d, flags, insn);
	if (err)
		return err;
	effects(insn);
	insn->len = (uint8_t)d.at;
	return prefixes_fit(&d, f, insn) ? 0 : X86_UNKNOWN;
}
