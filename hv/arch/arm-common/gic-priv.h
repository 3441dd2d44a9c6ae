/* SPDX-License-Identifier: GPL-2.0-only */
/* Between the files of the interrupt controller. */
#ifndef ARM_COMMON_GIC_PRIV_H
#define ARM_COMMON_GIC_PRIV_H

#include <arch/cell.h>
#include <arch/mem.h>
#include "core.h"
#include "gic-decide.h"
#include "gic-regs.h"
#include "gic.h"
#include "gic_cpuif.h"
#include "mmio.h"
#include "pcpu.h"

#define GIC_PRIVATE	32	/* INTIDs below are banked for each CPU */

/* A list register, decoded. state 0: free. */
#define LR_PENDING	1u
#define LR_ACTIVE	2u

struct gic_lr {
	uint16_t irq;
	uint8_t state;
	uint8_t prio;		/* as the guest sees it */
	uint8_t source;		/* v2: sender of an SGI */
	bool eoi;		/* SGI: maintenance interrupt when done */
};

struct gic {
	const struct cfg_intc *cfg;	/* NULL: not claimed */
	void *dist;
	struct spinlock lock;	/* ownership and register, judged together */
	uint32_t words;		/* groups of 32 INTIDs */
	uint32_t linux_ctlr;	/* GICD_CTLR */
	uint32_t prio_step;
	uint32_t prio_hv_only;	/* mask that lets only GIC_HV_SGI through */
	uint32_t own_private;	/* private INTIDs that guests do not have */
	uint32_t id;		/* offset of the identification registers */
	bool v3;
	bool direct;
};

extern struct gic gic;

/* The registers of a CPU's private INTIDs, laid out as the distributor's. */
static inline void *gic_private_regs(const struct pcpu *cpu)
{
	return gic.v3 ? (char *)cpu->arch.gic.redist + GICR_SGI : gic.dist;
}

static inline void *gic_regs(const struct pcpu *cpu, uint32_t irq)
{
	return irq < GIC_PRIVATE ? gic_private_regs(cpu) : gic.dist;
}

/* gic.c: a finding and its error number. */
int gic_missing(const char *what);

/*
 * gic-if.c: the CPU interface of this CPU, and what else the versions do
 * differently. Registers are those of gic_cpuif.h.
 */
int gic_if_init(void);
uint64_t gic_get(uint32_t reg);
void gic_set(uint32_t reg, uint64_t v);
void gic_if_claim(struct pcpu *cpu);
void gic_if_restore(struct pcpu *cpu);
/* The guest's part as after power-on; mask: of physical priorities. */
void gic_if_reset(uint32_t mask);
/* Acknowledges an interrupt, and drops the running priority again. */
uint32_t gic_ack(void);
void gic_deactivate(uint32_t iar);
/* An SGI is pending again on this CPU. */
void gic_resend(struct pcpu *cpu, uint32_t sgi, uint32_t source);
void gic_route(uint32_t irq, const struct pcpu *cpu);
/* Until a disable has taken effect. */
void gic_wait(void *regs);
/* List registers; bits: ICH_HCR_UIE, _NPIE. */
void gic_lr_get(uint32_t n, struct gic_lr *lr);
void gic_lr_set(uint32_t n, const struct gic_lr *lr);
void gic_lr_control(uint32_t bits);

/* gic-dist.c */
int gic_dist_init(void);
void gic_dist_restore(void);
/* An access to a file of registers; size 1, 2 or 4, aligned. */
bool gic_file_access(struct cell *cell, void *regs, struct mmio *m,
		     uint32_t offset);
/* The answer to a read, from the aligned word around it. */
void gic_answer(struct mmio *m, uint32_t offset, uint32_t word);
uint32_t gic_prio(const void *regs, uint32_t irq);
/* Priorities as guests see them to the controller's, and a range of them. */
uint32_t gic_prio_in(uint32_t word);
void gic_prio_convert(void *regs, uint32_t first, uint32_t end, bool to_phys);
/* INTIDs of a group of 32: off, not pending, not active. */
void gic_silence(void *regs, uint32_t group, uint32_t irqs);

/* gic-redist.c */
int gic_redist_init(void);

/*
 * gic-lr.c: an interrupt that the CPU took goes to the guest; all list
 * registers free and nothing waiting; what the guest has not finished goes
 * back to the controller. arch_cpu_events() forgets what the cell lost.
 */
void gic_lr_handle(struct pcpu *cpu, uint32_t iar);
void gic_lr_clear(struct pcpu *cpu);
void gic_lr_return(struct pcpu *cpu, bool keep_active);

/* The CPU interfaces of a cell as ITARGETSR names them. */
uint8_t gic_cell_targets(const struct cell *cell);

#endif
