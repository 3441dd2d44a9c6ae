/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * x86_execute() against this machine's own CPU: the same instruction, on the
 * same registers, flags and memory.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <sys/mman.h>

#include <arch/x86/decode.h>

/* LINK: hv/arch/x86/decode.c hv/arch/x86/execute.c */

#define FLAGS		0x8d5ull	/* CF PF AF ZF SF OF */
#define FLAG_AF		0x10ull
#define ROUNDS		40

struct state {
	uint64_t regs[16];
	uint64_t rflags;
	uint64_t memory;
};

#ifdef __x86_64__
/*
 * native_run(state, code): loads all registers but rsp, with rdi pointing at
 * the state's memory; runs the code; stores them.
 */
__asm__(".text\n"
	"native_run:\n"
	"push %rbx; push %rbp; push %r12; push %r13; push %r14; push %r15\n"
	"push %rdi\n"			/* the state */
	"push %rsi\n"			/* the code */
	"push 128(%rdi)\n"
	"popfq\n"
	"mov 0(%rdi), %rax; mov 8(%rdi), %rcx; mov 16(%rdi), %rdx\n"
	"mov 24(%rdi), %rbx; mov 40(%rdi), %rbp; mov 48(%rdi), %rsi\n"
	"mov 64(%rdi), %r8; mov 72(%rdi), %r9; mov 80(%rdi), %r10\n"
	"mov 88(%rdi), %r11; mov 96(%rdi), %r12; mov 104(%rdi), %r13\n"
	"mov 112(%rdi), %r14; mov 120(%rdi), %r15\n"
	"lea 136(%rdi), %rdi\n"
	"call *(%rsp)\n"
	"mov 8(%rsp), %rdi\n"
	"mov %rax, 0(%rdi); mov %rcx, 8(%rdi); mov %rdx, 16(%rdi)\n"
	"mov %rbx, 24(%rdi); mov %rbp, 40(%rdi); mov %rsi, 48(%rdi)\n"
	"mov %r8, 64(%rdi); mov %r9, 72(%rdi); mov %r10, 80(%rdi)\n"
	"mov %r11, 88(%rdi); mov %r12, 96(%rdi); mov %r13, 104(%rdi)\n"
	"mov %r14, 112(%rdi); mov %r15, 120(%rdi)\n"
	"pushfq\n"
	"pop 128(%rdi)\n"
	"add $16, %rsp\n"
	"pop %r15; pop %r14; pop %r13; pop %r12; pop %rbp; pop %rbx\n"
	"ret\n");
void native_run(struct state *state, const void *code);
#else
static void native_run(struct state *state, const void *code)
{
	(void)state;
	(void)code;
	skip();
}
#endif

static uint64_t seed = 88172645463325252ull;

static uint64_t rnd(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	return seed ^= seed << 17;
}

/* Small numbers and edges as often as any. */
static uint64_t value(void)
{
	static const uint64_t edges[] = {
		0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff,
		0x80000000, 0xffffffff, 0x7fffffffffffffff, 1ull << 63, ~0ull,
	};
	uint64_t r = rnd();

	return r % 3 ? rnd() : edges[(r >> 8) % 14];
}

static uint8_t *code_page(void)
{
	uint8_t *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	assert_ptr_not_equal(page, MAP_FAILED);
	return page;
}

static void emulate(const struct x86_insn *insn, struct state *s)
{
	uint64_t mask = insn->size < 8 ? (1ull << 8 * insn->size) - 1 : ~0ull;
	uint64_t read = insn->reads ? s->memory & mask : rnd(), out;

	out = x86_execute(insn, read, s->regs, &s->rflags);
	if (insn->writes)
		s->memory = (s->memory & ~mask) | (out & mask);
}

static void compare(const uint8_t *bytes, const struct x86_insn *insn,
		    const struct state *is, const struct state *want)
{
	bool logic = insn->op == X86_AND || insn->op == X86_OR ||
		     insn->op == X86_XOR || insn->op == X86_TEST;
	uint64_t flags = logic ? FLAGS & ~FLAG_AF : FLAGS;	/* undefined */
	int n;

	for (n = 0; n < 16; n++)
		if (n != 4 && n != 7 && is->regs[n] != want->regs[n])
			break;
	if (n == 16 && is->memory == want->memory &&
	    !((is->rflags ^ want->rflags) & flags))
		return;
	for (n = 0; n < insn->len; n++)
		print_error("%02x ", bytes[n]);
	print_error("op %u: register %d, memory %llx want %llx, flags %llx want %llx\n",
		    insn->op, n, (unsigned long long)is->memory,
		    (unsigned long long)want->memory,
		    (unsigned long long)(is->rflags & FLAGS),
		    (unsigned long long)(want->rflags & FLAGS));
	fail();
}

static uint32_t tried;

static void try(uint8_t *page, const uint8_t *bytes, uint32_t len)
{
	struct state native = { .rflags = 2 }, own;
	struct x86_insn insn;
	int n;

	memcpy(page, bytes, len);
	page[len] = 0xc3;
	if (!x86_decode(page, X86_INSN_MAX, X86_MODE_64, &insn))
		return;
	page[insn.len] = 0xc3;
	/* rsp and rdi are not the test's to set */
	if (!insn.has_imm && (insn.reg == 4 || insn.reg == 7) && !insn.high)
		return;
	for (n = 0; n < 16; n++)
		native.regs[n] = value();
	native.rflags |= rnd() & FLAGS;
	native.memory = value();
	own = native;
	native_run(&native, page);
	tried++;
	emulate(&insn, &own);
	compare(bytes, &insn, &own, &native);
}

/* Not an opcode by itself, or, as a0 to a3, one without ModRM. */
static bool has_no_modrm(uint32_t opcode)
{
	static const uint8_t others[] = {
		0x0f, 0x26, 0x2e, 0x36, 0x3e, 0x64, 0x65, 0x66, 0x67,
		0xa0, 0xa1, 0xa2, 0xa3, 0xf0, 0xf2, 0xf3,
	};

	return (opcode >= 0x40 && opcode <= 0x4f) ||
	       (opcode < 0x100 &&
		memchr(others, (int)opcode, sizeof(others)));
}

/* Every opcode and /digit, with and without 66 and REX, on [rdi]. */
static void as_the_cpu_does(void **state)
{
	static const uint8_t rex[] = { 0, 0x40, 0x44, 0x48, 0x4c };
	uint32_t opcode, digit, prefix, n, len;
	uint8_t *page = code_page(), b[X86_INSN_MAX];
	uint64_t imm;

	(void)state;
	for (n = 0; n < ROUNDS * 0x200 * 8 * 10; n++) {
		opcode = n / (8 * 10) % 0x200;
		digit = n % 8;
		prefix = n / 8 % 10;
		len = 0;
		if (prefix >= 5)
			b[len++] = 0x66;
		if (rex[prefix % 5])
			b[len++] = rex[prefix % 5];
		if (opcode >= 0x100)
			b[len++] = 0x0f;
		b[len++] = (uint8_t)opcode;
		b[len++] = (uint8_t)(digit << 3 | 7);
		imm = value();
		memcpy(b + len, &imm, 8);
		if (!has_no_modrm(opcode))
			try(page, b, len + 8 > 15 ? 15 : len + 8);
	}
	munmap(page, 4096);
	assert_true(tried > 10000);
}

/* A register that is changed in part keeps the rest. */
static void parts_of_registers(void **state)
{
	struct x86_insn i = { .op = X86_MOV, .size = 1, .reg_size = 1,
			      .reg = 1, .high = true, .to_reg = true };
	uint64_t regs[16] = { [1] = 0x1122334455667788 }, flags = 0;

	(void)state;
	x86_execute(&i, 0xaaaa, regs, &flags);
	assert_int_equal(regs[1], 0x112233445566aa88);
	i.high = false;
	i.size = i.reg_size = 2;
	x86_execute(&i, 0xf0001234, regs, &flags);
	assert_int_equal(regs[1], 0x1122334455661234);
	i.reg_size = 8;
	i.sign = true;
	x86_execute(&i, 0x8000, regs, &flags);
	assert_int_equal(regs[1], 0xffffffffffff8000);
	i.size = i.reg_size = 4;
	x86_execute(&i, 0x80000000, regs, &flags);
	assert_int_equal(regs[1], 0x80000000);
	assert_int_equal(flags, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_the_cpu_does),
		cmocka_unit_test(parts_of_registers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
