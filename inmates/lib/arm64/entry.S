/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Entry at EL1 with the MMU off. The state of the CPU is saved before any of
 * it is used: probes judge it (struct boot_state in cpu.h).
 */
#include "frame.h"

	.macro	adr_l reg, sym
	adrp	\reg, \sym
	add	\reg, \reg, :lo12:\sym
	.endm

	.section .boot, "ax"
	.global	__reset_entry
__reset_entry:
	msr	elr_el1, x0
	adr_l	x0, boot_state
	str	x1, [x0, #8]
	stp	x2, x3, [x0, #16]
	stp	x4, x5, [x0, #32]
	stp	x6, x7, [x0, #48]
	stp	x8, x9, [x0, #64]
	stp	x10, x11, [x0, #80]
	stp	x12, x13, [x0, #96]
	stp	x14, x15, [x0, #112]
	stp	x16, x17, [x0, #128]
	stp	x18, x19, [x0, #144]
	stp	x20, x21, [x0, #160]
	stp	x22, x23, [x0, #176]
	stp	x24, x25, [x0, #192]
	stp	x26, x27, [x0, #208]
	stp	x28, x29, [x0, #224]
	str	x30, [x0, #240]
	mrs	x1, elr_el1
	str	x1, [x0]
	mov	x1, sp
	mrs	x2, sctlr_el1
	stp	x1, x2, [x0, #248]
	mrs	x1, vbar_el1
	mrs	x2, ttbr0_el1
	stp	x1, x2, [x0, #264]
	mrs	x1, tcr_el1
	mrs	x2, mair_el1
	stp	x1, x2, [x0, #280]
	mrs	x1, tpidr_el1
	mrs	x2, daif
	stp	x1, x2, [x0, #296]

	msr	daifset, #0xf
	msr	spsel, #1
	adr_l	x1, bss_start
	adr_l	x2, bss_end
1:	cmp	x1, x2
	b.hs	2f
	stp	xzr, xzr, [x1], #16
	b	1b
2:	adr_l	x1, stack_top
	mov	sp, x1
	adr_l	x1, boot_percpu
	msr	tpidr_el1, x1
	bl	set_vectors
	bl	mmu_init
	bl	mmu_enable
	mov	x29, xzr
	bl	inmate_start
3:	wfi
	b	3b

/* A CPU started by PSCI: x0 = struct secondary (psci.c). */
	.global	secondary_entry
secondary_entry:
	msr	daifset, #0xf
	msr	spsel, #1
	mov	x19, x0
	bl	set_vectors
	bl	mmu_enable
	ldp	x1, x2, [x19]		/* stack top, per-CPU data */
	mov	sp, x1
	msr	tpidr_el1, x2
	mov	x29, xzr
	mov	x0, x19
	bl	secondary_start
4:	wfi
	b	4b

set_vectors:
	adr_l	x1, vectors
	msr	vbar_el1, x1
	isb
	ret

	.macro	vector index
	.balign	0x80
	sub	sp, sp, #FRAME_SIZE
	stp	x0, x1, [sp]
	mov	x0, #\index
	b	exception_entry
	.endm

	.text
	.balign	0x800
vectors:
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	vector	\n
	.endr

exception_entry:
	stp	x2, x3, [sp, #16]
	stp	x4, x5, [sp, #32]
	stp	x6, x7, [sp, #48]
	stp	x8, x9, [sp, #64]
	stp	x10, x11, [sp, #80]
	stp	x12, x13, [sp, #96]
	stp	x14, x15, [sp, #112]
	stp	x16, x17, [sp, #128]
	stp	x18, x19, [sp, #144]
	stp	x20, x21, [sp, #160]
	stp	x22, x23, [sp, #176]
	stp	x24, x25, [sp, #192]
	stp	x26, x27, [sp, #208]
	stp	x28, x29, [sp, #224]
	mrs	x1, elr_el1
	stp	x30, x1, [sp, #240]
	mrs	x1, spsr_el1
	mrs	x2, esr_el1
	stp	x1, x2, [sp, #256]
	mrs	x1, far_el1
	str	x1, [sp, #272]
	mov	x1, sp
	bl	exception_handle

	ldp	x30, x1, [sp, #240]
	msr	elr_el1, x1
	ldr	x1, [sp, #256]
	msr	spsr_el1, x1
	ldp	x2, x3, [sp, #16]
	ldp	x4, x5, [sp, #32]
	ldp	x6, x7, [sp, #48]
	ldp	x8, x9, [sp, #64]
	ldp	x10, x11, [sp, #80]
	ldp	x12, x13, [sp, #96]
	ldp	x14, x15, [sp, #112]
	ldp	x16, x17, [sp, #128]
	ldp	x18, x19, [sp, #144]
	ldp	x20, x21, [sp, #160]
	ldp	x22, x23, [sp, #176]
	ldp	x24, x25, [sp, #192]
	ldp	x26, x27, [sp, #208]
	ldp	x28, x29, [sp, #224]
	ldp	x0, x1, [sp], #FRAME_SIZE
	eret

/*
 * uint64_t try_call(void (*fn)(void *), void *arg): runs fn; 0 when it
 * returns, or the ESR of the exception that ended it. try_call_el0() enters
 * fn at EL0 with x0 = arg; it comes back by an exception only.
 */
	.macro	push_context
	stp	x29, x30, [sp, #-112]!
	mov	x29, sp
	stp	x19, x20, [sp, #16]
	stp	x21, x22, [sp, #32]
	stp	x23, x24, [sp, #48]
	stp	x25, x26, [sp, #64]
	stp	x27, x28, [sp, #80]
	mrs	x2, tpidr_el1
	ldr	x3, [x2]
	mrs	x4, daif
	stp	x3, x4, [sp, #96]	/* the outer recovery point, masks */
	mov	x4, sp
	str	x4, [x2]
	.endm

	.global	try_call
try_call:
	push_context
	mov	x2, x0
	mov	x0, x1
	blr	x2
	mov	x0, xzr
	mov	x1, sp

/* _Noreturn void try_unwind(uint64_t result, uint64_t sp) */
	.global	try_unwind
try_unwind:
	mov	sp, x1
	ldp	x3, x4, [sp, #96]
	mrs	x2, tpidr_el1
	str	x3, [x2]
	msr	daif, x4
	ldp	x19, x20, [sp, #16]
	ldp	x21, x22, [sp, #32]
	ldp	x23, x24, [sp, #48]
	ldp	x25, x26, [sp, #64]
	ldp	x27, x28, [sp, #80]
	ldp	x29, x30, [sp], #112
	ret

	.global	try_call_el0
try_call_el0:
	push_context
	msr	elr_el1, x0
	mov	x2, #0x3c0		/* EL0t, all masked */
	msr	spsr_el1, x2
	mov	x0, x1
	isb
	eret

	.data
	.balign	16
	.global	boot_state
boot_state:
	.space	312
