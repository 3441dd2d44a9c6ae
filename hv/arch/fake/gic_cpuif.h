/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The interrupt controller of the host: every access goes to a model that the
 * test brings along (tests/unit/fake_gic.h).
 */
#ifndef FAKE_GIC_CPUIF_H
#define FAKE_GIC_CPUIF_H

#include "types.h"

uint32_t gic_read32(const void *regs, uint32_t offset);
void gic_write32(void *regs, uint32_t offset, uint32_t v);

/* only for registers in which a zero has no effect */
static inline void gic_write8(void *regs, uint32_t offset, uint8_t v)
{
	gic_write32(regs, offset & ~3u, (uint32_t)v << offset % 4 * 8);
}

static inline uint64_t gic_read64(const void *regs, uint32_t offset)
{
	return gic_read32(regs, offset) |
	       (uint64_t)gic_read32(regs, offset + 4) << 32;
}

static inline void gic_write64(void *regs, uint32_t offset, uint64_t v)
{
	gic_write32(regs, offset, (uint32_t)v);
	gic_write32(regs, offset + 4, (uint32_t)(v >> 32));
}

static inline void gic_publish(void) { }
static inline void gic_sync(void) { }

enum fake_gic_reg {
	FAKE_pmr, FAKE_iar0, FAKE_eoir0, FAKE_bpr0, FAKE_dir, FAKE_rpr,
	FAKE_sgi1r, FAKE_sgi0r, FAKE_iar1, FAKE_eoir1, FAKE_bpr1, FAKE_ctlr,
	FAKE_igrpen0, FAKE_igrpen1, FAKE_sre_el2, FAKE_ich_hcr, FAKE_ich_vtr,
	FAKE_ich_elrsr, FAKE_ich_vmcr,
	FAKE_ap1r, FAKE_ich_ap0r = FAKE_ap1r + 4,
	FAKE_ich_ap1r = FAKE_ich_ap0r + 4, FAKE_ich_lr = FAKE_ich_ap1r + 4,
	FAKE_GIC_REGS = FAKE_ich_lr + 16,
};

uint64_t fake_gic_get(uint32_t reg);
void fake_gic_set(uint32_t reg, uint64_t v);

#define GIC_CPUIF(name)							\
static inline uint64_t gic_get_##name(void)				\
{									\
	return fake_gic_get(FAKE_##name);				\
}									\
static inline void gic_set_##name(uint64_t v)				\
{									\
	fake_gic_set(FAKE_##name, v);					\
}

GIC_CPUIF(pmr)
GIC_CPUIF(iar0)
GIC_CPUIF(eoir0)
GIC_CPUIF(bpr0)
GIC_CPUIF(dir)
GIC_CPUIF(rpr)
GIC_CPUIF(sgi1r)
GIC_CPUIF(sgi0r)
GIC_CPUIF(iar1)
GIC_CPUIF(eoir1)
GIC_CPUIF(bpr1)
GIC_CPUIF(ctlr)
GIC_CPUIF(igrpen0)
GIC_CPUIF(igrpen1)
GIC_CPUIF(sre_el2)
GIC_CPUIF(ich_hcr)
GIC_CPUIF(ich_vtr)
GIC_CPUIF(ich_elrsr)
GIC_CPUIF(ich_vmcr)

#define GIC_CPUIF_ARRAY(name)						\
static inline uint64_t gic_get_##name(uint32_t n)			\
{									\
	return fake_gic_get(FAKE_##name + n);				\
}									\
static inline void gic_set_##name(uint32_t n, uint64_t v)		\
{									\
	fake_gic_set(FAKE_##name + n, v);				\
}

GIC_CPUIF_ARRAY(ap1r)
GIC_CPUIF_ARRAY(ich_ap0r)
GIC_CPUIF_ARRAY(ich_ap1r)
GIC_CPUIF_ARRAY(ich_lr)

enum fake_gic_iss {
	GIC_ISS_PMR = 2, GIC_ISS_DIR = 4, GIC_ISS_RPR = 6, GIC_ISS_SGI1R = 8,
	GIC_ISS_ASGI1R = 10, GIC_ISS_SGI0R = 12, GIC_ISS_CTLR = 14,
	GIC_ISS_SRE = 16,
};
#define GIC_ISS_MASK	0x3ffc1eu

#endif
