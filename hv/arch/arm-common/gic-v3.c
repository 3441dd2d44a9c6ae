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
#include "cell.h"
#include "core.h"
#include "gic-decide.h"
#include "gic-priv.h"
#include "gic_cpuif.h"

#define RWP_SPINS	1000000

static uint32_t ap_count;		/* ICC_AP1R<n>, ICH_AP1R<n> */

static void v3_sync(void *regs)
{
	bool dist = regs == gic.dist;
	uint32_t bit = dist ? GICD_CTLR_RWP : GICR_CTLR_RWP, i = 0;

	/* an SGI frame: its RD frame knows */
	regs = dist ? regs : (char *)regs - GICR_SGI;
	while (gic_read32(regs, GICD_CTLR) & bit && i < RWP_SPINS)
		i++;
}

static void v3_route(uint32_t irq, const struct pcpu *cpu)
{
	gic_write64(gic.dist, GICD_IROUTER + 8 * irq, cpu->hwid);
}

static void v3_set_mask(uint32_t prio)
{
	gic_set_pmr(prio);
	gic_sync();
}

static void v3_kick(const struct pcpu *cpu)
{
	uint64_t sgi = gic_sgi1r(GIC_HV_SGI, cpu->hwid);

	gic_publish();
	if (gic.direct)
		gic_set_sgi0r(sgi);
	else
		gic_set_sgi1r(sgi);
	gic_sync();
}

static uint32_t v3_ack(void)
{
	uint32_t iar = (uint32_t)(gic.direct ? gic_get_iar0() : gic_get_iar1());

	gic_publish();
	return iar;
}

static void v3_drop(uint32_t iar)
{
	if (gic.direct)
		gic_set_eoir0(iar);
	else
		gic_set_eoir1(iar);
	gic_sync();
}

/* With direct delivery the guest decides whether EOIR has done it already. */
static void v3_deactivate(uint32_t iar)
{
	if (!gic.direct || gic_get_ctlr() & ICC_CTLR_EOIMODE)
		gic_set_dir(iar);
	gic_sync();
}

static void v3_resend(struct pcpu *cpu, uint32_t sgi, uint32_t source)
{
	(void)source;
	gic_write32(gic_private_regs(cpu), GICD_ISPENDR, 1u << sgi);
}

static void v3_lr_get(uint32_t n, struct gic_lr *lr)
{
	uint64_t v = gic_get_ich_lr(n);

	lr->irq = (uint16_t)v;
	lr->state = (uint8_t)(v >> 62);
	lr->prio = (uint8_t)(v >> ICH_LR_PRIO);
	lr->source = 0;
	lr->eoi = !(v & ICH_LR_HW) && v & ICH_LR_EOI;
}

static void v3_lr_set(uint32_t n, const struct gic_lr *lr)
{
	uint64_t v = (uint64_t)lr->state << 62 | ICH_LR_GROUP1 |
		     (uint64_t)lr->prio << ICH_LR_PRIO | lr->irq;

	if (lr->irq >= 16)
		v |= ICH_LR_HW | (uint64_t)lr->irq << ICH_LR_PHYS;
	else if (lr->eoi)
		v |= ICH_LR_EOI;
	gic_set_ich_lr(n, lr->state ? v : 0);
}

static uint32_t v3_lr_used(void)
{
	return ~(uint32_t)gic_get_ich_elrsr() & 0xffff;
}

static void v3_lr_control(uint32_t bits)
{
	gic_set_ich_hcr(ICH_HCR_EN | bits);
}

/* The step of priorities that can preempt, from the smallest binary point. */
static int v3_init(void)
{
	uint32_t virt = ICH_VTR_PRE((uint32_t)gic_get_ich_vtr());
	uint32_t bpr, pre;

	if (!(gic.linux_ctlr & GICD_CTLR_ARE)) {
		report_add("arch-mismatch", "the GICv3 is used in its version "
			   "2 mode");
		return -CB_ENODEV;
	}
	gic.direct = gic.linux_ctlr & GICD_CTLR_DS &&
		     system_cfg.delivery != CFG_DELIVERY_LIST;
	gic_set_bpr0(0);
	gic_sync();
	bpr = gic_get_bpr0() & 7;
	gic.prio_step = 2u << bpr;
	pre = virt < 7 - bpr ? virt : 7 - bpr;
	ap_count = pre > 5 ? 1u << (pre - 5) : 1;
	return gic_redist_init();
}

static void set_eoimode(bool on)
{
	uint64_t ctlr = gic_get_ctlr() & ~(uint64_t)ICC_CTLR_EOIMODE;

	gic_set_ctlr(ctlr | (on ? ICC_CTLR_EOIMODE : 0));
}

static void clear_virtual(void)
{
	uint32_t i;

	for (i = 0; i < ap_count; i++) {
		gic_set_ich_ap0r(i, 0);
		gic_set_ich_ap1r(i, 0);
	}
	gic_set_ich_vmcr(0);
}

/* The guest's interface becomes virtual; what was active is dropped. */
static void to_virtual(void)
{
	uint64_t vmcr = gic_get_pmr() << ICH_VMCR_PMR |
			gic_get_bpr1() << ICH_VMCR_BPR1;
	uint64_t ctlr = gic_get_ctlr();
	uint32_t i;

	if (ctlr & ICC_CTLR_EOIMODE)
		vmcr |= ICH_VMCR_EOIM;
	if (gic_get_igrpen1() & 1)
		vmcr |= ICH_VMCR_GRP1;
	gic_set_ich_vmcr(vmcr);
	for (i = 0; i < ap_count; i++)
		gic_set_ap1r(i, 0);
	gic_set_ctlr((ctlr & ~(uint64_t)ICC_CTLR_CBPR) | ICC_CTLR_EOIMODE);
	gic_set_bpr1(0);
	gic_set_pmr(0xff);
	gic_set_igrpen1(1);
}

static void from_virtual(void)
{
	uint64_t vmcr = gic_get_ich_vmcr();
	uint32_t i;

	for (i = 0; i < ap_count; i++)
		gic_set_ap1r(i, gic_get_ich_ap1r(i));
	set_eoimode(vmcr & ICH_VMCR_EOIM);
	gic_set_bpr1(vmcr >> ICH_VMCR_BPR1 & 7);
	gic_set_pmr(vmcr >> ICH_VMCR_PMR & 0xff);
	gic_set_igrpen1(vmcr & ICH_VMCR_GRP1 ? 1 : 0);
}

static void v3_cpu_claim(struct pcpu *cpu)
{
	struct gic_cpu *g = &cpu->arch.gic;

	g->lr_count = ICH_VTR_LRS((uint32_t)gic_get_ich_vtr());
	if (g->lr_count > GIC_MAX_LR)
		g->lr_count = GIC_MAX_LR;
	/* the guest has no business with ICC_SRE_EL1 */
	g->linux_ctlr = (uint32_t)gic_get_sre_el2();
	gic_set_sre_el2((g->linux_ctlr | 1) & ~ICC_SRE_ENABLE);
	gic_sync();
	clear_virtual();
	if (gic.direct) {
		gic_write32(gic_private_regs(cpu), GICD_IGROUPR,
			    ~BIT(GIC_HV_SGI));
		gic_set_pmr(gic_prio_in((uint32_t)gic_get_pmr()) & 0xff);
		gic_set_ctlr(gic_get_ctlr() & ~(uint64_t)ICC_CTLR_CBPR);
		gic_set_bpr0(0);
		gic_set_igrpen0(1);
		gic_set_ich_hcr(ICH_HCR_TC);
	} else {
		to_virtual();
		gic_lr_clear(cpu);
		gic_set_ich_hcr(ICH_HCR_EN);
	}
	gic_sync();
}

static void v3_cpu_restore(struct pcpu *cpu)
{
	gic_set_ich_hcr(0);
	if (gic.direct) {
		gic_set_igrpen0(0);
		gic_set_pmr(gic_prio_to_guest((uint32_t)gic_get_pmr(), true) &
			    0xff);
		gic_write32(gic_private_regs(cpu), GICD_IGROUPR, ~0u);
	} else {
		from_virtual();
	}
	clear_virtual();
	gic_set_sre_el2(cpu->arch.gic.linux_ctlr);
	gic_sync();
}

static void v3_cpu_reset(struct pcpu *cpu)
{
	uint32_t i;

	(void)cpu;
	clear_virtual();
	if (gic.direct) {
		for (i = 0; i < ap_count; i++)
			gic_set_ap1r(i, 0);
		set_eoimode(false);
		gic_set_bpr1(0);
		gic_set_igrpen1(0);
	}
	gic_sync();
}

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
			gic_set_sgi1r(gic_sgi1r(irq, target->hwid));
		}
	}
	if (list)
		gic_set_sgi1r(first | list);
}

static void deactivate(struct pcpu *cpu, uint32_t irq)
{
	if (irq < GIC_PRIVATE ? irq != GIC_HV_SGI :
				cfg_irq_test(&cpu->cell->irqs, irq))
		gic_set_dir(irq);
}

static uint64_t direct_read(uint32_t reg)
{
	uint32_t rpr;

	if (reg == GIC_ISS_PMR)
		return gic_prio_to_guest((uint32_t)gic_get_pmr(), true) & 0xff;
	if (reg == GIC_ISS_CTLR)
		return gic_get_ctlr() & ~(uint64_t)ICC_CTLR_PMHE;
	rpr = (uint32_t)gic_get_rpr() & 0xff;
	return rpr == 0xff ? rpr : rpr << 1 & 0xff;
}

static void direct_write(uint32_t reg, uint64_t value)
{
	if (reg == GIC_ISS_PMR)
		gic_set_pmr(gic_prio_in((uint32_t)value) & 0xff);
	else
		set_eoimode(value & ICC_CTLR_EOIMODE);
}

/*
 * Linux at EL1 of a machine that starts at EL2 writes ICC_DIR_EL1 once for
 * each interrupt: it comes first. Group 0 and Secure SGIs do not exist.
 */
bool gic_sysreg(struct pcpu *cpu, uint32_t iss, uint64_t *value, bool write)
{
	uint32_t reg = iss & GIC_ISS_MASK;

	if (reg == GIC_ISS_DIR && write && gic.direct) {
		cpu_stat(cpu, CB_STAT_SYSREG);
		deactivate(cpu, (uint32_t)*value & 0xffffff);
		return true;
	}
	switch (reg) {
	case GIC_ISS_SGI1R:
	case GIC_ISS_ASGI1R:
	case GIC_ISS_SGI0R:
		if (!write || !gic.v3)
			return false;
		cpu_stat(cpu, CB_STAT_VIRT_SGI);
		if (reg == GIC_ISS_SGI1R)
			send_sgi(cpu, *value);
		return true;
	case GIC_ISS_SRE:
		if (!gic.v3)
			return false;
		*value = write ? *value : ICC_SRE_GUEST;
		break;
	case GIC_ISS_PMR:
	case GIC_ISS_CTLR:
	case GIC_ISS_RPR:
		if (!gic.direct || (reg == GIC_ISS_RPR && write))
			return false;
		if (write)
			direct_write(reg, *value);
		else
			*value = direct_read(reg);
		break;
	default:
		return false;
	}
	cpu_stat(cpu, CB_STAT_SYSREG);
	return true;
}

const struct gic_ops gic_v3_ops = {
	.init = v3_init,
	.cpu_claim = v3_cpu_claim,
	.cpu_restore = v3_cpu_restore,
	.cpu_reset = v3_cpu_reset,
	.set_mask = v3_set_mask,
	.kick = v3_kick,
	.ack = v3_ack,
	.drop = v3_drop,
	.deactivate = v3_deactivate,
	.resend = v3_resend,
	.route = v3_route,
	.sync = v3_sync,
	.lr_get = v3_lr_get,
	.lr_set = v3_lr_set,
	.lr_used = v3_lr_used,
	.lr_control = v3_lr_control,
};
