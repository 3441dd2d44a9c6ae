// SPDX-License-Identifier: GPL-2.0-only
/* Control registers: what a guest may set, as the hardware would say. */
#include <insn.h>
#include "trap.h"

#define SEG_DPL(attr)	((attr) >> 5 & 3)

/* Bits of EFER that the hypervisor needs as they are. */
#define EFER_HOST	(EFER_LME | EFER_LMA | EFER_NXE | EFER_SVME)

/*
 * LMA is the hardware's, LME fixed while paging is on, SVME the hypervisor's.
 * Of the others the CPU knows best: they are tried for a moment.
 */
bool efer_write(uint64_t value)
{
	uint64_t old = vm->get(VM_EFER), host = rdmsr(MSR_EFER);
	uint64_t try = (host & EFER_HOST) | (value & ~EFER_HOST);
	bool good;

	if (value & EFER_SVME ||
	    ((value ^ old) & EFER_LME && vm->get(VM_CR0) & CR0_PG))
		return false;
	/* QEMU forgets bits that it has not */
	good = wrmsr_safe(MSR_EFER, try) && rdmsr(MSR_EFER) == try;
	wrmsr_safe(MSR_EFER, host);
	if (!good)
		return false;
	vm->set(VM_EFER, (value & ~EFER_LMA) | (old & EFER_LMA));
	return true;
}

/*
 * CR0.NE is set whatever the guest writes: it reads its own value, and the
 * hardware executes the instruction again, with all that follows. Of CR4, VMXE
 * and SMXE are hidden, and what is not there cannot be set.
 */
void trap_cr(struct pcpu *cpu, uint32_t cr, uint64_t value)
{
	uint64_t cr0 = vm->get(VM_CR0);

	cpu_stat(cpu, CB_STAT_CR);
	if (cr == 0 && (cr0 ^ value) & CR0_NE)
		vm->set(VM_CR0, cr0 ^ CR0_NE);
	else
		vm->inject(X86_GP);
}

/* XCR0 is the guest's while the hypervisor runs: the CPU judges the value. */
void trap_xsetbv(struct pcpu *cpu, struct regs *regs)
{
	struct cb_x86_segment ss;

	cpu_stat(cpu, CB_STAT_XSETBV);
	vm->get_segment(CB_X86_SS, &ss);
	if (!(vm->get(VM_CR4) & CR4_OSXSAVE))
		vm->inject(X86_UD);
	else if (SEG_DPL(ss.attr) ||
		 !xsetbv_safe((uint32_t)regs->r[RCX],
			      (uint32_t)regs->r[RAX] | regs->r[RDX] << 32))
		vm->inject(X86_GP);
	else
		vm->skip(3);
}
