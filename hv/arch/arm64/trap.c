/* SPDX-License-Identifier: GPL-2.0-only */
/* What brings a CPU from its guest to EL2. */
#include "trap.h"
#include "core.h"
#include "el2.h"
#include "gic.h"
#include "mmio.h"
#include "pcpu.h"
#include "psci.h"

/* Exceptions to EL1h from the same and from a lower level (D1.10.2). */
#define VECTOR_SAME	0x200
#define VECTOR_LOWER	0x400
#define VECTOR_LOWER32	0x600

/* ISS of an abort (D19.2.37) */
#define ISS_ISV		BIT(24)
#define ISS_SAS(iss)	((iss) >> 22 & 3)
#define ISS_SSE		BIT(21)
#define ISS_SRT(iss)	((iss) >> 16 & 31)
#define ISS_SF		BIT(15)
#define ISS_EA		BIT(9)
#define ISS_S1PTW	BIT(7)
#define ISS_WNR		BIT(6)
#define ISS_DFSC(iss)	((iss) & 0x3c)
#define DFSC_TRANSLATION 0x04
#define DFSC_PERMISSION	0x0c


static uint64_t vector_offset(uint64_t spsr)
{
	if (spsr & BIT(4))
		return VECTOR_LOWER32;
	if ((spsr & SPSR_M_MASK) == 0)
		return VECTOR_LOWER;
	return spsr & 1 ? VECTOR_SAME : 0;
}

static void inject_undef(void)
{
	uint64_t spsr = read_sysreg(spsr_el2);

	write_sysreg(ESR_IL, esr_el1);		/* EC 0: unknown */
	write_sysreg(spsr, spsr_el1);
	write_sysreg(read_sysreg(elr_el2), elr_el1);
	write_sysreg(read_sysreg(vbar_el1) + vector_offset(spsr), elr_el2);
	write_sysreg(SPSR_EL1H | SPSR_DAIF, spsr_el2);
}

/* Go on behind the trapped instruction. */
static void skip_instruction(uint64_t esr)
{
	write_sysreg(read_sysreg(elr_el2) + (esr & ESR_IL ? 4 : 2), elr_el2);
}

static uint64_t hpfar_address(uint64_t far)
{
	return read_sysreg(hpfar_el2) >> 4 << 12 | (far & PAGE_MASK);
}

/* An access that the syndrome describes, of a register that is emulated? */
static bool trap_mmio(struct pcpu *cpu, struct frame *f, uint64_t esr)
{
	uint32_t iss = ESR_ISS(esr), reg = ISS_SRT(iss);
	struct mmio m;

	if (!(iss & ISS_ISV) || ISS_DFSC(iss) != DFSC_TRANSLATION)
		return false;
	m.addr = hpfar_address(read_sysreg(far_el2));
	m.size = 1u << ISS_SAS(iss);
	m.write = iss & ISS_WNR;
	if (m.write)
		m.value = frame_get(f, reg) & ~0ull >> (64 - m.size * 8);
	if (!gic_mmio(cpu->cell, &m) && !mmio_dispatch(cpu->cell, &m))
		return false;
	cpu_stat(cpu, CB_STAT_MMIO);
	skip_instruction(esr);
	if (iss & ISS_WNR)
		return true;
	if (iss & ISS_SSE) {
		m.value <<= 64 - m.size * 8;
		m.value = (uint64_t)((int64_t)m.value >> (64 - m.size * 8));
		if (!(iss & ISS_SF))
			m.value = (uint32_t)m.value;
	}
	frame_set(f, reg, m.value);
	return true;
}

/*
 * HPFAR_EL2 holds the address only for some faults (D19.2.63): for a
 * permission fault ask the MMU, without losing the guest's PAR_EL1.
 */
static bool fault_address(uint64_t esr, uint64_t *ip)
{
	uint64_t far = read_sysreg(far_el2), par = read_sysreg(par_el1), got;
	uint32_t iss = ESR_ISS(esr);

	if (ISS_DFSC(iss) != DFSC_PERMISSION || iss & ISS_S1PTW) {
		*ip = hpfar_address(far);
		return true;
	}
	__asm__ volatile("at s1e1r, %0" : : "r"(far));
	isb();
	got = read_sysreg(par_el1);
	write_sysreg(par, par_el1);
	*ip = (got & 0x000ffffffffff000ull) | (far & PAGE_MASK);
	return !(got & 1);
}

static uint32_t needed_right(uint64_t esr)
{
	uint32_t iss = ESR_ISS(esr);

	if (ESR_EC(esr) == EC_IABT_LOW)
		return S2_EXEC;
	return iss & ISS_WNR && !(iss & ISS_S1PTW) ? S2_WRITE : S2_READ;
}

/*
 * Another CPU may have been changing the tables (break before make): wait for
 * it, and if the access is in order now, simply try again.
 */
static bool mapped_meanwhile(struct cell *cell, uint64_t ip, uint64_t esr)
{
	uint32_t attr = 0;
	bool mapped;

	spin_lock(&cell->s2.lock);
	mapped = s2_query(&cell->s2, ipaddr(page_down(ip)), NULL, &attr);
	spin_unlock(&cell->s2.lock);
	return mapped && attr & needed_right(esr);
}

static void violation(struct pcpu *cpu, uint64_t esr, uint64_t ip, bool known)
{
	uint32_t iss = ESR_ISS(esr);
	const char *what = iss & ISS_WNR ? "write" : "read", *why = "not mapped";

	if (ESR_EC(esr) == EC_IABT_LOW)
		what = "execute";
	if (ISS_DFSC(iss) == DFSC_PERMISSION)
		why = "not permitted";
	else if (iss & ISS_EA || ISS_DFSC(iss) > DFSC_PERMISSION)
		why = "external abort";
	if (iss & ISS_ISV)
		core_park(cpu, "invalid %s of 0x%llx, size %u: %s", what,
			  (ull)ip, 1u << ISS_SAS(iss), why);
	else
		core_park(cpu, "invalid %s of %s 0x%llx: %s", what,
			  known ? "address" : "virtual",
			  (ull)(known ? ip : read_sysreg(far_el2)), why);
}

/* A stage-2 fault that is no emulated access. */
static void trap_abort(struct pcpu *cpu, uint64_t esr)
{
	uint64_t ip;
	bool known = fault_address(esr, &ip);

	if (known && ISS_DFSC(ESR_ISS(esr)) <= DFSC_PERMISSION &&
	    mapped_meanwhile(cpu->cell, ip, esr))
		return;
	violation(cpu, esr, ip, known);
}

static void trap_hvc(struct pcpu *cpu, struct frame *f, uint64_t esr)
{
	uint32_t imm = ESR_ISS(esr) & 0xffff;
	int64_t result;

	if (imm == 0) {
		smccc_call(cpu, f->x);
		return;
	}
	if (imm != CB_HVC_IMM) {
		/* the preferred return address is behind it (D1.10.1) */
		write_sysreg(read_sysreg(elr_el2) - 4, elr_el2);
		inject_undef();
		return;
	}
	cpu_stat(cpu, CB_STAT_HYPERCALL);
	result = core_hypercall(cpu, f->x[0], f->x[1], f->x[2]);
	if (result == CORE_LEAVE) {
		f->x[0] = 0;
		arch_leave(cpu->slot);
	}
	f->x[0] = (uint64_t)result;
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
	struct pcpu *cpu = (struct pcpu *)read_sysreg(tpidr_el2);
	uint64_t esr = read_sysreg(esr_el2);

	if (ESR_EC(esr) == EC_DABT_LOW && trap_mmio(cpu, f, esr))
		return;
	switch (ESR_EC(esr)) {
	case EC_HVC64:
		trap_hvc(cpu, f, esr);
		break;
	case EC_DABT_LOW:
	case EC_IABT_LOW:
		trap_abort(cpu, esr);
		break;
	case EC_SYSREG:
		if (trap_sysreg(cpu, f, ESR_ISS(esr)))
			skip_instruction(esr);
		else
			inject_undef();
		break;
	case EC_SMC64:
		trap_smc(cpu, f, esr);
		break;
	default:
		core_park(cpu, "unhandled trap, ESR_EL2 0x%llx", (ull)esr);
	}
}

void trap_irq(struct frame *f)
{
	(void)f;
	gic_handle(this_cpu());
}

void trap_serror(struct frame *f)
{
	(void)f;
	core_park(this_cpu(), "SError, ESR_EL2 0x%llx",
		  (ull)read_sysreg(esr_el2));
}

/* An access in device_access() may fail: skipped, and said in the pad. */
void trap_own(struct frame *f)
{
	uint64_t elr = read_sysreg(elr_el2);

	if (elr >= (uint64_t)__device_access &&
	    elr < (uint64_t)__device_access_end) {
		guest_frame()->pad = 1;
		write_sysreg(elr + 4, elr_el2);
		return;
	}
	core_panic("exception in the hypervisor: ESR 0x%llx ELR 0x%llx "
		   "FAR 0x%llx SP 0x%llx", (ull)read_sysreg(esr_el2),
		   (ull)elr, (ull)read_sysreg(far_el2), (ull)(f + 1));
}
