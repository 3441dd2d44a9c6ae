/* SPDX-License-Identifier: GPL-2.0-only */
/* The MMU stays off: memory is Device-nGnRnE, so accesses must be aligned. */
	.section .text.start, "ax"
	.globl _start
_start:
	adrp	x0, stack_top
	add	sp, x0, :lo12:stack_top
	bl	main
1:	wfi
	b	1b

	/* uintptr_t semihost(uintptr_t op, const void *arg) */
	.globl semihost
semihost:
	hlt	#0xf000
	ret

	.bss
	.balign	16
	.space	0x40000
stack_top:
