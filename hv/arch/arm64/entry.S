/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The ways in and out of EL2.
 *
 * The boot page (.boot) runs with the MMU off or mapped 1:1. Its vectors are
 * both the entry of the image and the stub left behind: they answer Linux'
 * stub calls (hyp-abi.rst) and CB_ENTER_MAGIC.
 */
#include "layout.h"

#define HDR_CORE_SIZE	16

#define SCTLR_EL2_OFF	0x30c50830
/* M, C, SA, I, WXN (DDI 0487 D19.2.119) */
#define SCTLR_EL2_ON	(SCTLR_EL2_OFF | 0x0008100d)

	.section .header, "a"
	.globl	image_header
image_header:
	.asciz	"CELLBLK"
	.word	1				/* CB_IMAGE_VERSION */
	.word	2				/* CB_ARCH_ARM64 */
	.quad	__core_end - HV_BASE
	.quad	SLOT_SIZE
	.quad	boot_vectors - HV_BASE
	.quad	console_ring - HV_BASE
	.quad	8192
	.quad	report_page - HV_BASE
	.quad	boot_vectors - HV_BASE
	.asciz	"cellblock arm64"
	.space	16 + 32				/* and the loader's half */

	/* Pairs of registers, each at its place. */
	.macro	regs op, base, n, m, others:vararg
	\op	x\n, x\m, [\base, #(8 * \n)]
	.ifnb	\others
	regs	\op, \base, \others
	.endif
	.endm
#define X2_TO_X29	2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, \
			17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29

	.macro	save_frame
	sub	sp, sp, #FRAME_SIZE
	regs	stp, sp, 0, 1, X2_TO_X29
	stp	x30, xzr, [sp, #240]
	.endm
	.macro	restore_frame
	regs	ldp, sp, X2_TO_X29
	ldr	x30, [sp, #240]
	ldp	x0, x1, [sp], #FRAME_SIZE
	eret
	dsb	nsh				/* no speculation past it */
	isb
	.endm

	/*
	 * All exceptions but the synchronous ones of AArch64 EL1 stop the CPU;
	 * what answers those fits its vector.
	 */
#define BRANCH_TO_SELF	0x14000000
	.section .boot, "ax"
	.balign	0x800
	.globl	boot_vectors
boot_vectors:
	.fill	0x400 / 4, 4, BRANCH_TO_SELF
	cbz	x0, stub_set_vectors		/* CB_STUB_SET_VECTORS */
	cmp	x0, #1
	b.eq	stub_soft_restart
	cmp	x0, #2
	b.eq	stub_reset_vectors
	ldr	x3, =0x43454c4c424c4b31		/* CB_ENTER_MAGIC */
	cmp	x0, x3
	b.eq	boot_enter
	ldr	x0, =0xbadca11			/* CB_STUB_ERROR */
	eret
stub_reset_vectors:
	adr	x1, boot_vectors
	mov	x0, #0
stub_set_vectors:
	msr	vbar_el2, x1
	eret
stub_soft_restart:
	mov	x5, x1
	mov	x0, x2
	mov	x1, x3
	mov	x2, x4
	br	x5
	.org	boot_vectors + 0x480
	.fill	0x380 / 4, 4, BRANCH_TO_SELF

	/* x1: physical base, x2: slot; MMU off. x0 to x3 may be lost. */
boot_enter:
	ldr	x0, [x1, #HDR_CORE_SIZE]
	add	x0, x0, x1
	mov	x3, #SLOT_SIZE
	madd	x0, x2, x3, x0
	add	sp, x0, #(SLOT_STACK_END << 12)
	save_frame
	bl	early_tables
	ldr	x1, =SCTLR_EL2_ON
	msr	sctlr_el2, x1
	isb
	ldr	x1, =virt_entry
	br	x1

	/*
	 * Leave EL2: x0 = frame (physical, cleaned), MMU on, mapped 1:1. The
	 * frame holds x0 to x30 for EL1; ELR and SPSR are already right.
	 */
	.globl	leave_boot
leave_boot:
	ldr	x1, =SCTLR_EL2_OFF
	msr	sctlr_el2, x1
	isb
	tlbi	alle2
	dsb	nsh
	isb
	adr	x1, boot_vectors
	msr	vbar_el2, x1
	mov	sp, x0
	restore_frame
	.ltorg

	.text
virt_entry:
	ldr	x0, =PRIV_FRAME
	mov	sp, x0
	ldr	x0, [sp, #16]			/* the slot */
	bl	arch_enter
trap_return:
	restore_frame
	.ltorg

	/* x0: what to pass on, and where the results go; the first returned */
	.globl	firmware_call
firmware_call:
	stp	x0, x30, [sp, #-16]!
	mov	x9, x0
	regs	ldp, x9, 0, 1, 2, 3, 4, 5, 6, 7
	smc	#0				/* 1.0 may lose x4 to x17 */
	ldp	x9, x30, [sp], #16
	regs	stp, x9, 0, 1, 2, 3
	ret

	.macro	vector handler
	.balign	0x80
	save_frame
	mov	x0, sp
	bl	\handler
	b	trap_return
	.endm

	.balign	0x800
	.globl	hv_vectors
hv_vectors:
	.rept	8
	vector	trap_own
	.endr
	.rept	2				/* AArch64 and AArch32 below */
	vector	trap_sync
	vector	trap_irq
	vector	trap_irq
	vector	trap_sync
	.endr
