/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Version 2: everything in memory. Guests get the virtual CPU interface where
 * they expect the physical one, which nobody but the hypervisor touches.
 */
#include <arch/mem.h>
#include "cell.h"
#include "core.h"
#include "gic-priv.h"
#include "gic_cpuif.h"

#define GICC_DIR_PAGE	0x1000		/* of aliased controllers: 0x10000 */

static char *gicc, *gich;
static uint32_t gicc_dir;

static int v2_init(void)
{
	const struct cfg_intc *cfg = gic.cfg;
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
	gic.prio_step = step & -step;
	gic_write32(gicc, GICC_PMR, pmr);
	return 0;
}

static void v2_cpu_reset(struct pcpu *cpu)
{
	(void)cpu;
	gic_write32(gich, GICH_VMCR, 0);
	gic_write32(gich, GICH_APR, 0);
}

/*
 * Linux that came up at EL2 has dropped the priority of the running IPI
 * already (EOImode 1); GICC_APR is cleared for one that has not.
 */
static void v2_cpu_claim(struct pcpu *cpu)
{
	uint32_t count = (gic_read32(gich, GICH_VTR) & 63) + 1;
	uint32_t target = gic_read32(gic.dist, GICD_ITARGETSR) & 0xff;
	uint32_t ctlr = gic_read32(gicc, GICC_CTLR), vmcr;

	cpu->arch.gic.lr_count = count < GIC_MAX_LR ? count : GIC_MAX_LR;
	/* banked: names the CPU that reads it; a single CPU reads zero */
	cpu->arch.gic.target = target ? target : 1;
	cpu->arch.gic.linux_ctlr = ctlr;
	vmcr = (gic_read32(gicc, GICC_PMR) & 0xff) >> 3 << GICH_VMCR_PMR |
	       (gic_read32(gicc, GICC_BPR) & 7) << GICH_VMCR_BPR;
	if (ctlr & GICC_CTLR_ENABLE)
		vmcr |= GICH_VMCR_ENABLE;
	if (ctlr & GICC_CTLR_EOIMODE)
		vmcr |= GICH_VMCR_EOIM;
	v2_cpu_reset(cpu);
	gic_write32(gich, GICH_VMCR, vmcr);
	gic_lr_clear(cpu);
	gic_write32(gicc, GICC_CTLR,
		    ctlr | GICC_CTLR_ENABLE | GICC_CTLR_EOIMODE);
	gic_write32(gicc, GICC_APR, 0);
	gic_write32(gicc, GICC_BPR, 0);
	gic_write32(gicc, GICC_PMR, 0xff);
}

static void v2_cpu_restore(struct pcpu *cpu)
{
	uint32_t vmcr = gic_read32(gich, GICH_VMCR);
	uint32_t ctlr = cpu->arch.gic.linux_ctlr &
			~(GICC_CTLR_ENABLE | GICC_CTLR_EOIMODE);

	if (vmcr & GICH_VMCR_ENABLE)
		ctlr |= GICC_CTLR_ENABLE;
	if (vmcr & GICH_VMCR_EOIM)
		ctlr |= GICC_CTLR_EOIMODE;
	gic_write32(gicc, GICC_APR, gic_read32(gich, GICH_APR));
	gic_write32(gicc, GICC_BPR, vmcr >> GICH_VMCR_BPR & 7);
	gic_write32(gicc, GICC_PMR, vmcr >> GICH_VMCR_PMR << 3);
	gic_write32(gicc, GICC_CTLR, ctlr);
	gic_write32(gich, GICH_HCR, 0);
}

static void v2_set_mask(uint32_t prio)
{
	gic_write32(gicc, GICC_PMR, prio);
}

static void v2_kick(const struct pcpu *cpu)
{
	gic_publish();
	gic_write32(gic.dist, GICD_SGIR,
		    cpu->arch.gic.target << 16 | GIC_HV_SGI);
}

static uint32_t v2_ack(void)
{
	uint32_t iar = gic_read32(gicc, GICC_IAR);

	gic_publish();
	return iar;
}

static void v2_drop(uint32_t iar)
{
	gic_write32(gicc, GICC_EOIR, iar);
}

static void v2_deactivate(uint32_t iar)
{
	gic_write32(gicc, gicc_dir, iar);
}

/* One byte an SGI: QEMU sets the others of a word pending, without a source. */
static void v2_resend(struct pcpu *cpu, uint32_t sgi, uint32_t source)
{
	(void)cpu;
	gic_write8(gic.dist, GICD_SPENDSGIR + sgi, (uint8_t)(1u << source));
}

static void v2_route(uint32_t irq, const struct pcpu *cpu)
{
	gic_set_byte(gic.dist, GICD_ITARGETSR, irq, cpu->arch.gic.target);
}

static void v2_sync(void *regs)
{
	gic_read32(regs, GICD_ICENABLER);
}

static void v2_lr_get(uint32_t n, struct gic_lr *lr)
{
	uint32_t v = gic_read32(gich, GICH_LR + 4 * n);

	*lr = (struct gic_lr){ .irq = v & 0x3ff, .state = v >> 28 & 3,
			       .prio = (uint8_t)(v >> GICH_LR_PRIO << 3) };
	if (v & GICH_LR_HW)
		return;
	lr->source = v >> GICH_LR_PHYS & 7;
	lr->eoi = v & GICH_LR_EOI;
}

static void v2_lr_set(uint32_t n, const struct gic_lr *lr)
{
	uint32_t v = (uint32_t)lr->state << 28 | lr->irq |
		     (uint32_t)lr->prio >> 3 << GICH_LR_PRIO;

	if (lr->irq >= 16)
		v |= GICH_LR_HW | (uint32_t)lr->irq << GICH_LR_PHYS;
	else
		v |= (uint32_t)lr->source << GICH_LR_PHYS |
		     (lr->eoi ? GICH_LR_EOI : 0);
	gic_write32(gich, GICH_LR + 4 * n, lr->state ? v : 0);
}

static uint32_t v2_lr_used(void)
{
	return ~gic_read32(gich, GICH_ELRSR);
}

static void v2_lr_control(uint32_t bits)
{
	gic_write32(gich, GICH_HCR, ICH_HCR_EN | bits);
}

const struct gic_ops gic_v2_ops = {
	.init = v2_init,
	.cpu_claim = v2_cpu_claim,
	.cpu_restore = v2_cpu_restore,
	.cpu_reset = v2_cpu_reset,
	.set_mask = v2_set_mask,
	.kick = v2_kick,
	.ack = v2_ack,
	.drop = v2_drop,
	.deactivate = v2_deactivate,
	.resend = v2_resend,
	.route = v2_route,
	.sync = v2_sync,
	.lr_get = v2_lr_get,
	.lr_set = v2_lr_set,
	.lr_used = v2_lr_used,
	.lr_control = v2_lr_control,
};
