/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who may change which bit of the interrupt controller: pure functions, so
 * that tests can enumerate them.
 *
 * Register files hold fields of 1, 2 or 8 bits for each INTID. An access is
 * judged as the aligned 32-bit word around it; a word never leaves one group
 * of 32 INTIDs, whose ownership is one word with a bit for each.
 */
#ifndef ARM_COMMON_GIC_DECIDE_H
#define ARM_COMMON_GIC_DECIDE_H

#include "types.h"

/* How values of a register file are to be treated. */
enum gic_kind {
	GIC_NONE,		/* reads as zero, writes ignored */
	GIC_READ,		/* writes ignored */
	GIC_WRITE1,		/* ones act on their field, zeros do nothing */
	GIC_FIELD,		/* read-modify-write */
	GIC_PRIO,		/* the same, priorities */
	GIC_TARGET,		/* the same, sets of CPU interfaces */
};

struct gic_file {
	uint8_t kind;		/* enum gic_kind */
	uint8_t bits;		/* of each field */
	uint16_t base;
};

/* The register file at an offset below 0x1000 of the distributor. */
const struct gic_file *gic_file_at(uint32_t offset);

/* First INTID of the aligned word around the offset. */
uint32_t gic_first_irq(const struct gic_file *file, uint32_t offset);

/*
 * The bits of that word which an access of `size` bytes (1, 2 or 4, aligned)
 * may see and change. owned: bit n for INTID n of the group of 32.
 */
uint32_t gic_lanes(const struct gic_file *file, uint32_t offset,
		   uint32_t size, uint32_t owned);

/* The word to be written back: `value` within the lanes. */
uint32_t gic_merge(uint32_t old, uint32_t value, uint32_t lanes);

/*
 * ITARGETSR: targets are limited to `own`; a field that names only foreign
 * CPUs stays as it was.
 */
uint32_t gic_targets(uint32_t old, uint32_t value, uint32_t lanes,
		     uint8_t own);

/* IROUTER: the affinity of the one CPU it aims at, or ~0 ("any CPU"). */
uint64_t gic_route_hwid(uint64_t value);

/* GICD_SGIR: CPU interfaces that get the SGI; own and self are such sets. */
uint8_t gic_sgir(uint32_t value, uint8_t own, uint8_t self);

/*
 * ICC_SGI1R_EL1: the bit of the target list that stands for the CPU with this
 * affinity, 0 when the request does not name it. Not for "all but self".
 */
uint32_t gic_sgi1r_bit(uint64_t value, uint64_t hwid);
/* The request for one CPU. */
uint64_t gic_sgi1r(uint32_t irq, uint64_t hwid);

/*
 * Priorities. With direct delivery the guest has the lower half, as the
 * Non-secure view of a controller with two security states has it: whatever
 * it programs, binary point included, stays below the hypervisor's priority
 * 0. With list registers only the values that would tie with it are raised.
 * Both work on four fields at once; `step` is the distance of two priorities.
 */
uint32_t gic_prio_to_phys(uint32_t prio, bool half, uint32_t step);
uint32_t gic_prio_to_guest(uint32_t prio, bool half);

#endif
