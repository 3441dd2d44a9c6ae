/* SPDX-License-Identifier: GPL-2.0-only */
/* The interrupt controller as the rest of the hypervisor sees it. */
#include <abi/comm.h>
#include <arch/cell.h>
#include <arch/mem.h>
#include "cell.h"
#include "core.h"
#include "gic-decide.h"
#include "gic-priv.h"
#include "gic_cpuif.h"

/* HCR_EL2: who takes FIQs, IRQs (DDI 0487 D19.2.48) */
#define HCR_TAKE_FIQ	BIT64(3)
#define HCR_TAKE_IRQ	BIT64(4)

struct gic gic;

int gic_missing(const char *what)
{
	report_add("arch-mismatch", "the interrupt controller has no %s", what);
	return -CB_ENODEV;
}

static int gic_setup(void)
{
	uint64_t size = gic.v3 ? GICD_V3_END : GICD_V2_END;
	int err;

	gic.id = (uint32_t)size - GICD_ID_SIZE;
	gic.dist = arch_map_device(paddr(gic.cfg->dist.base), size);
	if (!gic.dist)
		return -CB_ENOMEM;
	gic.words = GICD_TYPER_LINES(gic_read32(gic.dist, GICD_TYPER)) + 1;
	gic.linux_ctlr = gic_read32(gic.dist, GICD_CTLR) & ~GICD_CTLR_RWP;
	err = gic.ops->init();
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
	gic.ops = gic.v3 ? &gic_v3_ops : &gic_v2_ops;
	err = gic_setup();
	if (err)
		gic.ops = NULL;
	return err;
}

void arch_shutdown(void)
{
	if (gic.ops)
		gic_dist_restore();
	gic.ops = NULL;
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

/* Off, not pending, not active. */
static void silence(void *regs, uint32_t irqs)
{
	gic_write32(regs, GICD_ICENABLER, irqs);
	gic.ops->sync(regs);
	gic_write32(regs, GICD_ICACTIVER, irqs);
	gic_write32(regs, GICD_ICPENDR, irqs);
}

void gic_cpu_init(struct pcpu *cpu)
{
	struct gic_cpu *g = &cpu->arch.gic;
	void *regs = gic_private_regs(cpu);

	g->linux_enabled = gic_read32(regs, GICD_ISENABLER) & gic.own_private;
	g->linux_prio = gic_prio(regs, GIC_HV_SGI);
	silence(regs, gic.own_private);
	/* list registers: nobody else could deactivate the running IPI */
	if (!gic.direct)
		gic_write32(regs, GICD_ICACTIVER, ~0u);
	gic_prio_convert(regs, 0, GIC_PRIVATE, true);
	gic_set_byte(regs, GICD_IPRIORITYR, GIC_HV_SGI, 0);
	gic.ops->cpu_claim(cpu);
	gic_write32(regs, GICD_ISENABLER, gic.own_private);
}

void gic_cpu_restore(struct pcpu *cpu)
{
	struct gic_cpu *g = &cpu->arch.gic;
	void *regs = gic_private_regs(cpu);

	silence(regs, gic.own_private);
	if (!gic.direct)
		gic_lr_return(cpu, true);
	gic.ops->cpu_restore(cpu);
	gic_prio_convert(regs, 0, GIC_PRIVATE, false);
	gic_set_byte(regs, GICD_IPRIORITYR, GIC_HV_SGI, g->linux_prio);
	gic_write32(regs, GICD_ISENABLER, g->linux_enabled);
}

void arch_cpu_kick(struct pcpu *cpu)
{
	gic.ops->kick(cpu);
}

bool gic_take(struct pcpu *cpu)
{
	uint32_t iar = gic.ops->ack(), irq = iar & 0x3ff;

	if (irq == GIC_HV_SGI) {
		gic.ops->drop(iar);
		gic.ops->deactivate(iar);
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

void arch_cpu_events(struct pcpu *cpu)
{
	if (!gic.direct)
		gic_lr_flush(cpu);
}

/* All private INTIDs that are the guest's. */
static void silence_private(void *regs)
{
	uint32_t i;

	silence(regs, ~gic.own_private);
	/* version 2 forgets SGIs by sender; the registers are unused in 3 */
	for (i = 0; !gic.v3 && i < 16; i += 4)
		gic_write32(regs, GICD_CPENDSGIR + i, i < 12 ? ~0u : 0xffffff);
}

void gic_vcpu_quiesce(struct pcpu *cpu)
{
	if (!gic.direct)
		gic_lr_return(cpu, false);
	/* with a forged active priority even the hypervisor's SGI is lost */
	gic.ops->cpu_reset(cpu);
	gic.ops->set_mask(gic.prio_hv_only);
	silence_private(gic_private_regs(cpu));
}

void gic_vcpu_reset(struct pcpu *cpu)
{
	void *regs = gic_private_regs(cpu);
	uint32_t i, prio = gic_prio_in(0);

	silence_private(regs);
	for (i = 0; i < GIC_PRIVATE; i += 4)
		gic_write32(regs, GICD_IPRIORITYR + i, prio);
	gic_set_byte(regs, GICD_IPRIORITYR, GIC_HV_SGI, 0);
	gic.ops->cpu_reset(cpu);
	if (!gic.direct)
		gic_lr_clear(cpu);
	gic.ops->set_mask(gic.direct ? gic.prio_hv_only : 0xff);
}

void arch_comm_fill(const struct cell *cell, struct cb_comm_page *comm)
{
	(void)cell;
	comm->gic_version = gic.v3 ? 3 : 2;
	comm->gicd_base = gic.cfg->dist.base;
	comm->gicc_base = gic.cfg->cpu.base;
	comm->gicr_base = gic.v3 ? gic.cfg->redist[0].base : 0;
}
