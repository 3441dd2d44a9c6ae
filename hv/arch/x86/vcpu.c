/* SPDX-License-Identifier: GPL-2.0-only */
/* The guest's half of a CPU: all of it defined before a new guest starts. */
#include "host.h"
#include "insn.h"
#include "string.h"
#include "trap.h"

enum {
	MSR_SPEC_CTRL = 0x48, MSR_XFD = 0x1c4, MSR_PERF_GLOBAL_CTRL = 0x38f,
	MSR_U_CET = 0x6a0,		/* to the shadow stacks' table */
	MSR_XSS = 0xda0, MSR_TSC_AUX = 0xc0000103,
	MSR_AMD_EVENTS = 0xc0010200,	/* … and counters, by turns */
};

/* Those that may be the guest's in the CPU meanwhile; 0: none. */
static const uint32_t live_msrs[VM_FIELDS] = {
	[VM_STAR] = 0xc0000081, [VM_LSTAR] = 0xc0000082,
	[VM_CSTAR] = 0xc0000083, [VM_SFMASK] = 0xc0000084,
	[VM_KERNEL_GS_BASE] = 0xc0000102, [VM_SYSENTER_CS] = 0x174,
	[VM_SYSENTER_ESP] = 0x175, [VM_SYSENTER_EIP] = 0x176,
};

/* As after INIT, but that caches are on, as every firmware leaves them. */
#define SEGMENT(type)	{ .attr = type, .limit = 0xffff }
static const struct cb_x86_guest initial = {
	.seg = {
		[CB_X86_ES] = SEGMENT(0x93), [CB_X86_CS] = SEGMENT(0x9b),
		[CB_X86_SS ... CB_X86_GS] = SEGMENT(0x93),
		[CB_X86_LDTR] = SEGMENT(0x82), [CB_X86_TR] = SEGMENT(0x8b),
		[CB_X86_GDTR ... CB_X86_IDTR] = SEGMENT(0),
	},
	.rflags = 2,
	.cr0 = CR0_ET,
	.dr7 = 0x400,
	.pat = 0x0007040600070406,
};

void vcpu_set(const struct cb_x86_guest *g)
{
	const uint64_t *values = (const uint64_t *)&g->seg[CB_X86_SEGMENTS];
	uint32_t i;

	for (i = 0; i < VM_FIELDS; i++) {
		if (live_msrs[i])
			wrmsr(live_msrs[i], values[i]);
		vm->set(i, values[i]);
	}
	for (i = 0; i < CB_X86_SEGMENTS; i++)
		vm->set_segment(i, &g->seg[i]);
}
_Static_assert(offsetof(struct cb_x86_guest, pat) ==
	       offsetof(struct cb_x86_guest, rip) + 8 * VM_PAT, "enum vm_field");

/* All of x87, SSE, AVX and what there may be: in their initial state. */
static void reset_fp(void)
{
	/* FCW and, which XRSTOR takes from here in any case, MXCSR */
	static const uint32_t state[144] __attribute__((aligned(64))) = {
		[0] = 0x37f, [6] = 0x1f80,
	};
	__asm__ volatile("clts");
	if (!(cpuid_reg(1, ECX) & BIT(26))) {
		__asm__ volatile("fxrstor %0" : : "m"(state));
		return;
	}
	xsetbv_safe(0, cpuid_reg(0xd, EAX) |
		       (uint64_t)cpuid_reg(0xd, EDX) << 32);
	__asm__ volatile("xrstor %0" : : "m"(state), "a"(~0u), "d"(~0u));
	xsetbv_safe(0, 1);
}

/* Those that there are. Counters stop; Intel's by the first of them. */
static void reset_msrs(void)
{
	static const uint32_t msrs[][2] = {	/* the first, how many */
		{ MSR_PERF_GLOBAL_CTRL, 1 }, { MSR_DEBUGCTL, 1 },
		{ MSR_SPEC_CTRL, 1 }, { MSR_XFD, 1 }, { MSR_XSS, 1 },
		{ MSR_TSC_AUX, 1 }, { MSR_U_CET, 9 }, { MSR_AMD_EVENTS, 12 },
	};
	uint32_t i, n;

	for (i = 0; i < ARRAY_SIZE(msrs); i++)
		for (n = 0; n < msrs[i][1]; n++)
			wrmsr_safe(msrs[i][0] + n, 0);
}

void arch_vcpu_reset(struct pcpu *cpu, const struct vcpu_start *start)
{
	struct cb_x86_guest g = initial;
	struct cb_x86_segment *cs = &g.seg[CB_X86_CS];
	uint64_t entry = start->entry;

	cs->base = entry & PAGE_MASK ? entry & ~0xffffull : entry;
	cs->selector = (uint16_t)(cs->base >> 4);
	g.rip = entry - cs->base;
	vm->wake();
	vcpu_set(&g);
	__asm__ volatile("mov %0, %%db0\n mov %0, %%db1\n"
			 "mov %0, %%db2\n mov %0, %%db3" : : "r"(0ull));
	reset_msrs();
	reset_fp();
	arch_vcpu_quiesce(cpu);
	memset(guest_regs(), 0, sizeof(struct regs));
	memset(insn_cache(), 0, PAGE_SIZE);
	guest_regs()->r[RDX] = cpuid_reg(1, EAX);
	vm->flush();
}

void arch_vcpu_assign(struct pcpu *cpu, struct cell *cell)
{
	WRITE_ONCE(cpu->arch.s2, &cell->s2);
	vm->assign(&cell->s2, cell->arch, msr_bits[cell != &root_cell]);
}

/* Whole lines: others print meanwhile. */
void arch_vcpu_dump(struct pcpu *cpu)
{
	static const char name[16][4] = {
		"RAX", "RCX", "RDX", "RBX", "RSP", "RBP", "RSI", "RDI",
		"R8", "R9", "R10", "R11", "R12", "R13", "R14", "R15",
	};
	uint64_t *r = guest_regs()->r;
	struct cb_x86_segment cs;
	uint32_t i;

	r[RSP] = vm->get(VM_RSP);
	vm->get_segment(CB_X86_CS, &cs);
	printk(" RIP: %016llx  CS: %04x (base %llx)  RFLAGS: %08llx\n",
	       (ull)vm->get(VM_RIP), cs.selector, (ull)cs.base,
	       (ull)vm->get(VM_RFLAGS));
	for (i = 0; i < 16; i += 2)
		printk(" %s: %016llx  %s: %016llx\n", name[i], (ull)r[i],
		       name[i + 1], (ull)r[i + 1]);
	printk(" CR0: %08llx  CR2: %016llx  CR3: %016llx  CR4: %08llx  "
	       "EFER: %08llx\n", (ull)vm->get(VM_CR0), (ull)read_cr(2),
	       (ull)vm->get(VM_CR3), (ull)vm->get(VM_CR4),
	       (ull)vm->get(VM_EFER));
}
