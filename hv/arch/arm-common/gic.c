/* SPDX-License-Identifier: GPL-2.0-only */
/* The interrupt controller as the rest of the hypervisor sees it. */
#include "gic-priv.h"

/* HCR_EL2: who takes FIQs, IRQs (DDI 0487 D19.2.48) */
#define HCR_TAKE_FIQ	BIT64(3)
#define HCR_TAKE_IRQ	BIT64(4)

struct gic gic;

int gic_missing(const char *what)
{
	report_add("arch-mismatch", "the interrupt controller has no %s", what);
	return -CB_ENODEV;
}

static int claim(void)
{
	uint64_t size = gic.v3 ? GICD_V3_END : GICD_V2_END;
	int err;

	gic.id = (uint32_t)size - GICD_ID_SIZE;
	gic.dist = arch_map_device(paddr(gic.cfg->dist.base), size);
	if (!gic.dist)
		return -CB_ENOMEM;
	gic.words = GICD_TYPER_LINES(gic_read32(gic.dist, GICD_TYPER)) + 1;
	gic.linux_ctlr = gic_read32(gic.dist, GICD_CTLR) & ~GICD_CTLR_RWP;
	err = gic_if_init();
	if (err)
		return err;
	gic.own_private = BIT(GIC_HV_SGI);
	if (!gic.direct)
		gic.own_private |= BIT(gic.cfg->maint_irq);
	gic.prio_hv_only = gic_prio_in(0) & 0xff;
	return gic_dist_init();
}

int gic_init(void)
{
	const struct cfg_intc *cfg = &system_cfg.intc;
	int err;

	if (cfg->kind != CFG_INTC_GICV2 && cfg->kind != CFG_INTC_GICV3)
		return gic_missing("version that this hypervisor knows");
	if (cfg->maint_irq < 16 || cfg->maint_irq >= GIC_PRIVATE)
		return gic_missing("maintenance interrupt");
	gic.cfg = cfg;
	gic.v3 = cfg->kind == CFG_INTC_GICV3;
	err = claim();
	if (err)
		gic.cfg = NULL;
	return err;
}

void arch_shutdown(void)
{
	if (gic.cfg)
		gic_dist_restore();
	gic.cfg = NULL;
}

uint32_t arch_delivery(void)
{
	return gic.direct;
}

uint64_t gic_hcr_bits(void)
{
	return gic.direct ? HCR_TAKE_FIQ : HCR_TAKE_FIQ | HCR_TAKE_IRQ;
}

/* The second page, or with 64 KiB pages the second alias, holds GICC_DIR. */
bool gic_cpuif_window(paddr_t *pa, ipaddr_t *ip, uint64_t *size)
{
	if (gic.v3)
		return false;
	*pa = paddr(gic.cfg->vcpu.base);
	*ip = ipaddr(gic.cfg->cpu.base);
	*size = gic.cfg->cpu.size >= 0x20000 ? 0x20000 : 0x2000;
	return true;
}

void gic_cpu_init(struct pcpu *cpu)
{
	struct gic_cpu *g = &cpu->arch.gic;
	void *regs = gic_private_regs(cpu);

	g->linux_enabled = gic_read32(regs, GICD_ISENABLER) & gic.own_private;
	g->linux_prio = (uint8_t)gic_prio(regs, GIC_HV_SGI);
	gic_silence(regs, 0, gic.own_private);
	/* list registers: nobody else could deactivate the running IPI */
	if (!gic.direct)
		gic_write32(regs, GICD_ICACTIVER, ~0u);
	gic_prio_convert(regs, 0, GIC_PRIVATE, true);
	gic_write8(regs, GICD_IPRIORITYR + GIC_HV_SGI, 0);
	gic_if_claim(cpu);
	gic_write32(regs, GICD_ISENABLER, gic.own_private);
}

void gic_cpu_restore(struct pcpu *cpu)
{
	struct gic_cpu *g = &cpu->arch.gic;
	void *regs = gic_private_regs(cpu);

	gic_silence(regs, 0, gic.own_private);
	if (!gic.direct)
		gic_lr_return(cpu, true);
	gic_if_restore(cpu);
	gic_prio_convert(regs, 0, GIC_PRIVATE, false);
	gic_write8(regs, GICD_IPRIORITYR + GIC_HV_SGI, g->linux_prio);
	gic_write32(regs, GICD_ISENABLER, g->linux_enabled);
}

bool gic_take(struct pcpu *cpu)
{
	uint32_t iar = gic_ack(), irq = iar & 0x3ff;

	if (irq == GIC_HV_SGI) {
		gic_deactivate(iar);
		return true;
	}
	if (irq < GIC_SPURIOUS && !gic.direct)
		gic_lr_handle(cpu, iar);
	return false;
}

/* One interrupt for each exit: what else is pending causes the next. */
void gic_handle(struct pcpu *cpu)
{
	if (gic_take(cpu))
		cpu_events(cpu);
}

/* All private INTIDs that are the guest's. */
static void silence_private(void *regs)
{
	uint32_t i;

	gic_silence(regs, 0, ~gic.own_private);
	/* version 2 forgets SGIs by sender; the registers are unused in 3 */
	for (i = 0; !gic.v3 && i < 16; i += 4)
		gic_write32(regs, GICD_CPENDSGIR + i, i < 12 ? ~0u : 0xffffff);
}

void gic_vcpu_quiesce(struct pcpu *cpu)
{
	if (!gic.direct)
		gic_lr_return(cpu, false);
	/* with a forged active priority even the hypervisor's SGI is lost */
	gic_if_reset(gic.prio_hv_only);
	silence_private(gic_private_regs(cpu));
}

void gic_vcpu_reset(struct pcpu *cpu)
{
	void *regs = gic_private_regs(cpu);
	uint32_t i, prio = gic_prio_in(0);

	silence_private(regs);
	for (i = 0; i < GIC_PRIVATE; i += 4)
		gic_write32(regs, GICD_IPRIORITYR + i, prio);
	gic_write8(regs, GICD_IPRIORITYR + GIC_HV_SGI, 0);
	if (!gic.direct)
		gic_lr_clear(cpu);
	gic_if_reset(gic.direct ? gic.prio_hv_only : 0xff);
}

void arch_comm_fill(const struct cell *cell, struct cb_comm_page *comm)
{
	(void)cell;
	comm->gic_version = gic.v3 ? 3 : 2;
	comm->gicd_base = gic.cfg->dist.base;
	comm->gicc_base = gic.cfg->cpu.base;
	comm->gicr_base = gic.v3 ? gic.cfg->redist[0].base : 0;
}
