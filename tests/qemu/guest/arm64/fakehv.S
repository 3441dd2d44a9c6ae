/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A hypervisor that partitions nothing: it goes to EL2 and back as abi/image.h
 * says and answers hypercalls as its knobs (in build_id) tell it. With it the
 * module's ways out of trouble are tested one by one. No MMU, no caches: for
 * QEMU only.
 */
#include <abi/hypercall.h>

	.section .header, "a"
	.ascii	"CELLBLK\0"
	.long	1, 2
	.quad	core_end
	.quad	0x1000			/* for each CPU: its stack */
	.quad	boot_vectors
	.quad	console, 0x2000
	.quad	report
	.quad	stub_vectors
	.global	knobs
knobs:	.zero	32
	.global	header_loader
header_loader:
	.quad	0, 0, 0
	.long	0, 0

	.macro	vectors name, target
	.balign	2048
\name:	.rept	8
	.balign	128
	b	.
	.endr
	.balign	128			/* 0x400: synchronous, lower EL */
	b	\target
	.rept	7
	.balign	128
	b	.
	.endr
	.endm

	.section .vectors, "ax"
	vectors	boot_vectors, boot
	vectors	run_vectors, trap
	vectors	stub_vectors, stub

	/* x1: base, x2: slot */
boot:	adr	x3, knobs
	ldr	x4, =0x43454c4c424c4b31
	cmp	x0, x4
	mov	x0, #-22
	b.ne	leave
	ldrb	w4, [x3]		/* knob 0: what entering returns */
	neg	x0, x4
	ldrb	w5, [x3, #1]		/* knob 1: only on this slot + 1 */
	cbz	w5, 1f
	sub	w5, w5, #1
	cmp	w5, w2
	csel	x0, x0, xzr, eq
1:	cbnz	x0, leave
	mov	x6, x30
	bl	take_cpu
	mov	x30, x6
	mov	x0, #0
	eret

	/* x2: slot; keeps it */
take_cpu:
	adrp	x3, core_end
	add	x3, x3, x2, lsl #12
	add	x3, x3, #0x1000
	mov	sp, x3
	adr	x3, run_vectors
	msr	vbar_el2, x3
	mrs	x3, hcr_el2
	orr	x3, x3, #(1 << 19)	/* SMC: CPUs come and go through us */
	msr	hcr_el2, x3
	isb
	ret

leave:	msr	tpidr_el2, x3		/* a hypercall changes x0 only */
	adr	x3, stub_vectors
	msr	vbar_el2, x3
	mrs	x3, hcr_el2
	bic	x3, x3, #(1 << 19)
	msr	hcr_el2, x3
	mrs	x3, tpidr_el2
	isb
	eret

	/* Linux' calls; a caller is told of the others */
stub:	cmp	x0, #2
	b.hi	9f
	b.eq	1f
	cbnz	x0, 2f
	msr	vbar_el2, x1
	isb
1:	mov	x0, #0
	eret
2:	mov	x0, x2
	mov	x2, x4
	mov	x4, x1
	mov	x1, x3
	br	x4
9:	ldr	x0, =0xbadca11
	eret

	.ltorg
	.macro	each access, regs:vararg
	.irp	r, \regs
	\access	x\r, [sp, #8 * \r]
	.endr
	.endm

trap:	sub	sp, sp, #256
	each	str, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
	each	str, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29
	mov	x0, sp
	mrs	x1, esr_el2
	bl	handle
	str	x0, [sp, #248]
	each	ldr, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30
	each	ldr, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29
	ldr	x0, [sp, #248]
	cbnz	x0, 1f
	ldr	x0, [sp]
	add	sp, sp, #256
	eret
1:	ldr	x0, [sp]
	add	sp, sp, #256
	b	leave

	/* A CPU that PSCI started for Linux: x0 = its struct start */
	.global	secondary
secondary:
	ldr	x2, [x0, #16]
	bl	take_cpu
	mrs	x3, midr_el1
	msr	vpidr_el2, x3
	mrs	x3, mpidr_el1
	msr	vmpidr_el2, x3
	mov	x3, #3
	msr	cnthctl_el2, x3
	msr	cntvoff_el2, xzr
	mov	x3, #0x33ff
	msr	cptr_el2, x3
	mrs	x3, hcr_el2
	orr	x3, x3, #(1 << 31)
	msr	hcr_el2, x3
	mrs	x3, id_aa64pfr0_el1
	ubfx	x3, x3, #24, #4
	cbz	x3, 1f
	mov	x3, #0xf
	msr	s3_4_c12_c9_5, x3	/* ICC_SRE_EL2 */
	isb
1:	ldr	x3, =0x30d00800
	msr	sctlr_el1, x3
	mov	x3, #0x3c5
	msr	spsr_el2, x3
	ldr	x3, [x0]
	msr	elr_el2, x3
	ldr	x0, [x0, #8]
	isb
	eret
