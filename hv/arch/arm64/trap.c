/* SPDX-License-Identifier: GPL-2.0-only */
/* What brings a CPU from its guest to EL2. */
#include "trap.h"
#include <abi/hypercall.h>
#include "core.h"
#include "gic.h"
#include "pcpu.h"
#include "psci.h"

/* Exceptions to EL1h from the same and from a lower level (D1.10.2). */
#define VECTOR_SAME	0x200
#define VECTOR_LOWER	0x400
#define VECTOR_LOWER32	0x600

static uint64_t vector_offset(uint64_t spsr)
{
	if (spsr & BIT(4))
		return VECTOR_LOWER32;
	if ((spsr & SPSR_M_MASK) == 0)
		return VECTOR_LOWER;
	return spsr & 1 ? VECTOR_SAME : 0;
}

void inject_undef(void)
{
	uint64_t spsr = read_sysreg(spsr_el2);

	write_sysreg(ESR_IL, esr_el1);		/* EC 0: unknown */
	write_sysreg(spsr, spsr_el1);
	write_sysreg(read_sysreg(elr_el2), elr_el1);
	write_sysreg(read_sysreg(vbar_el1) + vector_offset(spsr), elr_el2);
	write_sysreg(SPSR_EL1H | SPSR_DAIF, spsr_el2);
}

static void disable_leave(struct pcpu *cpu, struct frame *f)
{
	uint32_t slot = cpu->slot;

	f->x[0] = 0;
	arch_leave(slot);
}

static void trap_hvc(struct pcpu *cpu, struct frame *f, uint64_t esr)
{
	uint32_t imm = ESR_ISS(esr) & 0xffff;
	int64_t result;

	if (imm == CB_HVC_IMM) {
		cpu_stat(cpu, CB_STAT_HYPERCALL);
		result = core_hypercall(cpu, f->x[0], f->x[1], f->x[2]);
		if (result == CORE_LEAVE)
			disable_leave(cpu, f);
		f->x[0] = (uint64_t)result;
		return;
	}
	if (imm == 0) {
		smccc_call(cpu, f->x);
		return;
	}
	/* the preferred return address of HVC is behind it (D1.10.1) */
	write_sysreg(read_sysreg(elr_el2) - 4, elr_el2);
	inject_undef();
}

/* Trapped, it is yet to be executed. Only #0 is a call (SMCCC 2.9). */
static void trap_smc(struct pcpu *cpu, struct frame *f, uint64_t esr)
{
	if (ESR_ISS(esr) & 0xffff) {
		inject_undef();
		return;
	}
	skip_instruction(esr);
	smccc_call(cpu, f->x);
}

void trap_sync(struct frame *f)
{
	struct pcpu *cpu = this_cpu();
	uint64_t esr = read_sysreg(esr_el2);

	switch (ESR_EC(esr)) {
	case EC_HVC64:
		trap_hvc(cpu, f, esr);
		break;
	case EC_DABT_LOW:
	case EC_IABT_LOW:
		trap_abort(cpu, f, esr);
		break;
	case EC_SYSREG:
		trap_sysreg(cpu, f, esr);
		break;
	case EC_SMC64:
		trap_smc(cpu, f, esr);
		break;
	default:
		core_park(cpu, "unhandled trap, ESR_EL2 0x%llx",
			  (unsigned long long)esr);
	}
}

void trap_irq(void)
{
	gic_handle(this_cpu());
}

void trap_serror(struct frame *f)
{
	(void)f;
	core_park(this_cpu(), "SError, ESR_EL2 0x%llx",
		  (unsigned long long)read_sysreg(esr_el2));
}

void trap_own(uint64_t sp)
{
	core_panic("exception in the hypervisor: ESR 0x%llx ELR 0x%llx "
		   "FAR 0x%llx SP 0x%llx",
		   (unsigned long long)read_sysreg(esr_el2),
		   (unsigned long long)read_sysreg(elr_el2),
		   (unsigned long long)read_sysreg(far_el2),
		   (unsigned long long)sp);
}
