/* SPDX-License-Identifier: GPL-2.0-only */
/* Between the files of the interrupt controller. */
#ifndef ARM_COMMON_GIC_PRIV_H
#define ARM_COMMON_GIC_PRIV_H

#include <config/config.h>
#include "gic-regs.h"
#include "gic.h"
#include "lock.h"
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

/* What the versions do differently. All but init on the CPU concerned. */
struct gic_ops {
	int (*init)(void);
	void (*cpu_claim)(struct pcpu *cpu);
	void (*cpu_restore)(struct pcpu *cpu);
	void (*cpu_reset)(struct pcpu *cpu);	/* guest's interface */
	void (*set_mask)(uint32_t prio);	/* physical priority mask */
	void (*kick)(const struct pcpu *cpu);
	uint32_t (*ack)(void);
	void (*drop)(uint32_t iar);		/* priority */
	void (*deactivate)(uint32_t iar);
	void (*resend)(struct pcpu *cpu, uint32_t sgi, uint32_t source);
	void (*route)(uint32_t irq, const struct pcpu *cpu);
	void (*sync)(void *regs);		/* a disable has taken effect */
	/* list registers */
	void (*lr_get)(uint32_t n, struct gic_lr *lr);
	void (*lr_set)(uint32_t n, const struct gic_lr *lr);
	uint32_t (*lr_used)(void);		/* bit n: not free */
	void (*lr_control)(uint32_t bits);	/* ICH_HCR_UIE, _NPIE */
};

extern const struct gic_ops gic_v2_ops, gic_v3_ops;

struct gic {
	const struct gic_ops *ops;
	const struct cfg_intc *cfg;
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

/* gic-dist.c */
int gic_dist_init(void);
void gic_dist_restore(void);
bool gic_file_access(struct cell *cell, void *regs, uint32_t own_private,
		     struct mmio *m, uint32_t offset);
/* The answer to a read, from the aligned word around it. */
void gic_answer(struct mmio *m, uint32_t offset, uint32_t word);
uint32_t gic_prio(const void *regs, uint32_t irq);
/* One field of 8 bits of an INTID. */
void gic_set_byte(void *regs, uint32_t file, uint32_t irq, uint32_t value);
/* Priorities as guests see them to the controller's, and a range of them. */
uint32_t gic_prio_in(uint32_t word);
void gic_prio_convert(void *regs, uint32_t first, uint32_t end, bool to_phys);

/* gic-redist.c */
int gic_redist_init(void);

/*
 * gic-lr.c: an interrupt that the CPU took goes to the guest; all list
 * registers free and nothing waiting; what the guest has not finished goes
 * back to the controller; what moved to another owner is forgotten.
 */
void gic_lr_handle(struct pcpu *cpu, uint32_t iar);
void gic_lr_clear(struct pcpu *cpu);
void gic_lr_return(struct pcpu *cpu, bool keep_active);
void gic_lr_flush(struct pcpu *cpu);

/* The CPU interfaces of a cell as ITARGETSR names them. */
uint8_t gic_cell_targets(const struct cell *cell);

#endif
