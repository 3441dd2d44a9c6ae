/* SPDX-License-Identifier: GPL-2.0-only */
/* The MMU stays off: memory is Strongly-ordered, so accesses are aligned. */
	.arch	armv7-a
	.arm
	.section .text.start, "ax"
	.globl _start
_start:
	ldr	sp, =stack_top
	bl	main
1:	wfi
	b	1b

	/* uintptr_t semihost(uintptr_t op, const void *arg) */
	.globl semihost
semihost:
	svc	#0x123456
	bx	lr

	/* What libgcc calls for a division by 0. */
	.globl raise
raise:	b	raise

	.bss
	.balign	16
	.space	0x40000
stack_top:
