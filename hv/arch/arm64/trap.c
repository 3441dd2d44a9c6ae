/* SPDX-License-Identifier: GPL-2.0-only */
/* What brings a CPU from its guest to EL2. */
#include "core.h"
#include "el2.h"
#include "gic.h"
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
#define ISS_S1PTW	BIT(7)
#define ISS_WNR		BIT(6)
#define ISS_DFSC(iss)	((iss) & 0x3c)
#define DFSC_TRANSLATION 0x04
#define DFSC_PERMISSION	0x0c
#define PAR_ADDR	0x000ffffffffff000ull

/* What HCR_EL2 traps besides the interrupt controller's registers. */
#define LOR_EL1		ISS_REG(3u, 0u, 10u, 4u, 0u)	/* op2: all of them */
#define LOR_OP2		ISS_REG(0u, 0u, 0u, 0u, 7u)
#define ACTLR_EL1	ISS_REG(3u, 0u, 1u, 0u, 1u)
#define DC_SET_WAY	ISS_REG(1u, 0u, 7u, 2u, 2u)
#define SET_WAY_CRM	ISS_REG(0u, 0u, 0u, 12u, 0u)	/* 6, 10, 14 */

/* hv.lds.S */
extern char __may_fault[], __may_fault_end[];

/* What is in front of ELR_EL2 does not exist. */
static void inject_undef(void)
{
	uint64_t spsr = read_sysreg(spsr_el2);
	uint64_t vector = spsr & BIT(4) ? VECTOR_LOWER32 :
			  !(spsr & SPSR_M_MASK) ? VECTOR_LOWER :
			  spsr & 1 ? VECTOR_SAME : 0;

	write_sysreg(ESR_IL, esr_el1);		/* EC 0: unknown */
	write_sysreg(spsr, spsr_el1);
	write_sysreg(read_sysreg(elr_el2) - 4, elr_el1);
	write_sysreg(read_sysreg(vbar_el1) + vector, elr_el2);
	write_sysreg(SPSR_EL1H | SPSR_DAIF, spsr_el2);
}

/* Go on behind the trapped instruction. */
static void skip_instruction(uint32_t esr)
{
	write_sysreg(read_sysreg(elr_el2) + (esr & ESR_IL ? 4 : 2), elr_el2);
}

static uint64_t hpfar_address(void)
{
	return read_sysreg(hpfar_el2) >> 4 << 12 |
	       (read_sysreg(far_el2) & PAGE_MASK);
}

/* An access that the syndrome describes, of a register that is emulated? */
static bool trap_mmio(struct pcpu *cpu, uint64_t *x, uint32_t esr)
{
	uint64_t *reg = &x[ISS_SRT(esr)];
	struct mmio m;
	uint32_t shift;

	if (!(esr & ISS_ISV) || ISS_DFSC(esr) != DFSC_TRANSLATION)
		return false;
	m.addr = hpfar_address();
	m.size = 1u << ISS_SAS(esr);
	m.write = esr & ISS_WNR;
	shift = 64 - m.size * 8;
	if (m.write)
		m.value = *reg & ~0ull >> shift;
	if (!gic_mmio(cpu->cell, &m) && !mmio_dispatch(cpu->cell, &m))
		return false;
	cpu_stat(cpu, CB_STAT_MMIO);
	skip_instruction(esr);
	if (esr & ISS_WNR)
		return true;
	if (esr & ISS_SSE)
		m.value = (uint64_t)((int64_t)(m.value << shift) >> shift);
	*reg = esr & ISS_SF ? m.value : (uint32_t)m.value;
	return true;
}

/*
 * HPFAR_EL2 holds the address only for some faults (D19.2.63): for a
 * permission fault ask the MMU, without losing the guest's PAR_EL1. ~0: the
 * guest has changed its own tables since.
 */
static uint64_t fault_address(uint32_t esr)
{
	uint64_t far = read_sysreg(far_el2), par = read_sysreg(par_el1), got;

	if (ISS_DFSC(esr) != DFSC_PERMISSION || esr & ISS_S1PTW)
		return hpfar_address();
	__asm__ volatile("at s1e1r, %0" : : "r"(far));
	isb();
	got = read_sysreg(par_el1);
	write_sysreg(par, par_el1);
	return got & 1 ? ~0ull : (got & PAR_ADDR) | (far & PAGE_MASK);
}

static void violation(struct pcpu *cpu, uint32_t esr, uint64_t ip,
		      uint32_t right)
{
	const char *what = right == S2_EXEC ? "execute" :
			   right == S2_WRITE ? "write" : "read";
	const char *why = ISS_DFSC(esr) > DFSC_PERMISSION ? "external abort" :
			  ISS_DFSC(esr) == DFSC_PERMISSION ? "not permitted" :
							     "not mapped";

	if (right != S2_EXEC && esr & ISS_ISV)
		core_park(cpu, "invalid %s of 0x%llx, size %u: %s", what,
			  (ull)ip, 1u << ISS_SAS(esr), why);
	else
		core_park(cpu, "invalid %s of address 0x%llx: %s", what,
			  (ull)ip, why);
}

/*
 * A stage-2 fault that is no emulated access. Another CPU may have been
 * changing the tables (break before make): wait for it, and if the access is
 * in order now, simply try again. Apart, as it would burden short traps.
 */
__attribute__((noinline)) static void trap_abort(struct pcpu *cpu, uint32_t esr)
{
	uint32_t right = S2_READ, attr = 0;
	struct s2 *s2 = &cpu->cell->s2;
	uint64_t ip = fault_address(esr);

	if (ESR_EC(esr) == EC_IABT_LOW)
		right = S2_EXEC;
	else if (esr & ISS_WNR && !(esr & ISS_S1PTW))
		right = S2_WRITE;
	spin_lock(&s2->lock);
	if (ISS_DFSC(esr) <= DFSC_PERMISSION)
		attr = s2_query(s2, ipaddr(page_down(ip)), NULL);
	spin_unlock(&s2->lock);
	if (!(attr & right))
		violation(cpu, esr, ip, right);
}

/* A line that does not exist may be undefined (K1.2.11). */
MAY_FAULT static void clean_line(uint64_t op)
{
	__asm__ volatile("dc cisw, %0\n dsb sy" : : "r"(op) : "memory");
}

/* It reaches any owner's lines: clean and invalidate, which loses no data. */
static void cache_set_way(uint64_t op)
{
	uint64_t elr = read_sysreg(elr_el2), spsr = read_sysreg(spsr_el2);

	clean_line((uint32_t)op);
	write_sysreg(elr, elr_el2);
	write_sysreg(spsr, spsr_el2);
}

/*
 * Besides the interrupt controller's and cache maintenance: what the guest may
 * ask for but not have is zero, and writes are ignored.
 */
static bool trap_sysreg(struct pcpu *cpu, uint64_t *x, uint32_t esr)
{
	uint32_t reg = esr & ISS_REG_MASK;
	uint64_t *operand = &x[ISS_RT(esr)];

	if (gic_sysreg(cpu, esr & (ISS_REG_MASK | ISS_READ), operand))
		return true;
	cpu_stat(cpu, CB_STAT_SYSREG);
	if ((reg & ~SET_WAY_CRM) == DC_SET_WAY)
		cache_set_way(*operand);
	else if (reg != ACTLR_EL1 && (reg & ~LOR_OP2) != LOR_EL1)
		return false;
	if (esr & ISS_READ)
		*operand = 0;
	return true;
}

/* HVC or SMC; of the latter, only #0 is a call (SMCCC 2.9). */
static bool trap_call(struct pcpu *cpu, uint64_t *x, uint32_t esr)
{
	uint32_t imm = esr & 0xffff;

	if (imm == 0) {
		smccc_call(cpu, x);
		return true;
	}
	if (imm != CB_HVC_IMM || ESR_EC(esr) != EC_HVC64)
		return false;
	cpu_stat(cpu, CB_STAT_HYPERCALL);
	x[0] = (uint64_t)core_hypercall(cpu, x[0], x[1], x[2]);
	if (x[0] == CORE_LEAVE) {
		x[0] = 0;
		arch_leave(cpu->slot);
	}
	return true;
}

/* What was trapped and is yet to be executed is skipped first (D1.10.1). */
void trap_sync(uint64_t *x)
{
	struct pcpu *cpu = (struct pcpu *)read_sysreg(tpidr_el2);
	uint32_t esr = (uint32_t)read_sysreg(esr_el2);

	if (ESR_EC(esr) == EC_DABT_LOW && trap_mmio(cpu, x, esr))
		return;
	switch (ESR_EC(esr)) {
	case EC_SMC64:
		skip_instruction(esr);
		/* fall through */
	case EC_HVC64:
		if (!trap_call(cpu, x, esr))
			inject_undef();
		break;
	case EC_SYSREG:
		skip_instruction(esr);
		if (!trap_sysreg(cpu, x, esr))
			inject_undef();
		break;
	case EC_DABT_LOW:
	case EC_IABT_LOW:
		trap_abort(cpu, esr);
		break;
	default:
		core_park(cpu, "%s, ESR_EL2 0x%llx", ESR_EC(esr) == EC_SERROR ?
			  "SError" : "unhandled trap", (ull)esr);
	}
}

/* An FIQ or IRQ. One for each exit: what else is pending causes the next. */
void trap_irq(void)
{
	struct pcpu *cpu = this_cpu();

	if (gic_take(cpu))
		cpu_events(cpu);
}

void trap_own(uint64_t *x)
{
	uint64_t elr = read_sysreg(elr_el2);

	if (elr >= (uint64_t)__may_fault && elr < (uint64_t)__may_fault_end) {
		x[0] = ~0ull;
		write_sysreg(x[REG_LINK], elr_el2);
		return;
	}
	core_panic("exception in the hypervisor: ESR 0x%llx ELR 0x%llx "
		   "FAR 0x%llx SP 0x%llx", (ull)read_sysreg(esr_el2),
		   (ull)elr, (ull)read_sysreg(far_el2), (ull)(x + 32));
}
