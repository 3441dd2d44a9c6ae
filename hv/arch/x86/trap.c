/* SPDX-License-Identifier: GPL-2.0-only */
/* Exits that both vendors have, and exceptions of the hypervisor itself. */
#include "trap.h"
#include "apic.h"
#include "host.h"
#include "insn.h"

#define EXC_SECURITY	30			/* SVM: a redirected INIT */
#define VMCALL_LEN	3

void trap_hypercall(struct pcpu *cpu, struct regs *regs, uint32_t cpl,
		    bool wide)
{
	uint64_t mask = wide ? ~0ull : ~0u;
	int64_t result;

	if (cpl) {
		vm->inject(X86_UD);
		return;
	}
	cpu_stat(cpu, CB_STAT_HYPERCALL);
	vm->skip(VMCALL_LEN);
	result = core_hypercall(cpu, regs->r[RAX] & mask, regs->r[RDI] & mask,
				regs->r[RSI] & mask);
	if (result == CORE_LEAVE)
		arch_leave(0);
	regs->r[RAX] = (uint64_t)result & mask;
}

/*
 * trap_own() has counted it. One that no CPU has sent is the root cell's; no
 * other cell has devices that raise any.
 */
void trap_nmi(struct pcpu *cpu)
{
	struct priv *p = priv();
	bool machine;

	p->nmi = 0;
	machine = __atomic_exchange_n(&p->machine_nmi, 0, __ATOMIC_RELAXED);
	if (READ_ONCE(cpu->events))
		cpu_events(cpu);
	if (!machine)
		return;
	if (cpu->cell == &root_cell && cpu->state == CPU_RUNNING)
		vm->inject(X86_NMI);
	else
		printk_limited("CPU %u (cell \"%s\"): NMI of the machine "
			       "ignored\n", cpu->id, cpu->cell->cfg.name);
}

/* It is for the root cell to find out what the machine has to say. */
void trap_exception(struct pcpu *cpu, uint32_t vector)
{
	cpu_stat(cpu, CB_STAT_EXCEPTION);
	if (vector == X86_MC)
		printk("Machine check on CPU %u (cell \"%s\")\n", cpu->id,
		       cpu->cell->cfg.name);
	if (vector == X86_MC && cpu->cell != &root_cell)
		core_park(cpu, "machine check");
	else
		vm->inject(vector);
}

void trap_undefined(struct pcpu *cpu, struct regs *regs)
{
	vm->inject(X86_UD);
}

/* It would lose what others have written. */
void trap_invd(struct pcpu *cpu, struct regs *regs)
{
	__asm__ volatile("wbinvd" ::: "memory");
	vm->skip(2);
}

void trap_shutdown(struct pcpu *cpu, struct regs *regs)
{
	core_park(cpu, "triple fault");
}

static void own_nmi(struct host_frame *f)
{
	struct priv *p = priv();

	p->nmi = 1;
	if (!p->cpu || !__atomic_exchange_n(&p->cpu->arch.kicked, 0,
					    __ATOMIC_SEQ_CST))
		p->machine_nmi = 1;
	if (f->rip >= (uint64_t)wait_begin && f->rip < (uint64_t)wait_end)
		f->rip = (uint64_t)wait_end;
	if (f->rip >= (uint64_t)vmx_begin && f->rip < (uint64_t)vmx_end)
		f->rip = (uint64_t)vmx_run;
}

void trap_own(struct host_frame *f)
{
	uint64_t next;

	if (f->vector == X86_NMI) {
		own_nmi(f);
		return;
	}
	if (f->vector >= 32) {
		apic_hw_write(APIC_EOI, 0);
		return;
	}
	next = fixup_find(f->rip);
	if (next) {
		f->rip = next;
		return;
	}
	if (f->vector == EXC_SECURITY) {
		printk_limited("INIT from outside ignored\n");
		return;
	}
	core_panic("exception %llu in the hypervisor: error 0x%llx RIP 0x%llx "
		   "CR2 0x%llx RSP 0x%llx", (ull)f->vector, (ull)f->error,
		   (ull)f->rip, (ull)read_cr(2), (ull)f->rsp);
}
