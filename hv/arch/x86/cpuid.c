// SPDX-License-Identifier: GPL-2.0-only
/*
 * CPUID: the hardware's, less what the hypervisor has for itself, and what
 * follows from registers that only the guest has loaded.
 */
#include <insn.h>
#include "trap.h"

/* Inmates and tools look for this signature: "Jailhouse". */
#define LEAF_SIGNATURE	0x40000000u
#define LEAF_LAST	0x400000ffu

/* Features that no guest has, of any subleaf; AMD's SVM leaf is empty. */
static const struct {
	uint32_t leaf, clear[4];
} hidden[] = {
	{ 0x00000001, { [ECX] = BIT(5) | BIT(6) } },	/* VMX, SMX */
	/* tracing to physical addresses; cache and bandwidth control */
	{ 0x00000007, { [EBX] = BIT(25) | BIT(15) | BIT(12) } },
	{ 0x0000000f, { ~0u, ~0u, ~0u, ~0u } },
	{ 0x00000010, { ~0u, ~0u, ~0u, ~0u } },
	{ 0x00000014, { ~0u, ~0u, ~0u, ~0u } },
	{ 0x80000001, { [ECX] = BIT(2) } },		/* SVM */
	{ 0x8000000a, { ~0u, ~0u, ~0u, ~0u } },
};

/* The CPU's word is about CR4 of the hypervisor. */
static void follow_cr4(uint32_t *word, uint32_t feature, uint32_t enabled,
		       uint64_t cr4)
{
	*word &= ~BIT(enabled);
	if (*word & BIT(feature) && vm->get(VM_CR4) & cr4)
		*word |= BIT(enabled);
}

void trap_cpuid(struct pcpu *cpu, struct regs *regs)
{
	static const uint32_t signature[] = {
		LEAF_SIGNATURE + 1, 0x6c69614a, 0x73756f68, 0x00000065,
	};
	uint32_t leaf = (uint32_t)regs->r[RAX], sub = (uint32_t)regs->r[RCX];
	uint32_t r[4], row, i;

	cpu_stat(cpu, CB_STAT_CPUID);
	cpuid(leaf, sub, r);
	for (row = 0; row < ARRAY_SIZE(hidden); row++)
		for (i = 0; i < 4 && hidden[row].leaf == leaf; i++)
			r[i] &= ~hidden[row].clear[i];
	if (leaf == 1) {
		follow_cr4(&r[ECX], 26, 27, CR4_OSXSAVE);
		if (cpu->cell != &root_cell)
			r[ECX] |= BIT(31);	/* there is a hypervisor */
	} else if (leaf == 7 && sub == 0) {
		follow_cr4(&r[ECX], 3, 4, CR4_PKE);
	} else if (leaf >= LEAF_SIGNATURE && leaf <= LEAF_LAST) {
		for (i = 0; i < 4; i++)
			r[i] = leaf == LEAF_SIGNATURE ? signature[i] : 0;
	}
	regs->r[RAX] = r[EAX];
	regs->r[RBX] = r[EBX];
	regs->r[RCX] = r[ECX];
	regs->r[RDX] = r[EDX];
	vm->skip(2);
}
