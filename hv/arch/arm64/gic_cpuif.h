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

static inline uint64_t gic_read64(const void *regs, uint32_t offset)
{
	return *(const volatile uint64_t *)((const char *)regs + offset);
}

static inline void gic_write64(void *regs, uint32_t offset, uint64_t v)
{
	*(volatile uint64_t *)((char *)regs + offset) = v;
}

/* What was stored is visible before an interrupt tells of it. */
static inline void gic_publish(void)
{
	__asm__ volatile("dsb ish" ::: "memory");
}

static inline void gic_sync(void)
{
	isb();
}

#define GIC_CPUIF(name, reg)						\
static inline uint64_t gic_get_##name(void) { return read_sysreg(reg); } \
static inline void gic_set_##name(uint64_t v) { write_sysreg(v, reg); }

GIC_CPUIF(pmr, s3_0_c4_c6_0)
GIC_CPUIF(iar0, s3_0_c12_c8_0)
GIC_CPUIF(eoir0, s3_0_c12_c8_1)
GIC_CPUIF(bpr0, s3_0_c12_c8_3)
GIC_CPUIF(dir, s3_0_c12_c11_1)
GIC_CPUIF(rpr, s3_0_c12_c11_3)
GIC_CPUIF(sgi1r, s3_0_c12_c11_5)
GIC_CPUIF(sgi0r, s3_0_c12_c11_7)
GIC_CPUIF(iar1, s3_0_c12_c12_0)
GIC_CPUIF(eoir1, s3_0_c12_c12_1)
GIC_CPUIF(bpr1, s3_0_c12_c12_3)
GIC_CPUIF(ctlr, s3_0_c12_c12_4)
GIC_CPUIF(igrpen0, s3_0_c12_c12_6)
GIC_CPUIF(igrpen1, s3_0_c12_c12_7)
GIC_CPUIF(sre_el2, s3_4_c12_c9_5)
GIC_CPUIF(ich_hcr, s3_4_c12_c11_0)
GIC_CPUIF(ich_vtr, s3_4_c12_c11_1)
GIC_CPUIF(ich_elrsr, s3_4_c12_c11_5)
GIC_CPUIF(ich_vmcr, s3_4_c12_c11_7)

/* Registers with a number: gic_get_x(n), gic_set_x(n, v). */
#define GIC_GET_CASE(n, reg)	case n: return read_sysreg(reg);
#define GIC_SET_CASE(n, reg)	case n: write_sysreg(v, reg); break;
#define GIC_CPUIF_ARRAY(name, list)					\
static inline uint64_t gic_get_##name(uint32_t n)			\
{									\
	switch (n) { list(GIC_GET_CASE) }				\
	return 0;							\
}									\
static inline void gic_set_##name(uint32_t n, uint64_t v)		\
{									\
	switch (n) { list(GIC_SET_CASE) }				\
}

#define GIC_AP1R(C)							\
	C(0, s3_0_c12_c9_0) C(1, s3_0_c12_c9_1)				\
	C(2, s3_0_c12_c9_2) C(3, s3_0_c12_c9_3)
#define GIC_ICH_AP0R(C)							\
	C(0, s3_4_c12_c8_0) C(1, s3_4_c12_c8_1)				\
	C(2, s3_4_c12_c8_2) C(3, s3_4_c12_c8_3)
#define GIC_ICH_AP1R(C)							\
	C(0, s3_4_c12_c9_0) C(1, s3_4_c12_c9_1)				\
	C(2, s3_4_c12_c9_2) C(3, s3_4_c12_c9_3)
#define GIC_ICH_LR(C)							\
	C(0, s3_4_c12_c12_0) C(1, s3_4_c12_c12_1)			\
	C(2, s3_4_c12_c12_2) C(3, s3_4_c12_c12_3)			\
	C(4, s3_4_c12_c12_4) C(5, s3_4_c12_c12_5)			\
	C(6, s3_4_c12_c12_6) C(7, s3_4_c12_c12_7)			\
	C(8, s3_4_c12_c13_0) C(9, s3_4_c12_c13_1)			\
	C(10, s3_4_c12_c13_2) C(11, s3_4_c12_c13_3)			\
	C(12, s3_4_c12_c13_4) C(13, s3_4_c12_c13_5)			\
	C(14, s3_4_c12_c13_6) C(15, s3_4_c12_c13_7)

GIC_CPUIF_ARRAY(ap1r, GIC_AP1R)
GIC_CPUIF_ARRAY(ich_ap0r, GIC_ICH_AP0R)
GIC_CPUIF_ARRAY(ich_ap1r, GIC_ICH_AP1R)
GIC_CPUIF_ARRAY(ich_lr, GIC_ICH_LR)

/* ESR_EL2.ISS of a trapped access, without direction and general register */
#define GIC_ISS(op0, op1, crn, crm, op2)				\
	((op0) << 20 | (op2) << 17 | (op1) << 14 | (crn) << 10 | (crm) << 1)
#define GIC_ISS_MASK	0x3ffc1eu
#define GIC_ISS_PMR	GIC_ISS(3u, 0u, 4u, 6u, 0u)
#define GIC_ISS_DIR	GIC_ISS(3u, 0u, 12u, 11u, 1u)
#define GIC_ISS_RPR	GIC_ISS(3u, 0u, 12u, 11u, 3u)
#define GIC_ISS_SGI1R	GIC_ISS(3u, 0u, 12u, 11u, 5u)
#define GIC_ISS_ASGI1R	GIC_ISS(3u, 0u, 12u, 11u, 6u)
#define GIC_ISS_SGI0R	GIC_ISS(3u, 0u, 12u, 11u, 7u)
#define GIC_ISS_CTLR	GIC_ISS(3u, 0u, 12u, 12u, 4u)
#define GIC_ISS_SRE	GIC_ISS(3u, 0u, 12u, 12u, 5u)

#endif
