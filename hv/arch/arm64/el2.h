/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * EL2: its own translation (stage 1, DDI 0487 D8), stage 2, and traps with the
 * guest's registers.
 */
#ifndef ARM64_EL2_H
#define ARM64_EL2_H

#include "layout.h"
#include "sysreg.h"

#define EL2_TABLE	3ull
#define EL2_AF_IS	(BIT64(10) | (3ull << 8))	/* inner shareable */
#define EL2_RO		BIT64(7)
#define EL2_AP1		BIT64(6)			/* RES1 at EL2 */
#define EL2_XN		BIT64(54)
#define EL2_NORMAL	(1ull << 2)			/* MAIR index */
#define EL2_DEVICE	(0ull << 2)

#define EL2_PAGE_TEXT	(3ull | EL2_AF_IS | EL2_AP1 | EL2_RO | EL2_NORMAL)
#define EL2_PAGE_RO	(EL2_PAGE_TEXT | EL2_XN)
#define EL2_PAGE_RW	(3ull | EL2_AF_IS | EL2_AP1 | EL2_XN | EL2_NORMAL)
#define EL2_PAGE_DEV	(3ull | EL2_AF_IS | EL2_AP1 | EL2_XN | EL2_DEVICE)
#define EL2_BLOCK_RW	(EL2_PAGE_RW & ~2ull)
#define EL2_BLOCK_DEV	(EL2_PAGE_DEV & ~2ull)

/* What all CPUs share under HV_BASE, and what the boot page needs. */
extern struct el2_tables {
	uint64_t shared_l2[512];
	uint64_t shared_l3[HV_L3_TABLES * 512];
	uint64_t boot_l2[512];
	uint64_t boot_l3[512];
} el2_tables;

/* T0SZ 25, walks inner shareable write-back, 4 KiB, RES1 bits 31 and 23 */
#define TCR_EL2_VALUE	(0x80800000ull | 3 << 12 | 1 << 10 | 1 << 8 | 25)
/* 0: device nGnRE, 1: normal write-back, 2: normal non-cacheable */
#define MAIR_EL2_VALUE	0x44ff04

/*
 * Builds the CPU's tables and points it to them; the MMU is still off. page:
 * where the CPU's slot is, base: the image.
 */
void early_tables(uint64_t (*page)[512], uint64_t base, uint64_t slot);

/* To memory, and out of the caches; up to 1 KiB more than that. */
void el2_flush_lines(void *base, uint64_t size);

/*
 * The CPU has its own tables and stack: in under the hypervisor, or out; the
 * frame is what EL1 goes on with.
 */
void arch_enter(uint64_t slot);
void arch_leave(uint64_t slot) __noreturn;

/* entry.S */
extern char hv_vectors[];
void leave_boot(uint64_t frame) __noreturn;

/* What the CPU can address, as TCR_EL2 and VTCR_EL2 have it: 48 bits at most */
static inline uint64_t el2_pa_range(void)
{
	uint64_t range = read_sysreg(id_aa64mmfr0_el1) & 15;

	return range < 5 ? range : 5;
}

/* All that this CPU keeps of guests' translations. */
static inline void flush_guest(void)
{
	__asm__ volatile("tlbi alle1\n ic iallu\n dsb nsh\n isb"
			 : : : "memory");
}

/*
 * The guest's registers during a trap, x0 to x30, and zero: the register 31 of
 * operands. A trap starts on an empty stack: they are always in one place.
 */
#define REG_LINK	30
static inline uint64_t *guest_frame(void)
{
	return (uint64_t *)PRIV_FRAME;
}

/*
 * trap.c, called by entry.S with the registers at the top of the stack:
 * synchronous exceptions and SErrors of the guest, its interrupts, and what is
 * from EL2 itself.
 */
void trap_sync(uint64_t *x);
void trap_irq(void);
void trap_own(uint64_t *x);

/*
 * A function that may fault returns ~0 then. It has no frame and calls nothing;
 * ELR_EL2 and SPSR_EL2 are lost.
 */
#define MAY_FAULT	__attribute__((noinline, section(".text.may_fault")))

#endif
