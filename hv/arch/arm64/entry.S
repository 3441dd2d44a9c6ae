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
#define HDR_PHYS_BASE	104

#define SCTLR_EL2_OFF	0x30c50830
/* M, C, SA, I, WXN (DDI 0487 D19.2.119) */
#define SCTLR_EL2_ON	(SCTLR_EL2_OFF | 0x0008100d)
/* T0SZ 25, walks inner shareable write-back, 4 KiB, RES1 bits 31 and 23 */
#define TCR_EL2_VALUE	(0x80800000 | (3 << 12) | (1 << 10) | (1 << 8) | 25)
/* 0: device nGnRE, 1: normal write-back, 2: normal non-cacheable */
#define MAIR_EL2_VALUE	0x44ff04

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
	.space	16
	.space	32				/* the loader's half */

	/* Pairs of registers from x\first to x29, each at its place. */
	.altmacro
	.macro	pair op, base, n, m
	\op	x\n, x\m, [\base, #(8 * \n)]
	.endm
	.macro	regs op, base, first
	.set	reg, \first
	.rept	(30 - \first) / 2
	pair	\op, \base, %reg, %(reg + 1)
	.set	reg, reg + 2
	.endr
	.endm

	.macro	vector handler
	.balign	0x80
	b	\handler
	.endm

	.section .boot, "ax"
	.balign	0x800
	.globl	boot_vectors
boot_vectors:
	.rept	8
	vector	stub_stop			/* from EL2 itself */
	.endr
	vector	stub_call			/* AArch64 EL1, synchronous */
	.rept	7
	vector	stub_stop
	.endr

stub_stop:
	b	.

stub_call:
	cbz	x0, stub_set_vectors		/* CB_STUB_SET_VECTORS */
	cmp	x0, #1
	b.eq	stub_soft_restart
	cmp	x0, #2
	b.eq	stub_reset_vectors
	ldr	x3, =0x43454c4c424c4b31		/* CB_ENTER_MAGIC */
	cmp	x0, x3
	b.eq	boot_enter
	mov	x0, #0xca11			/* CB_STUB_ERROR */
	movk	x0, #0xbad, lsl #16
	eret
stub_set_vectors:
	msr	vbar_el2, x1
	eret
stub_reset_vectors:
	adr	x1, boot_vectors
	msr	vbar_el2, x1
	mov	x0, #0
	eret
stub_soft_restart:
	mov	x5, x1
	mov	x0, x2
	mov	x1, x3
	mov	x2, x4
	br	x5

	/* x1: physical base, x2: slot; MMU off. x0 to x3 may be lost. */
boot_enter:
	ldr	x0, [x1, #HDR_CORE_SIZE]
	add	x0, x0, x1
	mov	x3, #SLOT_SIZE
	madd	x3, x2, x3, x0
	add	x3, x3, #((SLOT_STACK + PRIV_STACK_PAGES) << 12)
	sub	x3, x3, #FRAME_SIZE
	mov	sp, x3
	stp	xzr, x1, [x3, #0]
	stp	x2, xzr, [x3, #16]
	regs	stp, x3, 4
	str	x30, [x3, #240]
	mov	x19, x1
	mov	x20, x2

	mov	x0, x19
	mov	x1, x20
	bl	early_tables			/* x0: the level-1 table */

	ldr	x1, =MAIR_EL2_VALUE
	msr	mair_el2, x1
	ldr	x1, =TCR_EL2_VALUE
	mrs	x2, id_aa64mmfr0_el1
	and	x2, x2, #7			/* PARange, at most 48 bits */
	cmp	x2, #5
	mov	x3, #5
	csel	x2, x2, x3, ls
	bfi	x1, x2, #16, #3			/* PS */
	msr	tcr_el2, x1
	msr	ttbr0_el2, x0
	dsb	sy
	tlbi	alle2
	ic	iallu
	dsb	nsh
	isb
	ldr	x1, =SCTLR_EL2_ON
	msr	sctlr_el2, x1
	isb
	ldr	x1, =virt_entry
	br	x1

	/*
	 * Leave EL2: x0 = frame (physical, cleaned), MMU on, mapped 1:1. The
	 * frame holds x0 to x30 for EL1; ELR and SPSR are already right.
	 */
leave_boot:
	ldr	x1, =SCTLR_EL2_OFF
	msr	sctlr_el2, x1
	isb
	tlbi	alle2
	dsb	nsh
	isb
	adr	x1, boot_vectors
	msr	vbar_el2, x1
	mov	x1, x0
	regs	ldp, x1, 2
	ldr	x30, [x1, #240]
	ldp	x0, x1, [x1]
	eret
	.ltorg

	.text
virt_entry:
	ldr	x0, =PRIV_FRAME
	mov	sp, x0
	ldr	x1, =hv_vectors
	msr	vbar_el2, x1
	msr	tpidr_el2, xzr
	isb
	mov	x0, x20
	mrs	x1, mpidr_el1
	ldr	x2, =0xff00ffffff		/* affinity 3 to 0 */
	and	x1, x1, x2
	bl	core_enter
	str	x0, [sp]
	cbz	x0, trap_return
	mov	x0, x20

	/* x0: slot. The frame on the stack goes back to EL1, MMU off. */
	.globl	arch_leave
arch_leave:
	ldr	x2, =PRIV_FRAME
	add	x3, x2, #FRAME_SIZE
1:	dc	civac, x2
	add	x2, x2, #16			/* no line is smaller */
	cmp	x2, x3
	b.lo	1b
	dsb	sy
	adrp	x1, image_header
	ldr	x4, [x1, #HDR_CORE_SIZE]
	ldr	x5, [x1, #HDR_PHYS_BASE]
	add	x4, x4, x5
	mov	x3, #SLOT_SIZE
	madd	x0, x0, x3, x4
	add	x0, x0, #((SLOT_STACK + PRIV_STACK_PAGES) << 12)
	sub	x0, x0, #FRAME_SIZE
	ldr	x2, =leave_boot
	sub	x2, x2, x1			/* offset in the image */
	add	x2, x2, x5
	br	x2
	.ltorg

	.macro	save_frame
	sub	sp, sp, #FRAME_SIZE
	regs	stp, sp, 0
	str	x30, [sp, #240]
	.endm

guest_sync:
	save_frame
	mov	x0, sp
	bl	trap_sync
	b	trap_return
guest_irq:
	save_frame
	bl	trap_irq
trap_return:
	regs	ldp, sp, 2
	ldr	x30, [sp, #240]
	ldp	x0, x1, [sp], #FRAME_SIZE
	eret
	dsb	nsh				/* no speculation past it */
	isb

guest_serror:
	save_frame
	bl	trap_serror
	b	trap_return

	/*
	 * A fault of EL2 itself. An access in device_access() may fail: skip
	 * it, and say so in the frame's pad.
	 */
own_fault:
	stp	x16, x17, [sp, #-16]!
	mrs	x16, elr_el2
	ldr	x17, =__device_access
	cmp	x16, x17
	b.lo	1f
	ldr	x17, =__device_access_end
	cmp	x16, x17
	b.hs	1f
	add	x16, x16, #4
	msr	elr_el2, x16
	ldr	x16, =PRIV_STACK_TOP
	str	x16, [x16, #-8]
	ldp	x16, x17, [sp], #16
	eret
1:	mov	x0, sp
	ldr	x1, =PRIV_STACK_TOP		/* the stack may be bad */
	mov	sp, x1
	bl	trap_own
	.ltorg

	.balign	0x800
hv_vectors:
	.rept	8
	vector	own_fault
	.endr
	.rept	2				/* AArch64 and AArch32 below */
	vector	guest_sync
	vector	guest_irq
	vector	guest_irq
	vector	guest_serror
	.endr
