/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who may change which bit of the interrupt controller: pure functions, so
 * that tests can enumerate them. Inline, for they are a trap's shortest way.
 *
 * Register files hold fields of 1, 2 or 8 bits for each INTID. An access is
 * judged as the aligned 32-bit word around it; a word never leaves one group
 * of 32 INTIDs, whose ownership is one word with a bit for each.
 */
#ifndef ARM_COMMON_GIC_DECIDE_H
#define ARM_COMMON_GIC_DECIDE_H

#include "gic-regs.h"
#include "gic.h"

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
	return (hwid >> 32 & 0xff) << 48 | (hwid >> 16 & 0xff) << 32 |
	       (hwid >> 8 & 0xff) << 16 | (hwid >> 4 & 15) << 44;
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
