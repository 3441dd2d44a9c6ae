/* SPDX-License-Identifier: GPL-2.0-only */
/* System registers of AArch64 (ARM DDI 0487, chapter D). */
#ifndef ARM64_SYSREG_H
#define ARM64_SYSREG_H

#include "types.h"

#define read_sysreg(reg) ({						\
	uint64_t v__;							\
	__asm__ volatile("mrs %0, " #reg : "=r"(v__));			\
	v__;								\
})

#define write_sysreg(val, reg) ({					\
	uint64_t w__ = (val);						\
	__asm__ volatile("msr " #reg ", %x0" : : "rZ"(w__));		\
})

static inline void isb(void) { __asm__ volatile("isb" ::: "memory"); }
static inline void dsb_sy(void) { __asm__ volatile("dsb sy" ::: "memory"); }
static inline void dsb_ish(void) { __asm__ volatile("dsb ish" ::: "memory"); }

/* Waits for an interrupt, masked or not; may return early. */
static inline void wfi(void)
{
	__asm__ volatile("dsb sy\n wfi" ::: "memory");
}

/* HCR_EL2 */
#define HCR_VM		BIT64(0)	/* stage 2 on */
#define HCR_SWIO	BIT64(1)
#define HCR_FMO		BIT64(3)	/* FIQs come to EL2, */
#define HCR_IMO		BIT64(4)	/* IRQs do */
#define HCR_BSU_IS	BIT64(10)	/* barriers: inner shareable at least */
#define HCR_FB		BIT64(9)	/* broadcast TLB and I-cache upkeep */
#define HCR_TSC		BIT64(19)	/* SMC */
#define HCR_TIDCP	BIT64(20)	/* implementation-defined registers */
#define HCR_TACR	BIT64(21)	/* ACTLR_EL1 */
#define HCR_TSW		BIT64(22)	/* set/way cache maintenance */
#define HCR_RW		BIT64(31)	/* EL1 is AArch64 */
#define HCR_TLOR	BIT64(35)	/* LORegions */
#define HCR_APK		BIT64(40)
#define HCR_API		BIT64(41)
#define HCR_ATA		BIT64(56)

/* ESR_EL2: its low 32 bits; ISS is below IL */
#define ESR_EC(esr)	((esr) >> 26)
#define ESR_IL		BIT(25)
#define EC_HVC64	0x16
#define EC_SMC64	0x17
#define EC_SYSREG	0x18
#define EC_IABT_LOW	0x20
#define EC_DABT_LOW	0x24
#define EC_SERROR	0x2f

/* ISS of an MSR/MRS trap (D19.2.37): op0 op1 CRn CRm op2, Rt, direction */
#define ISS_READ	BIT(0)
#define ISS_RT(iss)	((iss) >> 5 & 31)
#define ISS_REG_MASK	0x3ffc1eu
#define ISS_REG(op0, op1, crn, crm, op2)				\
	((op0) << 20 | (op2) << 17 | (op1) << 14 | (crn) << 10 | (crm) << 1)

/* SPSR */
#define SPSR_EL1H	0x5u
#define SPSR_DAIF	0x3c0u
#define SPSR_M_MASK	0xfu

/* SCTLR_EL1 with everything off: the RES1 bits (D19.2.118). */
#define SCTLR_EL1_OFF	0x30d00800u

#endif
