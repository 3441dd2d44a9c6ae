/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The CPU interface, physical and virtual. Its registers mean the same in both
 * versions: system registers in 3; in 2 they lie in memory, where guests get
 * the virtual interface in place of the physical one.
 */
#include "gic-priv.h"

#define GICC_DIR_PAGE	0x1000		/* of aliased controllers: 0x10000 */
#define RWP_SPINS	1000000

/* Where the versions have the fields: numbers of bits, but for the masks. */
static const struct if_layout {
	uint8_t lr_phys;
	uint8_t lr_prio;
	uint8_t lr_state;
	uint8_t lr_hw;
	uint8_t prio_low;	/* bits of a priority that are left out */
	uint8_t vmcr_bpr;
	uint32_t vmcr_enable;	/* mask */
	uint32_t eoimode;	/* mask, in CTLR */
	uint64_t lr_group;	/* mask */
} layouts[] = {
	{ 10, 23, 28, 31, 3, 21, BIT(0), BIT(9), 0 },
	{ 32, 48, 62, 61, 0, 18, BIT(1), ICC_CTLR_EOIMODE, BIT64(60) },
};
#define LR_EOI	9			/* counted from lr_phys */

static uint32_t ap_count;		/* ICC_AP1R<n>, ICH_AP1R<n> */
static char *gicc, *gich;		/* version 2 */
static uint32_t gicc_dir;

static const struct if_layout *layout(void)
{
	return &layouts[gic.v3];
}

static char *v2_frame(uint32_t reg)
{
	return reg >= ICH_HCR ? gich : gicc;
}

static uint32_t v2_offset(uint32_t reg)
{
	static const uint16_t offsets[ICH_LR0] = {
		[ICC_CTLR] = GICC_CTLR, [ICC_PMR] = GICC_PMR,
		[ICC_BPR1] = GICC_BPR, [ICC_IAR1] = GICC_IAR,
		[ICC_EOIR1] = GICC_EOIR, [ICC_AP1R0] = GICC_APR,
		[ICH_HCR] = GICH_HCR, [ICH_VTR] = GICH_VTR,
		[ICH_VMCR] = GICH_VMCR, [ICH_AP1R0] = GICH_APR,
	};

	if (reg >= ICH_LR0)
		return GICH_LR + 4 * (reg - ICH_LR0);
	return reg == ICC_DIR ? gicc_dir : offsets[reg];
}

uint64_t gic_get(uint32_t reg)
{
	if (gic.v3)
		return cpuif_read(reg);
	return gic_read32(v2_frame(reg), v2_offset(reg));
}

void gic_set(uint32_t reg, uint64_t v)
{
	if (gic.v3)
		cpuif_write(reg, v);
	else
		gic_write32(v2_frame(reg), v2_offset(reg), (uint32_t)v);
}

/* The step of priorities that can preempt, from those that the mask keeps. */
static int v2_init(const struct cfg_intc *cfg)
{
	uint32_t pmr, step;

	if (cfg->hyp.size < PAGE_SIZE || cfg->vcpu.size < 2 * PAGE_SIZE)
		return gic_missing("virtualization extensions");
	if (cfg->cpu.size < 2 * PAGE_SIZE)
		return gic_missing("deactivate register");
	gicc_dir = cfg->cpu.size >= 0x20000 ? 0x10000 : GICC_DIR_PAGE;
	gicc = arch_map_device(paddr(cfg->cpu.base), gicc_dir + PAGE_SIZE);
	gich = arch_map_device(paddr(cfg->hyp.base), PAGE_SIZE);
	if (!gicc || !gich)
		return -CB_ENOMEM;
	pmr = gic_read32(gicc, GICC_PMR);
	gic_write32(gicc, GICC_PMR, 0xff);
	step = gic_read32(gicc, GICC_PMR) & 0xff;
	gic_write32(gicc, GICC_PMR, pmr);
	gic.prio_step = step & -step;
	ap_count = 1;
	return 0;
}

/* The same from the smallest binary point. */
static int v3_init(void)
{
	uint32_t virt = ICH_VTR_PRE((uint32_t)cpuif_read(ICH_VTR));
	uint32_t bpr, pre;

	if (!(gic.linux_ctlr & GICD_CTLR_ARE)) {
		report_add("arch-mismatch", "the GICv3 is used in its version "
			   "2 mode");
		return -CB_ENODEV;
	}
	gic.direct = gic.linux_ctlr & GICD_CTLR_DS &&
		     system_cfg.delivery != CFG_DELIVERY_LIST;
	cpuif_write(ICC_BPR0, 0);
	isb();
	bpr = cpuif_read(ICC_BPR0) & 7;
	gic.prio_step = 2u << bpr;
	pre = virt < 7 - bpr ? virt : 7 - bpr;
	ap_count = pre > 5 ? 1u << (pre - 5) : 1;
	return gic_redist_init();
}

int gic_if_init(void)
{
	return gic.v3 ? v3_init() : v2_init(gic.cfg);
}

/* split: EOIR drops the priority only. Bit 0: enable in 2, CBPR in 3. */
static void set_control(bool enable, bool split)
{
	uint64_t ctlr = gic_get(ICC_CTLR) & ~(layout()->eoimode | 1ull);

	if (split)
		ctlr |= layout()->eoimode;
	if (gic.v3)
		cpuif_write(ICC_IGRPEN1, enable);
	else
		ctlr |= enable;
	gic_set(ICC_CTLR, ctlr);
}

static void clear_active(uint32_t first)
{
	uint32_t i;

	for (i = 0; i < ap_count; i++)
		gic_set(first + i, 0);
}

static void clear_virtual(void)
{
	if (gic.v3)
		clear_active(ICH_AP0R0);
	clear_active(ICH_AP1R0);
	gic_set(ICH_VMCR, 0);
}

/*
 * The guest's interface becomes virtual; what was active is dropped. Linux that
 * came up at EL2 has dropped the priority of the running IPI already (EOImode
 * 1); the active priorities are cleared for one that has not.
 */
static void to_virtual(struct pcpu *cpu)
{
	const struct if_layout *l = layout();
	uint64_t ctlr = gic_get(ICC_CTLR), pmr = gic_get(ICC_PMR) & 0xff;
	uint64_t vmcr = pmr >> l->prio_low << (ICH_VMCR_PMR + l->prio_low) |
			(gic_get(ICC_BPR1) & 7) << l->vmcr_bpr;

	if (ctlr & l->eoimode)
		vmcr |= ICH_VMCR_EOIM;
	if ((gic.v3 ? cpuif_read(ICC_IGRPEN1) : ctlr) & 1)
		vmcr |= l->vmcr_enable;
	gic_set(ICH_VMCR, vmcr);
	gic_lr_clear(cpu);
	set_control(true, true);
	clear_active(ICC_AP1R0);
	gic_set(ICC_BPR1, 0);
	gic_set(ICC_PMR, 0xff);
}

static void from_virtual(void)
{
	uint64_t vmcr = gic_get(ICH_VMCR);
	uint32_t i;

	for (i = 0; i < ap_count; i++)
		gic_set(ICC_AP1R0 + i, gic_get(ICH_AP1R0 + i));
	set_control(vmcr & layout()->vmcr_enable, vmcr & ICH_VMCR_EOIM);
	gic_set(ICC_BPR1, vmcr >> layout()->vmcr_bpr & 7);
	gic_set(ICC_PMR, vmcr >> ICH_VMCR_PMR & 0xff);
}

/* The guest keeps the physical interface, less the hypervisor's SGI. */
static void share(struct pcpu *cpu, bool on)
{
	uint32_t pmr = (uint32_t)cpuif_read(ICC_PMR);

	pmr = on ? gic_prio_in(pmr) : gic_prio_to_guest(pmr, true);
	gic_write32(gic_private_regs(cpu), GICD_IGROUPR,
		    on ? ~BIT(GIC_HV_SGI) : ~0u);
	cpuif_write(ICC_PMR, pmr & 0xff);
	cpuif_write(ICC_CTLR, cpuif_read(ICC_CTLR) & ~(uint64_t)ICC_CTLR_CBPR);
	cpuif_write(ICC_BPR0, 0);
	cpuif_write(ICC_IGRPEN0, on);
	cpuif_write(ICH_HCR, on ? ICH_HCR_TC : 0);
}

void gic_if_claim(struct pcpu *cpu)
{
	struct gic_cpu *g = &cpu->arch.gic;
	uint32_t count = ICH_VTR_LRS((uint32_t)gic_get(ICH_VTR));

	g->lr_count = count < GIC_MAX_LR ? count : GIC_MAX_LR;
	if (gic.v3) {
		/* the guest has no business with ICC_SRE_EL1 */
		g->linux_sre = cpuif_read(ICC_SRE_EL2);
		cpuif_write(ICC_SRE_EL2, (g->linux_sre | 1) & ~ICC_SRE_ENABLE);
		isb();
	} else {
		/* banked: names the CPU that reads it; zero for a single CPU */
		g->target = gic_read32(gic.dist, GICD_ITARGETSR) & 0xff;
		g->target += !g->target;
	}
	clear_virtual();
	if (gic.direct)
		share(cpu, true);
	else
		to_virtual(cpu);
	isb();
}

void gic_if_restore(struct pcpu *cpu)
{
	if (gic.direct)
		share(cpu, false);
	else
		from_virtual();
	gic_set(ICH_HCR, 0);
	clear_virtual();
	if (gic.v3)
		cpuif_write(ICC_SRE_EL2, cpu->arch.gic.linux_sre);
	isb();
}

void gic_if_reset(uint32_t mask)
{
	clear_virtual();
	if (gic.direct) {
		clear_active(ICC_AP1R0);
		set_control(false, false);
		cpuif_write(ICC_BPR1, 0);
	}
	gic_set(ICC_PMR, mask);
	isb();
}

uint32_t gic_ack(void)
{
	uint32_t iar = (uint32_t)gic_get(gic.direct ? ICC_IAR0 : ICC_IAR1);

	dsb_ish();		/* what was stored before it was sent */
	if ((iar & 0x3ff) < GIC_SPURIOUS)
		gic_set(gic.direct ? ICC_EOIR0 : ICC_EOIR1, iar);
	isb();
	return iar;
}

/* With direct delivery the guest decides whether EOIR has done it already. */
void gic_deactivate(uint32_t iar)
{
	if (!gic.direct || cpuif_read(ICC_CTLR) & ICC_CTLR_EOIMODE)
		gic_set(ICC_DIR, iar);
	isb();
}

void arch_cpu_kick(struct pcpu *cpu)
{
	dsb_ish();
	if (gic.v3)
		cpuif_write(gic.direct ? ICC_SGI0R : ICC_SGI1R,
			    gic_sgi1r(GIC_HV_SGI, cpu->hwid));
	else
		gic_write32(gic.dist, GICD_SGIR,
			    cpu->arch.gic.target << 16 | GIC_HV_SGI);
	isb();
}

/* Version 2, by byte: QEMU sets the others of a word without a source. */
void gic_resend(struct pcpu *cpu, uint32_t sgi, uint32_t source)
{
	if (gic.v3)
		gic_write32(gic_private_regs(cpu), GICD_ISPENDR, 1u << sgi);
	else
		gic_write8(gic.dist, GICD_SPENDSGIR + sgi,
			   (uint8_t)(1u << source));
}

void gic_route(uint32_t irq, const struct pcpu *cpu)
{
	if (gic.v3)
		gic_write64(gic.dist, GICD_IROUTER + 8 * irq, cpu->hwid);
	else
		gic_write8(gic.dist, GICD_ITARGETSR + irq,
			   (uint8_t)cpu->arch.gic.target);
}

/* Of an SGI frame in version 3, its RD frame knows. */
void gic_wait(void *regs)
{
	bool dist = regs == gic.dist;
	uint32_t bit = dist ? GICD_CTLR_RWP : GICR_CTLR_RWP, i = 0;

	if (!gic.v3) {
		gic_read32(regs, GICD_ICENABLER);
		return;
	}
	regs = (char *)regs - (dist ? 0 : GICR_SGI);
	while (gic_read32(regs, GICD_CTLR) & bit && i < RWP_SPINS)
		i++;
}

void gic_lr_get(uint32_t n, struct gic_lr *lr)
{
	const struct if_layout *l = layout();
	uint64_t v = gic_get(ICH_LR0 + n);

	*lr = (struct gic_lr){
		.irq = v & 0x3ff,
		.state = v >> l->lr_state & 3,
		.prio = (uint8_t)(v >> l->lr_prio << l->prio_low),
	};
	if (v >> l->lr_hw & 1)
		return;
	lr->source = v >> l->lr_phys & 7;
	lr->eoi = v >> l->lr_phys >> LR_EOI & 1;
}

void gic_lr_set(uint32_t n, const struct gic_lr *lr)
{
	const struct if_layout *l = layout();
	uint64_t phys = lr->irq, v = lr->irq | l->lr_group;

	v |= (uint64_t)lr->state << l->lr_state;
	v |= (uint64_t)lr->prio >> l->prio_low << l->lr_prio;
	if (lr->irq >= 16)
		v |= 1ull << l->lr_hw;
	else
		phys = lr->source | (uint64_t)lr->eoi << LR_EOI;
	gic_set(ICH_LR0 + n, lr->state ? v | phys << l->lr_phys : 0);
}

void gic_lr_control(uint32_t bits)
{
	gic_set(ICH_HCR, ICH_HCR_EN | bits);
}
