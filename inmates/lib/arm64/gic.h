/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GICv2 and GICv3, whichever the comm region (or the command line) names. The
 * driver neither knows nor cares whether the CPU interface is the real one or
 * the hypervisor's. SGI 15 is not for inmates: it may be the hypervisor's.
 */
#ifndef GIC_H
#define GIC_H

#include <stdbool.h>
#include <stdint.h>

#define GIC_SGI_MAX	14
#define GIC_SPURIOUS	1020	/* this INTID and above */

/* Distributor; those with one bit per INTID hold 32 in a word. */
#define GICD_CTLR	0x000
#define GICD_TYPER	0x004
#define GICD_IIDR	0x008
#define GICD_IGROUPR	0x080
#define GICD_ISENABLER	0x100
#define GICD_ICENABLER	0x180
#define GICD_ISPENDR	0x200
#define GICD_ICPENDR	0x280
#define GICD_ISACTIVER	0x300
#define GICD_ICACTIVER	0x380
#define GICD_IPRIORITYR	0x400
#define GICD_ITARGETSR	0x800
#define GICD_ICFGR	0xc00
#define GICD_SGIR	0xf00
#define GICD_CPENDSGIR	0xf10
#define GICD_SPENDSGIR	0xf20
#define GICD_IROUTER	0x6000
#define GICD_PIDR2	0xffe8
/* Redistributor; the second frame repeats IGROUPR to ICFGR for 0 to 31. */
#define GICR_CTLR	0x0000
#define GICR_IIDR	0x0004
#define GICR_TYPER	0x0008
#define GICR_WAKER	0x0014
#define GICR_PROPBASER	0x0070
#define GICR_PENDBASER	0x0078
#define GICR_SGI_FRAME	0x10000
#define GICR_TYPER_VLPIS	(1 << 1)
#define GICR_TYPER_LAST		(1 << 4)

/* Does nothing on success; false with a message when there is no GIC. */
bool gic_init(void);		/* on the first CPU */
bool gic_init_cpu(void);	/* on each other one */

unsigned int gic_version(void);
uint64_t gic_distributor(void);

/* GICv3: frames of the CPU with that affinity, mapped; 0: there is none. */
uint64_t gic_redistributor(uint64_t mpidr);

/* Where this CPU finds a register of an INTID: distributor or own frame. */
uint64_t gic_irq_frame(unsigned int intid);

/* An SPI is also routed to this CPU. */
void gic_enable_irq(unsigned int intid);
void gic_disable_irq(unsigned int intid);

/* To one CPU of this cell; GICv2 takes MPIDR.Aff0 as interface number. */
void gic_send_sgi(unsigned int sgi, uint64_t mpidr);

/* Called for every interrupt, between acknowledge and end. */
void gic_set_handler(void (*handler)(unsigned int intid));

/* exception.c calls it. */
void gic_handle_irq(void);

/* What differs between versions. */
struct gic_ops {
	bool (*init_cpu)(uint64_t base);
	uint32_t (*acknowledge)(void);
	void (*end)(uint32_t iar);
	void (*route)(unsigned int spi);
	void (*send_sgi)(unsigned int sgi, uint64_t mpidr);
};

extern const struct gic_ops gic_v2_ops, gic_v3_ops;

#endif
