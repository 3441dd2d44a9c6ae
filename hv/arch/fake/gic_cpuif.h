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

static inline uint8_t gic_read8(const void *regs, uint32_t offset)
{
	return gic_read32(regs, offset & ~3u) >> offset % 4 * 8 & 0xff;
}

/* zeros have no effect in a register that sets or clears */
static inline void gic_write8(void *regs, uint32_t offset, uint8_t v)
{
	uint32_t word = offset & ~3u, shift = offset % 4 * 8, old = 0;

	if (word >= 0x400 && word < 0xc00)
		old = gic_read32(regs, word) & ~(0xffu << shift);
	gic_write32(regs, word, old | (uint32_t)v << shift);
}

static inline void dsb_ish(void) { }
static inline void isb(void) { }

enum cpuif_reg {
	ICC_PMR, ICC_RPR, ICC_IAR0, ICC_IAR1, ICC_EOIR0, ICC_EOIR1, ICC_BPR0,
	ICC_BPR1, ICC_SGI0R, ICC_SGI1R, ICC_IGRPEN0, ICC_IGRPEN1, ICC_DIR,
	ICC_CTLR, ICC_AP1R0, ICC_SRE_EL2 = ICC_AP1R0 + 4, ICH_HCR, ICH_VTR,
	ICH_VMCR, ICH_AP0R0, ICH_AP1R0 = ICH_AP0R0 + 4,
	ICH_LR0 = ICH_AP1R0 + 4, FAKE_GIC_REGS = ICH_LR0 + 16,
};

uint64_t cpuif_read(uint32_t reg);
void cpuif_write(uint32_t reg, uint64_t v);

/* ISS_READ: beside what names the register */
#define ISS_READ	1u

enum cpuif_iss {
	ISS_ICC_PMR = 2, ISS_ICC_DIR = 4, ISS_ICC_RPR = 6, ISS_ICC_SGI1R = 8,
	ISS_ICC_ASGI1R = 10, ISS_ICC_SGI0R = 12, ISS_ICC_CTLR = 14,
	ISS_ICC_SRE = 16,
};

#endif
