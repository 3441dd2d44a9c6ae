/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The interrupt controller's registers and bits (IHI 0069 chapter 12), and who
 * may change which of them: pure functions, so that tests can enumerate them.
 * Inline, for they are a trap's shortest way.
 *
 * Register files hold fields of 1, 2 or 8 bits for each INTID. An access is
 * judged as the aligned 32-bit word around it; a word never leaves one group
 * of 32 INTIDs, whose ownership is one word with a bit for each.
 */
#ifndef ARM_COMMON_GIC_DECIDE_H
#define ARM_COMMON_GIC_DECIDE_H

#include "gic.h"

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

/* How values of a register file are to be treated. */
enum gic_kind {
	GIC_NONE,		/* reads as zero, writes ignored */
	GIC_READ,		/* writes ignored */
	GIC_WRITE1,		/* ones act on their field, zeros do nothing */
	GIC_SGIS,		/* the same, senders of an SGI (version 2) */
	GIC_FIELD,		/* read-modify-write */
	GIC_PRIO,		/* the same, priorities */
	GIC_TARGET,		/* the same, sets of CPU interfaces */
};

/* The register file at an offset of the distributor. */
static inline uint32_t gic_kind_at(uint32_t offset)
{
	static const uint8_t kinds[] = {	/* of 128 bytes each */
		[GICD_IGROUPR / 128] = GIC_READ,
		[GICD_ISENABLER / 128 ... GICD_ICACTIVER / 128] = GIC_WRITE1,
		[GICD_IPRIORITYR / 128 ... GICD_ITARGETSR / 128 - 1] = GIC_PRIO,
		[GICD_ITARGETSR / 128 ... GICD_ICFGR / 128 - 1] = GIC_TARGET,
		[GICD_ICFGR / 128 ... GICD_ICFGR / 128 + 1] = GIC_FIELD,
	};

	if (offset - GICD_CPENDSGIR < 32)
		return GIC_SGIS;
	return offset < 128 * sizeof(kinds) ? kinds[offset / 128] : GIC_NONE;
}

/* Bits of each field. */
static inline uint32_t gic_bits(uint32_t kind)
{
	return kind < GIC_SGIS ? 1 : kind == GIC_FIELD ? 2 : 8;
}

/* First INTID of the aligned word around the offset. */
static inline uint32_t gic_first_irq(uint32_t kind, uint32_t offset)
{
	uint32_t bits = gic_bits(kind);
	uint32_t span = kind == GIC_SGIS ? 16 : bits * 128;

	return (offset & (span - 1) & ~3u) * 8 / bits;
}

/*
 * The bits of that word which an access of `size` bytes (1, 2 or 4, aligned)
 * may see and change. owned: bit n for INTID n of the group of 32.
 */
static inline uint32_t gic_lanes(uint32_t kind, uint32_t offset, uint32_t size,
				 uint32_t owned)
{
	uint32_t bytes = size < 4 ? (1u << 8 * size) - 1 : ~0u;
	uint32_t i, lanes = 0, bits = gic_bits(kind);

	bytes <<= 8 * (offset & 3);
	if (bits == 1)
		return owned & bytes;
	owned >>= gic_first_irq(kind, offset) % 32;
	for (i = 0; i < 32; i += bits, owned >>= 1)
		if (owned & 1)
			lanes |= ((1u << bits) - 1) << i;
	return lanes & bytes;
}

/* The word to be written back: `value` within the lanes. */
static inline uint32_t gic_merge(uint32_t old, uint32_t value, uint32_t lanes)
{
	return (old & ~lanes) | (value & lanes);
}

/*
 * ITARGETSR: targets are limited to `own`; a field that names only foreign
 * CPUs stays as it was.
 */
static inline uint32_t gic_targets(uint32_t old, uint32_t value, uint32_t lanes,
				   uint8_t own)
{
	uint32_t i, field, kept = value & (own * 0x01010101u);

	for (i = 0; i < 32; i += 8) {
		field = 0xffu << i;
		if (value & field && !(kept & field))
			lanes &= ~field;
	}
	return gic_merge(old, kept, lanes);
}

/* GICD_SGIR: CPU interfaces that get the SGI; own and self are such sets. */
static inline uint8_t gic_sgir(uint32_t value, uint8_t own, uint8_t self)
{
	uint8_t targets[] = { value >> 16 & 0xff, ~self, self, 0 };

	return targets[value >> 24 & 3] & own;
}

/* Affinity 3, 2, 1 and the range of 16 CPUs in affinity 0, in their places. */
#define SGI1R_CLUSTER	0x00fff0ff00ff0000ull
#define SGI1R_CLUSTER_IRQ (SGI1R_CLUSTER | 15ull << 24)

static inline uint64_t sgi1r_cluster(uint64_t hwid)
{
	return (hwid & 0xff00ff0000) << 16 | (hwid & 0xff00) << 8 |
	       (hwid & 0xf0) << 40;
}

/*
 * ICC_SGI1R_EL1: the bit of the target list that stands for the CPU with this
 * affinity, 0 when the request does not name it. Not for "all but self".
 */
static inline uint32_t gic_sgi1r_bit(uint64_t value, uint64_t hwid)
{
	uint32_t bit = (uint32_t)value & 1u << (hwid & 15);

	/* few CPUs are named: the cheap half of the question first */
	if (!bit || (value & SGI1R_CLUSTER) != sgi1r_cluster(hwid))
		return 0;
	return bit;
}

/* The request for one CPU. */
static inline uint64_t gic_sgi1r(uint32_t irq, uint64_t hwid)
{
	return sgi1r_cluster(hwid) | (uint64_t)irq << 24 | 1u << (hwid & 15);
}

/*
 * Priorities. With direct delivery the guest has the lower half, as the
 * Non-secure view of a controller with two security states has it: whatever
 * it programs, binary point included, stays below the hypervisor's priority
 * 0. With list registers only the values that would tie with it are raised.
 * Both work on four fields at once; `step` is the distance of two priorities.
 */
static inline uint32_t gic_prio_to_phys(uint32_t prio, bool half, uint32_t step)
{
	uint32_t i;

	if (half)
		return (prio >> 1 & 0x7f7f7f7f) | 0x80808080;
	for (i = 0; i < 32; i += 8)
		if ((prio >> i & 0xff) < step)
			prio |= step << i;
	return prio;
}

static inline uint32_t gic_prio_to_guest(uint32_t prio, bool half)
{
	return half ? prio << 1 & 0xfefefefe : prio;
}

#endif
