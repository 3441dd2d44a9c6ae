/* SPDX-License-Identifier: GPL-2.0-only */
/* Stage-2 faults: emulated registers, shared pages, violations. */
#include <abi/hypercall.h>
#include "cell.h"
#include "core.h"
#include "mmio.h"
#include "pcpu.h"
#include "trap.h"

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

static const char *access_name(uint64_t esr)
{
	if (ESR_EC(esr) == EC_IABT_LOW)
		return "execute";
	return ESR_ISS(esr) & ISS_WNR ? "write" : "read";
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
		*ip = (read_sysreg(hpfar_el2) >> 4 << 12) | (far & PAGE_MASK);
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
	const char *why = "not mapped";

	if (ISS_DFSC(iss) == DFSC_PERMISSION)
		why = "not permitted";
	else if (iss & ISS_EA || ISS_DFSC(iss) > DFSC_PERMISSION)
		why = "external abort";
	if (iss & ISS_ISV)
		core_park(cpu, "invalid %s of 0x%llx, size %u: %s",
			  access_name(esr), (ull)ip, 1u << ISS_SAS(iss), why);
	else
		core_park(cpu, "invalid %s of %s 0x%llx: %s",
			  access_name(esr), known ? "address" : "virtual",
			  (ull)(known ? ip : read_sysreg(far_el2)), why);
}

static uint64_t extend(uint64_t value, uint32_t iss, uint32_t size)
{
	uint32_t shift = 64 - size * 8;

	if (iss & ISS_SSE)
		value = (uint64_t)((int64_t)(value << shift) >> shift);
	return iss & ISS_SF ? value : (uint32_t)value;
}

static bool emulate(struct pcpu *cpu, struct frame *f, uint32_t iss,
		    uint64_t ip)
{
	struct mmio m = {
		.addr = ip,
		.size = 1u << ISS_SAS(iss),
		.write = iss & ISS_WNR,
	};
	uint64_t elr = read_sysreg(elr_el2), spsr = read_sysreg(spsr_el2);

	if (m.write) {
		m.value = frame_get(f, ISS_SRT(iss));
		if (m.size < 8)
			m.value &= (1ull << m.size * 8) - 1;
	}
	if (!mmio_dispatch(cpu->cell, &m))
		return false;
	/* a device abort on the way would have overwritten them */
	write_sysreg(elr, elr_el2);
	write_sysreg(spsr, spsr_el2);
	if (!m.write)
		frame_set(f, ISS_SRT(iss), extend(m.value, iss, m.size));
	return true;
}

void trap_abort(struct pcpu *cpu, struct frame *f, uint64_t esr)
{
	uint32_t iss = ESR_ISS(esr);
	bool data = ESR_EC(esr) == EC_DABT_LOW;
	uint64_t ip;
	bool known = fault_address(esr, &ip);

	if (data && iss & ISS_ISV && ISS_DFSC(iss) == DFSC_TRANSLATION &&
	    emulate(cpu, f, iss, ip)) {
		cpu_stat(cpu, CB_STAT_MMIO);
		skip_instruction(esr);
		return;
	}
	if (known && ISS_DFSC(iss) <= DFSC_PERMISSION &&
	    mapped_meanwhile(cpu->cell, ip, esr))
		return;
	violation(cpu, esr, ip, known);
}
