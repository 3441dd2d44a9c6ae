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
	uint64_t set = cpu->cell->cfg.cpus.bits;
	uint32_t irq = SGI1R_IRQ(value), list = 0;
	const struct pcpu *target;

	if (irq == GIC_HV_SGI)
		return;
	for (; set; set &= set - 1) {
		target = &pcpus[__builtin_ctzll(set)];
		if (!SGI1R_OTHERS(value))
			list |= gic_sgi1r_bit(value, target->hwid);
		else if (target != cpu)
			cpuif_write(ICC_SGI1R, gic_sgi1r(irq, target->hwid));
	}
	if (list)
		cpuif_write(ICC_SGI1R, (value & SGI1R_CLUSTER_IRQ) | list);
}

/*
 * Group 0 and Secure SGIs do not exist. Of the registers that groups share, the
 * guest sees what it would if there were its own group alone; they and
 * ICC_DIR_EL1 trap with direct delivery only.
 */
bool gic_sysreg(struct pcpu *cpu, uint32_t iss, uint64_t *value)
{
	uint32_t stat = CB_STAT_SYSREG, v = (uint32_t)*value;

	switch (gic.v3 ? iss : 0) {
	case ISS_ICC_DIR:
		v &= 0xffffff;
		if (v < GIC_MAX_IRQ &&
		    gic_owned(cpu->cell, v / 32) >> v % 32 & 1)
			cpuif_write(ICC_DIR, v);
		break;
	case ISS_ICC_SGI1R:
		send_sgi(cpu, *value);
		/* fall through */
	case ISS_ICC_ASGI1R:
	case ISS_ICC_SGI0R:
		stat = CB_STAT_VIRT_SGI;
		break;
	case ISS_ICC_PMR:
		cpuif_write(ICC_PMR, gic_prio_in(v) & 0xff);
		break;
	case ISS_ICC_PMR | ISS_READ:
		*value = gic_prio_to_guest((uint32_t)cpuif_read(ICC_PMR),
					   true) & 0xff;
		break;
	case ISS_ICC_RPR | ISS_READ:
		v = (uint32_t)cpuif_read(ICC_RPR) & 0xff;
		*value = v == 0xff ? v : gic_prio_to_guest(v, true) & 0xff;
		break;
	case ISS_ICC_CTLR:
		cpuif_write(ICC_CTLR, gic_merge((uint32_t)cpuif_read(ICC_CTLR),
						v, ICC_CTLR_EOIMODE));
		break;
	case ISS_ICC_CTLR | ISS_READ:
		*value = cpuif_read(ICC_CTLR) & ~(uint64_t)ICC_CTLR_PMHE;
		break;
	case ISS_ICC_SRE | ISS_READ:
		*value = ICC_SRE_GUEST;
		break;
	case ISS_ICC_SRE:
		break;
	default:
		return false;
	}
	cpu_stat(cpu, stat);
	return true;
}
