/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Register offsets and bits: distributor and redistributor (IHI 0069 12.9,
 * 12.11), and bits of the CPU interface.
 */
#ifndef ARM_COMMON_GIC_REGS_H
#define ARM_COMMON_GIC_REGS_H

/* Distributor; from 0x80 the same in the SGI frame of a redistributor */
#define GICD_CTLR		0x0000
#define GICD_TYPER		0x0004
#define GICD_IGROUPR		0x0080
#define GICD_ISENABLER		0x0100
#define GICD_ICENABLER		0x0180
#define GICD_ISPENDR		0x0200
#define GICD_ICPENDR		0x0280
#define GICD_ISACTIVER		0x0300
#define GICD_ICACTIVER		0x0380
#define GICD_IPRIORITYR		0x0400
#define GICD_ITARGETSR		0x0800
#define GICD_ICFGR		0x0c00
#define GICD_SGIR		0x0f00
#define GICD_CPENDSGIR		0x0f10
#define GICD_SPENDSGIR		0x0f20
#define GICD_IROUTER		0x6000
#define GICD_IROUTER_SIZE	(8 * GIC_MAX_IRQ)
#define GICD_IROUTER_ANY	BIT64(31)
#define GICD_IROUTER_AFFINITY	0xff00ffffffull
#define GICD_V2_END		0x1000
#define GICD_V3_END		0x10000
#define GICD_ID_SIZE		0x30	/* just below the end */

#define GICD_CTLR_GRP0		BIT(0)
#define GICD_CTLR_GRP1		BIT(1)
#define GICD_CTLR_ARE		BIT(4)
#define GICD_CTLR_DS		BIT(6)
#define GICD_CTLR_RWP		BIT(31)
/* What a guest sees of version 3: a Non-secure view, all of it enabled. */
#define GICD_CTLR_GUEST_V3	(GICD_CTLR_GRP0 | GICD_CTLR_GRP1 | \
				 GICD_CTLR_ARE | GICD_CTLR_RWP)
#define GICD_TYPER_LINES(v)	((v) & 31)
/* Extended SPIs, message-based SPIs, LPIs, direct LPI injection: hidden. */
#define GICD_TYPER_HIDDEN	(BIT(8) | BIT(16) | BIT(17) | BIT(18))

/* Redistributor, RD frame; the SGI frame follows */
#define GICR_CTLR		0x0000
#define GICR_TYPER		0x0008
#define GICR_SGI		0x10000
#define GICR_SIZE_V3		0x20000
#define GICR_SIZE_V4		0x40000
#define GICR_CTLR_LPIS		BIT(0)
#define GICR_CTLR_RWP		BIT(3)
#define GICR_CTLR_UWP		BIT(31)
#define GICR_TYPER_PLPIS	BIT(0)
#define GICR_TYPER_VLPIS	BIT(1)
#define GICR_TYPER_DIRECT	BIT(3)
#define GICR_TYPER_LAST		BIT(4)

/* ICC_SGI1R_EL1 */
#define SGI1R_IRQ(v)		((uint32_t)((v) >> 24) & 15)
#define SGI1R_OTHERS(v)		((v) >> 40 & 1)

/* ICC_CTLR_EL1, ICC_SRE_EL2, ICH_HCR_EL2, ICH_VTR_EL2 */
#define ICC_CTLR_CBPR		BIT(0)
#define ICC_CTLR_EOIMODE	BIT(1)
#define ICC_CTLR_PMHE		BIT(6)
#define ICC_CTLR_PRI(v)		(((v) >> 8 & 7) + 1)
#define ICC_SRE_ENABLE		BIT(3)
#define ICC_SRE_GUEST		7u	/* SRE, DFB, DIB */
#define ICH_HCR_EN		BIT(0)
#define ICH_HCR_UIE		BIT(1)
#define ICH_HCR_NPIE		BIT(3)
#define ICH_HCR_TC		BIT(10)
/* also GICH_VTR; of more than 16, some are used */
#define ICH_VTR_LRS(v)		(((v) & 15) + 1)
#define ICH_VTR_PRE(v)		(((v) >> 26 & 7) + 1)
#define ICH_VMCR_EOIM		BIT(9)			/* also GICH_VMCR */
#define ICH_VMCR_PMR		24			/* also GICH_VMCR */

#endif
