/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The interrupt controller, claimed and given back, and its CPU interface,
 * physical and virtual. The interface's registers mean the same in both
 * versions: system registers in 3; in 2 they lie in memory, where guests get
 * the virtual interface in place of the physical one.
 */
#include "gic-priv.h"

struct gic gic;
uint32_t arch_delivery;			/* not 0: direct, see gic.h */
static uint32_t ap_count = 1;		/* ICC_AP1R<n>, ICH_AP1R<n> */

static const struct gic_layout layouts[] = {
	{ 10, 20, 28, 31, 0xf8, 21, BIT(0), BIT(9), 0 },
	{ 32, 48, 62, 61, 0xff, 18, BIT(1), ICC_CTLR_EOIMODE, BIT64(60) },
};

/*
 * Version 2 has them in memory (IHI 0048 4.4, 5.3). Bit 0 of GICC_CTLR is what
 * ICC_IGRPEN1 is; there is nothing for group 0.
 */
static char *gicc, *gich;
static uint32_t v2_offsets[ICH_LR0 + GIC_MAX_LR] = {
	[ICC_CTLR] = 0, [ICC_IGRPEN1] = 0, [ICC_PMR] = 0x04, [ICC_BPR1] = 0x08,
	[ICC_IAR1] = 0x0c, [ICC_EOIR1] = 0x10, [ICC_AP1R0] = 0xd0,
	[ICC_DIR] = 0x1000,		/* of aliased controllers: 0x10000 */
	[ICH_HCR] = 0, [ICH_VTR] = 0x04, [ICH_VMCR] = 0x08,
	[ICH_AP0R0] = 0xf0, [ICH_AP1R0] = 0xf0,
	[ICH_LR0] = 0x100,		/* the others: v2_init() */
};

uint64_t gic_get(uint32_t reg)
{
	if (gic.v3)
		return cpuif_read(reg);
	return gic_read32(reg < ICH_HCR ? gicc : gich, v2_offsets[reg]);
}

void gic_set(uint32_t reg, uint64_t v)
{
	if (gic.v3)
		cpuif_write(reg, v);
	else
		gic_write32(reg < ICH_HCR ? gicc : gich, v2_offsets[reg],
			    (uint32_t)v);
}

static int missing(const char *what)
{
	return refuse(-CB_ENODEV, "arch-mismatch",
		      "the interrupt controller has no %s", what);
}

static int v2_init(const struct cfg_intc *cfg)
{
	uint32_t i;

	if (cfg->hyp.size < PAGE_SIZE || cfg->vcpu.size < 2 * PAGE_SIZE)
		return missing("virtualization extensions");
	if (cfg->cpu.size < 2 * PAGE_SIZE)
		return missing("deactivate register");
	if (cfg->cpu.size >= 0x20000)
		v2_offsets[ICC_DIR] = 0x10000;
	for (i = 1; i < GIC_MAX_LR; i++)
		v2_offsets[ICH_LR0 + i] = v2_offsets[ICH_LR0] + 4 * i;
	gicc = arch_map_device(paddr(cfg->cpu.base),
			       v2_offsets[ICC_DIR] + PAGE_SIZE);
	gich = arch_map_device(paddr(cfg->hyp.base), PAGE_SIZE);
	return gicc && gich ? 0 : -CB_ENOMEM;
}

/* There are as many active priorities registers as preemption bits need. */
static int v3_init(void)
{
	uint32_t pre = ICH_VTR_PRE((uint32_t)cpuif_read(ICH_VTR));
	uint32_t bits = ICC_CTLR_PRI((uint32_t)cpuif_read(ICC_CTLR));

	if (!(gic.linux_ctlr & GICD_CTLR_ARE))
		return missing("affinity routing: it is used in its version 2 "
			       "mode");
	arch_delivery = gic.linux_ctlr & GICD_CTLR_DS &&
			!system_cfg.list_registers;
	pre = pre < bits ? pre : bits;
	if (pre > 5)
		ap_count = 1u << (pre - 5);
	return gic_redist_init();
}

/* Priorities of a range of INTIDs, from what Linux set or back to it. */
static void convert_prios(void *regs, uint32_t first, uint32_t end,
			  bool to_phys)
{
	uint32_t reg = GICD_IPRIORITYR + first, word;

	for (; reg < GICD_IPRIORITYR + end; reg += 4) {
		word = gic_read32(regs, reg);
		word = to_phys ? gic_prio_in(word) :
				 gic_prio_to_guest(word, arch_delivery);
		gic_write32(regs, reg, word);
	}
}

/* The step of priorities, from those bits that the mask keeps. */
static void find_priorities(void)
{
	uint64_t pmr = gic_get(ICC_PMR);
	uint32_t step;

	gic_set(ICC_PMR, 0xff);
	step = gic_get(ICC_PMR) & 0xff;
	gic_set(ICC_PMR, pmr);
	gic.prio_step = step & -step;
	gic.prio_first = gic_prio_in(0) & 0xff;
}

int gic_init(void)
{
	const struct cfg_intc *cfg = &system_cfg.intc;
	uint32_t i;
	int err;

	gic.v3 = cfg->kind == CFG_INTC_GICV3;
	if (cfg->kind != CFG_INTC_GICV2 && !gic.v3)
		return missing("version that this hypervisor knows");
	if (cfg->maint_irq < 16 || cfg->maint_irq >= GIC_PRIVATE)
		return missing("maintenance interrupt");
	gic.id = (gic.v3 ? GICD_V3_END : GICD_V2_END) - GICD_ID_SIZE;
	gic.layout = &layouts[gic.v3];
	gic.dist = arch_map_device(paddr(cfg->dist.base),
				   gic.id + GICD_ID_SIZE);
	if (!gic.dist)
		return -CB_ENOMEM;
	gic.words = GICD_TYPER_LINES(gic_read32(gic.dist, GICD_TYPER)) + 1;
	gic.linux_ctlr = gic_read32(gic.dist, GICD_CTLR) & ~GICD_CTLR_RWP;
	err = gic.v3 ? v3_init() : v2_init(cfg);
	if (err)
		return err;
	find_priorities();
	gic.own_private = BIT(GIC_HV_SGI) |
			  !arch_delivery * BIT(cfg->maint_irq);
	convert_prios(gic.dist, GIC_PRIVATE, gic.words * 32, true);
	/* acknowledged by Linux, and nobody could deactivate them later */
	for (i = 1; i < gic.words && !arch_delivery; i++)
		gic_write32(gic.dist, GICD_ICACTIVER + 4 * i, ~0u);
	gic_write32(gic.dist, GICD_CTLR, gic.linux_ctlr | GICD_CTLR_GRP0 |
		    gic.v3 * GICD_CTLR_GRP1);
	return 0;
}

void arch_shutdown(void)
{
	if (!gic.own_private)		/* not claimed */
		return;
	convert_prios(gic.dist, GIC_PRIVATE, gic.words * 32, false);
	gic_write32(gic.dist, GICD_CTLR, gic.linux_ctlr);
}

/* The second page, or with 64 KiB pages the second alias, holds GICC_DIR. */
int arch_cell_prepare(struct cell *cell)
{
	const struct cfg_intc *cfg = &system_cfg.intc;

	return gic.v3 ? 0 :
	       s2_map(&cell->s2, ipaddr(cfg->cpu.base), paddr(cfg->vcpu.base),
		      2 * v2_offsets[ICC_DIR], S2_READ | S2_WRITE | S2_DEVICE);
}

/* split: EOIR drops the priority only. Bit 0: enable in 2, CBPR in 3. */
static void set_control(bool enable, bool split)
{
	uint64_t mode = gic.layout->eoimode;

	gic_set(ICC_CTLR, (gic_get(ICC_CTLR) & ~(mode | 1)) | mode * split);
	gic_set(ICC_IGRPEN1, (gic_get(ICC_IGRPEN1) & ~1ull) | enable);
}

static void clear_active(uint32_t first)
{
	uint32_t i;

	for (i = 0; i < ap_count; i++)
		gic_set(first + i, 0);
}

static void clear_virtual(void)
{
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
	const struct gic_layout *l = gic.layout;
	uint64_t vmcr = (gic_get(ICC_PMR) & l->prio_mask) << ICH_VMCR_PMR |
			(gic_get(ICC_BPR1) & 7) << l->vmcr_bpr;

	if (gic_get(ICC_CTLR) & l->eoimode)
		vmcr |= ICH_VMCR_EOIM;
	if (gic_get(ICC_IGRPEN1) & 1)
		vmcr |= l->vmcr_enable;
	gic_set(ICH_VMCR, vmcr);
	gic_lr_return(cpu, false);	/* nothing yet: all free */
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
	set_control(vmcr & gic.layout->vmcr_enable, vmcr & ICH_VMCR_EOIM);
	gic_set(ICC_BPR1, vmcr >> gic.layout->vmcr_bpr & 7);
	gic_set(ICC_PMR, vmcr >> ICH_VMCR_PMR & 0xff);
}

/* The guest keeps the physical interface, less the hypervisor's SGI. */
static void share(struct pcpu *cpu, bool on)
{
	uint32_t pmr = (uint32_t)cpuif_read(ICC_PMR);

	pmr = on ? gic_prio_in(pmr) : gic_prio_to_guest(pmr, true);
	gic_write32(gic_regs(cpu, 0), GICD_IGROUPR,
		    on ? ~BIT(GIC_HV_SGI) : ~0u);
	cpuif_write(ICC_PMR, pmr & 0xff);
	cpuif_write(ICC_CTLR, cpuif_read(ICC_CTLR) & ~(uint64_t)ICC_CTLR_CBPR);
	cpuif_write(ICC_BPR0, 0);
	cpuif_write(ICC_IGRPEN0, on);
	cpuif_write(ICH_HCR, on ? ICH_HCR_TC : 0);
}

/*
 * What is the hypervisor's own comes first, however the guest masks: 0 in place
 * of what Linux has, and back. All priorities are as the controller sees them.
 */
static void swap_prios(struct gic_cpu *g, void *regs)
{
	uint32_t irq, own = gic.own_private;
	uint8_t prio;

	for (; own; own &= own - 1) {
		irq = (uint32_t)__builtin_ctz(own);
		prio = gic_read8(regs, GICD_IPRIORITYR + irq);
		gic_write8(regs, GICD_IPRIORITYR + irq, g->linux_prio[irq]);
		g->linux_prio[irq] = prio;
	}
}

void gic_cpu_init(struct pcpu *cpu)
{
	struct gic_cpu *g = &cpu->arch.gic;
	void *regs = gic_regs(cpu, 0);

	g->lr_count = ICH_VTR_LRS((uint32_t)gic_get(ICH_VTR));
	g->linux_enabled = gic_read32(regs, GICD_ISENABLER) & gic.own_private;
	gic_silence(regs, 0, gic.own_private);
	if (gic.v3) {
		/* the guest has no business with ICC_SRE_EL1 */
		cpuif_write(ICC_SRE_EL2, (cpuif_read(ICC_SRE_EL2) | 1) &
			    ~ICC_SRE_ENABLE);
		isb();
	} else {
		/* banked: names the CPU that reads it; zero for a single CPU */
		g->target = gic_read8(gic.dist, GICD_ITARGETSR) ?: 1;
	}
	/* list registers: nobody else could deactivate the running IPI */
	if (!arch_delivery)
		gic_write32(regs, GICD_ICACTIVER, ~0u);
	convert_prios(regs, 0, GIC_PRIVATE, true);
	swap_prios(g, regs);
	clear_virtual();
	if (arch_delivery)
		share(cpu, true);
	else
		to_virtual(cpu);
	isb();
	gic_write32(regs, GICD_ISENABLER, gic.own_private);
}

void gic_cpu_restore(struct pcpu *cpu)
{
	struct gic_cpu *g = &cpu->arch.gic;
	void *regs = gic_regs(cpu, 0);

	gic_silence(regs, 0, gic.own_private);
	if (arch_delivery) {
		share(cpu, false);
	} else {
		gic_lr_return(cpu, true);
		from_virtual();
	}
	gic_set(ICH_HCR, 0);
	clear_virtual();
	if (gic.v3)
		cpuif_write(ICC_SRE_EL2,
			    cpuif_read(ICC_SRE_EL2) | ICC_SRE_ENABLE);
	isb();
	swap_prios(g, regs);
	convert_prios(regs, 0, GIC_PRIVATE, false);
	gic_write32(regs, GICD_ISENABLER, g->linux_enabled);
}

/*
 * With direct delivery the guest decides whether EOIR has deactivated the
 * hypervisor's SGI already.
 */
bool gic_take(struct pcpu *cpu)
{
	uint32_t iar = (uint32_t)gic_get(arch_delivery ? ICC_IAR0 : ICC_IAR1);
	uint32_t irq = iar & 0x3ff;

	dsb_ish();		/* what was stored before it was sent */
	if (irq >= GIC_MAX_IRQ)
		return false;
	gic_set(arch_delivery ? ICC_EOIR0 : ICC_EOIR1, iar);
	isb();
	if (irq == GIC_HV_SGI &&
	    (!arch_delivery || cpuif_read(ICC_CTLR) & ICC_CTLR_EOIMODE))
		gic_set(ICC_DIR, iar);
	else if (irq != GIC_HV_SGI && !arch_delivery)
		gic_lr_handle(cpu, iar);
	isb();
	return irq == GIC_HV_SGI;
}

void arch_cpu_kick(struct pcpu *cpu)
{
	dsb_ish();
	if (gic.v3)
		cpuif_write(arch_delivery ? ICC_SGI0R : ICC_SGI1R,
			    gic_sgi1r(GIC_HV_SGI, cpu->hwid));
	else
		gic_write32(gic.dist, GICD_SGIR,
			    cpu->arch.gic.target << 16 | GIC_HV_SGI);
	isb();
}

void gic_vcpu_reset(struct pcpu *cpu, bool park)
{
	void *regs = gic_regs(cpu, 0);
	uint32_t i;

	if (arch_delivery) {
		/* with a forged one even the hypervisor's SGI is lost */
		clear_active(ICC_AP1R0);
		set_control(false, false);
		cpuif_write(ICC_BPR1, 0);
	} else {
		gic_lr_return(cpu, false);
	}
	clear_virtual();
	gic_silence(regs, 0, ~gic.own_private);
	for (i = 0; i < GIC_PRIVATE; i++) {
		if (gic.own_private >> i & 1)
			continue;
		gic_write8(regs, GICD_IPRIORITYR + i, gic.prio_first);
		if (!gic.v3 && i < 16)	/* forgets SGIs by sender */
			gic_write8(regs, GICD_CPENDSGIR + i, 0xff);
	}
	gic_set(ICC_PMR, park || arch_delivery ? gic.prio_first : 0xff);
	isb();
}

void arch_comm_fill(const struct cell *cell, struct cb_comm_page *comm)
{
	comm->gic_version = gic.v3 ? 3 : 2;
	comm->gicd_base = system_cfg.intc.dist.base;
	comm->gicc_base = system_cfg.intc.cpu.base;
	comm->gicr_base = gic.v3 ? system_cfg.intc.redist[0].base : 0;
}
