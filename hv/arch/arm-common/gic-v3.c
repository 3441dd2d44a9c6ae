/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Version 3: CPU interface in system registers, SGIs by affinity.
 *
 * Direct delivery. HCR_EL2.FMO without IMO makes the group-1 registers of the
 * guest the physical ones. The registers that both groups share would be
 * virtual, so ICH_HCR_EL2.TC traps them and they are carried out here, with
 * the guest's priorities in the lower half. The guest can hide from the
 * hypervisor's SGI in one way only: by forging an active priority of 0 in
 * ICC_AP1R0_EL1, which no trap short of ICH_HCR_EL2.TALL1 (two exits for each
 * interrupt) catches; a CPU that does not answer must be stopped by taking
 * its stage 2 away.
 */
#include "gic-priv.h"

/* Only to CPUs of the cell, and never as the hypervisor's SGI. */
static void send_sgi(struct pcpu *cpu, uint64_t value)
{
	uint32_t irq = SGI1R_IRQ(value), list = 0;
	uint64_t set = cpu->cell->cpus.bits, first = 0;
	const struct pcpu *target;

	if (irq == GIC_HV_SGI)
		return;
	for (; set; set &= set - 1) {
		target = &pcpus[__builtin_ctzll(set)];
		if (!SGI1R_OTHERS(value)) {
			list |= gic_sgi1r_bit(value, target->hwid);
			if (list && !first)
				first = gic_sgi1r(irq, target->hwid);
		} else if (target != cpu) {
			cpuif_write(ICC_SGI1R, gic_sgi1r(irq, target->hwid));
		}
	}
	if (list)
		cpuif_write(ICC_SGI1R, first | list);
}

static void deactivate(struct pcpu *cpu, uint32_t irq)
{
	if (irq < GIC_PRIVATE ? irq != GIC_HV_SGI :
				cfg_irq_test(&cpu->cell->irqs, irq))
		cpuif_write(ICC_DIR, irq);
}

/* Of the registers that groups share: as if there were the guest's alone. */
static bool direct_read(uint32_t reg, uint64_t *value)
{
	uint32_t prio = (uint32_t)cpuif_read(reg == GIC_ISS_PMR ? ICC_PMR :
					     ICC_RPR) & 0xff;

	if (reg == GIC_ISS_CTLR)
		*value = cpuif_read(ICC_CTLR) & ~(uint64_t)ICC_CTLR_PMHE;
	else if (reg == GIC_ISS_RPR && prio == 0xff)
		*value = prio;
	else if (reg == GIC_ISS_PMR || reg == GIC_ISS_RPR)
		*value = gic_prio_to_guest(prio, true) & 0xff;
	else
		return false;
	return true;
}

/*
 * Linux at EL1 of a machine that starts at EL2 writes ICC_DIR_EL1 once for
 * each interrupt: it comes first. Group 0 and Secure SGIs do not exist. What
 * direct_read() knows, and ICC_DIR_EL1, trap with direct delivery only.
 */
bool gic_sysreg(struct pcpu *cpu, uint32_t reg, uint64_t *value, bool write)
{
	uint32_t stat = CB_STAT_SYSREG;

	if (!gic.v3) {
		return false;
	} else if (!write) {
		if (reg == GIC_ISS_SRE)
			*value = ICC_SRE_GUEST;
		else if (!direct_read(reg, value))
			return false;
	} else if (reg == GIC_ISS_DIR) {
		deactivate(cpu, (uint32_t)*value & 0xffffff);
	} else if (reg == GIC_ISS_SGI1R) {
		send_sgi(cpu, *value);
		stat = CB_STAT_VIRT_SGI;
	} else if (reg == GIC_ISS_ASGI1R || reg == GIC_ISS_SGI0R) {
		stat = CB_STAT_VIRT_SGI;
	} else if (reg == GIC_ISS_PMR) {
		cpuif_write(ICC_PMR, gic_prio_in((uint32_t)*value) & 0xff);
	} else if (reg == GIC_ISS_CTLR) {
		cpuif_write(ICC_CTLR, (*value & ICC_CTLR_EOIMODE) |
			    (cpuif_read(ICC_CTLR) &
			     ~(uint64_t)ICC_CTLR_EOIMODE));
	} else if (reg != GIC_ISS_SRE) {
		return false;
	}
	cpu_stat(cpu, stat);
	return true;
}
