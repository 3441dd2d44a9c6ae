/* SPDX-License-Identifier: GPL-2.0-only */
/* Between the files of the interrupt controller. */
#ifndef ARM_COMMON_GIC_PRIV_H
#define ARM_COMMON_GIC_PRIV_H

#include <arch/mem.h>
#include "core.h"
#include "gic-decide.h"
#include "gic_cpuif.h"
#include "pcpu.h"

#define GIC_PRIVATE	32	/* INTIDs below are banked for each CPU */

/*
 * Where the versions have the fields of list registers (the first bit) and of
 * ICH_VMCR and ICC_CTLR (masks, but for the binary point).
 */
struct gic_layout {
	uint8_t lr_phys, lr_prio, lr_state, lr_hw;
	uint8_t prio_mask;	/* what is kept of a priority, in both */
	uint8_t vmcr_bpr;
	uint32_t vmcr_enable;
	uint32_t eoimode;
	uint64_t lr_group;	/* mask */
};

struct gic {
	const struct gic_layout *layout;
	void *dist;
	struct spinlock lock;	/* ownership and register, judged together */
	uint32_t words;		/* groups of 32 INTIDs */
	uint32_t linux_ctlr;	/* GICD_CTLR */
	uint32_t prio_step;
	/* a guest's most urgent; as a mask, it is for GIC_HV_SGI alone */
	uint8_t prio_first;
	uint32_t own_private;	/* private INTIDs that guests do not have */
	uint32_t id;		/* offset of the identification registers */
	bool v3;
};

extern struct gic gic;

/* The registers of an INTID: of private ones, laid out as the distributor's. */
static inline void *gic_regs(const struct pcpu *cpu, uint32_t irq)
{
	if (irq < GIC_PRIVATE && gic.v3)
		return (char *)cpu->arch.gic.redist + GICR_SGI;
	return gic.dist;
}

/* Of a group of 32 INTIDs, the cell's own: private ones are everybody's. */
static inline uint32_t gic_owned(const struct cell *cell, uint32_t group)
{
	return group ? cell->cfg.irqs.bits[group] : ~gic.own_private;
}

/* Four priorities as a guest sees them to the controller's. */
static inline uint32_t gic_prio_in(uint32_t word)
{
	return gic_prio_to_phys(word, arch_delivery, gic.prio_step);
}

/* gic.c: registers of this CPU's interface, named as in gic_cpuif.h */
uint64_t gic_get(uint32_t reg);
void gic_set(uint32_t reg, uint64_t v);

/* gic-mmio.c */
/* INTIDs of a group of 32: off, not pending, not active. */
void gic_silence(void *regs, uint32_t group, uint32_t irqs);

/* Finds the frames of all CPUs and mmio_register()s them. */
int gic_redist_init(void);

/*
 * gic-lr.c: an interrupt that the CPU took goes to the guest; what the guest
 * has not finished goes back to the controller, and all list registers are
 * free. arch_cpu_events() forgets what the cell lost.
 */
void gic_lr_handle(struct pcpu *cpu, uint32_t iar);
void gic_lr_return(struct pcpu *cpu, bool keep_active);

#endif
