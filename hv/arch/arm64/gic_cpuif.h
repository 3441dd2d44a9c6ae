/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How AArch64 reaches the interrupt controller: registers in memory, and the
 * CPU interface of version 3 in system registers (IHI 0069 12.2, 12.4).
 */
#ifndef ARM64_GIC_CPUIF_H
#define ARM64_GIC_CPUIF_H

#include "sysreg.h"

static inline uint32_t gic_read32(const void *regs, uint32_t offset)
{
	return *(const volatile uint32_t *)((const char *)regs + offset);
}

static inline void gic_write32(void *regs, uint32_t offset, uint32_t v)
{
	*(volatile uint32_t *)((char *)regs + offset) = v;
}

static inline void gic_write8(void *regs, uint32_t offset, uint8_t v)
{
	*(volatile uint8_t *)((char *)regs + offset) = v;
}

/*
 * Registers of the CPU interface, physical (ICC) and virtual (ICH), and where
 * AArch64 has them. Those with a number follow each other.
 */
#define CPUIF_4(C, name, reg, a, b, c, d)				\
	C(name##a, reg##a) C(name##b, reg##b)				\
	C(name##c, reg##c) C(name##d, reg##d)
#define CPUIF_REGS(C)							\
	C(ICC_PMR, s3_0_c4_c6_0)	C(ICC_RPR, s3_0_c12_c11_3)	\
	C(ICC_IAR0, s3_0_c12_c8_0)	C(ICC_IAR1, s3_0_c12_c12_0)	\
	C(ICC_EOIR0, s3_0_c12_c8_1)	C(ICC_EOIR1, s3_0_c12_c12_1)	\
	C(ICC_BPR0, s3_0_c12_c8_3)	C(ICC_BPR1, s3_0_c12_c12_3)	\
	C(ICC_SGI0R, s3_0_c12_c11_7)	C(ICC_SGI1R, s3_0_c12_c11_5)	\
	C(ICC_IGRPEN0, s3_0_c12_c12_6)	C(ICC_IGRPEN1, s3_0_c12_c12_7)	\
	C(ICC_DIR, s3_0_c12_c11_1)	C(ICC_CTLR, s3_0_c12_c12_4)	\
	CPUIF_4(C, ICC_AP1R, s3_0_c12_c9_, 0, 1, 2, 3)			\
	C(ICC_SRE_EL2, s3_4_c12_c9_5)	C(ICH_HCR, s3_4_c12_c11_0)	\
	C(ICH_VTR, s3_4_c12_c11_1)	C(ICH_VMCR, s3_4_c12_c11_7)	\
	CPUIF_4(C, ICH_AP0R, s3_4_c12_c8_, 0, 1, 2, 3)			\
	CPUIF_4(C, ICH_AP1R, s3_4_c12_c9_, 0, 1, 2, 3)			\
	CPUIF_4(C, ICH_LR, s3_4_c12_c12_, 0, 1, 2, 3)			\
	CPUIF_4(C, ICH_LR, s3_4_c12_c12_, 4, 5, 6, 7)			\
	CPUIF_4(C, ICH_LR8_, s3_4_c12_c13_, 0, 1, 2, 3)			\
	CPUIF_4(C, ICH_LR8_, s3_4_c12_c13_, 4, 5, 6, 7)
#define CPUIF_NAME(name, reg)	name,
#define CPUIF_READ(name, reg)	case name: return read_sysreg(reg);
#define CPUIF_WRITE(name, reg)	case name: write_sysreg(v, reg); return;

enum cpuif_reg { CPUIF_REGS(CPUIF_NAME) };

/* Inline, for where the register is a constant it is one instruction. */
__attribute__((always_inline))
static inline uint64_t cpuif_read(uint32_t reg)
{
	switch (reg) { CPUIF_REGS(CPUIF_READ) }
	return 0;
}

__attribute__((always_inline))
static inline void cpuif_write(uint32_t reg, uint64_t v)
{
	switch (reg) { CPUIF_REGS(CPUIF_WRITE) }
}

/* How the trapped ones are named in a syndrome (ISS_REG) */
#define GIC_ISS_PMR	ISS_REG(3u, 0u, 4u, 6u, 0u)
#define GIC_ISS_DIR	ISS_REG(3u, 0u, 12u, 11u, 1u)
#define GIC_ISS_RPR	ISS_REG(3u, 0u, 12u, 11u, 3u)
#define GIC_ISS_SGI1R	ISS_REG(3u, 0u, 12u, 11u, 5u)
#define GIC_ISS_ASGI1R	ISS_REG(3u, 0u, 12u, 11u, 6u)
#define GIC_ISS_SGI0R	ISS_REG(3u, 0u, 12u, 11u, 7u)
#define GIC_ISS_CTLR	ISS_REG(3u, 0u, 12u, 12u, 4u)
#define GIC_ISS_SRE	ISS_REG(3u, 0u, 12u, 12u, 5u)

#endif
