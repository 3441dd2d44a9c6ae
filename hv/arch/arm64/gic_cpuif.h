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

static inline uint8_t gic_read8(const void *regs, uint32_t offset)
{
	return *(const volatile uint8_t *)((const char *)regs + offset);
}

static inline void gic_write8(void *regs, uint32_t offset, uint8_t v)
{
	*(volatile uint8_t *)((char *)regs + offset) = v;
}

/*
 * Registers of the CPU interface, physical (ICC) and virtual (ICH), and where
 * AArch64 has them: op1, CRn, CRm, op2; op0 is 3. Those with a number follow
 * each other.
 */
#define CPUIF_4(C, name, op1, crm, a, b, c, d)				\
	C(name##a, op1, 12, crm, a) C(name##b, op1, 12, crm, b)		\
	C(name##c, op1, 12, crm, c) C(name##d, op1, 12, crm, d)
#define CPUIF_REGS(C)							\
	C(ICC_PMR, 0, 4, 6, 0)		C(ICC_RPR, 0, 12, 11, 3)	\
	C(ICC_IAR0, 0, 12, 8, 0)	C(ICC_IAR1, 0, 12, 12, 0)	\
	C(ICC_EOIR0, 0, 12, 8, 1)	C(ICC_EOIR1, 0, 12, 12, 1)	\
	C(ICC_BPR0, 0, 12, 8, 3)	C(ICC_BPR1, 0, 12, 12, 3)	\
	C(ICC_SGI0R, 0, 12, 11, 7)	C(ICC_SGI1R, 0, 12, 11, 5)	\
	C(ICC_IGRPEN0, 0, 12, 12, 6)	C(ICC_IGRPEN1, 0, 12, 12, 7)	\
	C(ICC_DIR, 0, 12, 11, 1)	C(ICC_CTLR, 0, 12, 12, 4)	\
	C(ICC_ASGI1R, 0, 12, 11, 6)	C(ICC_SRE, 0, 12, 12, 5)	\
	CPUIF_4(C, ICC_AP1R, 0, 9, 0, 1, 2, 3)				\
	C(ICC_SRE_EL2, 4, 12, 9, 5)	C(ICH_HCR, 4, 12, 11, 0)	\
	C(ICH_VTR, 4, 12, 11, 1)	C(ICH_VMCR, 4, 12, 11, 7)	\
	CPUIF_4(C, ICH_AP0R, 4, 8, 0, 1, 2, 3)				\
	CPUIF_4(C, ICH_AP1R, 4, 9, 0, 1, 2, 3)				\
	CPUIF_4(C, ICH_LR, 4, 12, 0, 1, 2, 3)				\
	CPUIF_4(C, ICH_LR, 4, 12, 4, 5, 6, 7)				\
	CPUIF_4(C, ICH_LR8_, 4, 13, 0, 1, 2, 3)				\
	CPUIF_4(C, ICH_LR8_, 4, 13, 4, 5, 6, 7)
#define CPUIF_NAME(name, ...)	name,
#define CPUIF_ISS(name, op1, crn, crm, op2)				\
	ISS_##name = ISS_REG(3u, op1##u, crn##u, crm##u, op2##u),
#define CPUIF_READ(name, op1, crn, crm, op2)				\
	case name: return read_sysreg(s3_##op1##_c##crn##_c##crm##_##op2);
#define CPUIF_WRITE(name, op1, crn, crm, op2)				\
	case name: write_sysreg(v, s3_##op1##_c##crn##_c##crm##_##op2); return;

enum cpuif_reg { CPUIF_REGS(CPUIF_NAME) };

/* How the trapped ones are named in a syndrome. */
enum cpuif_iss { CPUIF_REGS(CPUIF_ISS) };

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

#endif
