/* SPDX-License-Identifier: GPL-2.0-only */
	.section .text.start, "ax"
	.globl _start
_start:
	xorl	%ebp, %ebp
	andq	$-16, %rsp
	call	main
	hlt

	/* long syscall3(long number, long a, long b, long c) */
	.globl syscall3
syscall3:
	movq	%rdi, %rax
	movq	%rsi, %rdi
	movq	%rdx, %rsi
	movq	%rcx, %rdx
	syscall
	ret

	.section .note.GNU-stack, "", @progbits
