/* SPDX-License-Identifier: GPL-2.0-only */
/* Vector state of a new guest: all zero (DDI 0487 B1.4). */
	.arch	armv8-a+sve
	.text

	.globl	fp_clear
fp_clear:
	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
	movi	v\n\().2d, #0
	.endr
	.irp	n, 16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	movi	v\n\().2d, #0
	.endr
	msr	fpcr, xzr
	msr	fpsr, xzr
	ret

	/* Writes of v<n> have zeroed the upper parts of z<n> (B1.4.2). */
	.globl	sve_clear
sve_clear:
	.irp	n, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
	pfalse	p\n\().b
	.endr
	wrffr	p0.b
	ret
