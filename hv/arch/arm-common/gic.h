/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The Generic Interrupt Controller, v2 and v3, moderated by ownership.
 *
 * The hypervisor keeps one software-generated interrupt for itself, GIC_HV_SGI.
 * Interrupts reach a cell in one of two ways, chosen at boot:
 *
 *  - direct: GICv3 with one security state. The hypervisor's SGI is group 0
 *    and arrives as FIQ at EL2; everything else is group 1 and goes straight
 *    to EL1. Common ICC registers trap (ICH_HCR_EL2.TC), the guest's priority
 *    mask never reaches the hypervisor's SGI.
 *  - list registers: GICv2, or GICv3 with two security states, or by choice.
 *    Physical interrupts arrive at EL2 and are handed on through list
 *    registers with the HW bit; SGIs are software.
 *
 * Specifications: ARM IHI 0069 (GICv3), ARM IHI 0048 (GICv2).
 */
#ifndef ARM_COMMON_GIC_H
#define ARM_COMMON_GIC_H

#include "types.h"

struct cell;
struct mmio;
struct pcpu;

#define GIC_HV_SGI	15
#define GIC_MAX_IRQ	1020	/* this and above: nothing to handle */
#define GIC_MAX_LR	16

/* A list register, as it was written. */
#define LR_PENDING	1u
#define LR_ACTIVE	2u

struct gic_lr {
	uint16_t irq;
	uint8_t state;		/* 0: free */
	uint8_t prio;		/* as the guest sees it; of a free one 0xff,
				   with which nothing is ever signalled */
	uint8_t source;		/* v2: sender of an SGI */
	bool eoi;		/* SGI: maintenance interrupt when done */
};

/* What one CPU's interface keeps; embedded in struct arch_pcpu as `gic`. */
struct gic_cpu {
	void *redist;			/* v3: the mapped frame, RD_base */
	uint64_t redist_phys;		/* v3 */
	struct gic_lr lrs[GIC_MAX_LR];
	uint32_t lr_count;
	uint32_t target;		/* v2: this CPU's bit in ITARGETSR */
	/* given back on disable; of the hypervisor's own INTIDs */
	uint32_t linux_enabled;
	uint8_t linux_prio[32];
};

/*
 * The controller also implements, of the architecture's contract:
 * arch_shutdown(), arch_delivery, arch_cell_prepare() (version 2: the virtual
 * CPU interface is where guests look for the physical one), arch_cpu_kick(),
 * arch_cpu_events() (it forgets interrupts that the cell no longer owns),
 * arch_irq_move() (SPIs also have priority 0 then) and arch_comm_fill().
 */

/* Maps, checks and claims the controller; mmio_register()s its frames. */
int gic_init(void);

/*
 * This CPU's interface, taken over from and given back to the running root
 * cell without losing an interrupt that is pending or active.
 */
void gic_cpu_init(struct pcpu *cpu);
void gic_cpu_restore(struct pcpu *cpu);

/*
 * Acknowledges an interrupt that came to EL2: GIC_HV_SGI (true), or another
 * that is handed to the guest. Of a parked CPU nothing but GIC_HV_SGI can be
 * signalled.
 */
bool gic_take(struct pcpu *cpu);

/*
 * The guest's private interrupts and CPU interface as after power-on. park: the
 * CPU must be woken by the hypervisor's SGI alone.
 */
void gic_vcpu_reset(struct pcpu *cpu, bool park);

/*
 * A trapped access to the distributor, which most are to: not looked for among
 * the regions. false: to something else, or a violation.
 */
bool gic_mmio(struct cell *cell, struct mmio *m);

/*
 * A trapped ICC_* system register (v3), named and its direction told as by the
 * ISS of an MSR/MRS trap. false: not one of the controller's.
 */
bool gic_sysreg(struct pcpu *cpu, uint32_t iss, uint64_t *value);

#endif
