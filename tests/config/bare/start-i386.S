/* SPDX-License-Identifier: GPL-2.0-only */
	.section .text.start, "ax"
	.globl _start
_start:
	xorl	%ebp, %ebp
	andl	$-16, %esp
	call	main
	hlt

	/* long syscall3(long number, long a, long b, long c) */
	.globl syscall3
syscall3:
	pushl	%ebx
	movl	8(%esp), %eax
	movl	12(%esp), %ebx
	movl	16(%esp), %ecx
	movl	20(%esp), %edx
	int	$0x80
	popl	%ebx
	ret

	.section .note.GNU-stack, "", @progbits
