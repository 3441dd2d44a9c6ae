/* SPDX-License-Identifier: BSD-2-Clause */
/* From flat to paged protected mode, and the ways into C. */
#define CR4_PAE		0x20
#define CR0_PG		0x80000000
#define ENTRY_TOP	0x1	/* present */
#define ENTRY_LARGE	0x83	/* present, writable */

	.section .boot, "ax"
	.code32
	.global	entry32
entry32:
	movl	$bss_start, %edi
	movl	$bss_end, %ecx
	subl	%edi, %ecx
	xorl	%eax, %eax
	rep	stosb
	movl	$page_tables + 0x1000 + ENTRY_TOP, page_tables
	movl	$page_tables + 0x2000 + ENTRY_TOP, page_tables + 8
	movl	$page_tables + 0x3000 + ENTRY_TOP, page_tables + 16
	movl	$page_tables + 0x4000 + ENTRY_TOP, page_tables + 24
	movl	$ENTRY_LARGE, page_tables + 0x1000
	movl	$stack_top, %esp
	call	paging_on
	xorl	%ebp, %ebp
	call	first_cpu_start
	ud2

/* One after the other, on one stack, until each has its own. */
	.global	secondary32
secondary32:
	lock	btsl $0, secondary_lock
	pause
	jc	secondary32
	movl	$secondary_stack_top, %esp
	call	paging_on
	call	secondary_stack
	movl	%eax, %esp
	movl	$0, secondary_lock
	xorl	%ebp, %ebp
	call	secondary_start
	ud2

paging_on:
	movl	%cr4, %eax
	orl	$CR4_PAE, %eax
	movl	%eax, %cr4
	movl	$page_tables, %eax
	movl	%eax, %cr3
	movl	%cr0, %eax
	orl	$CR0_PG, %eax
	movl	%eax, %cr0
	ret

/*
 * Every entry has the same size: the push of the vector may be short or not.
 * The CPU pushes an error code with 8, 10 to 14, 17, 21, 29 and 30.
 */
	.text
	.balign	16
	.global	vectors
vectors:
	.set	n, 0
	.rept	256
	.balign	16
	.if	!((n >= 8 && n <= 14 && n != 9) || n == 17 || n == 21 || \
		  n == 29 || n == 30)
	pushl	$0
	.endif
	pushl	$n
	jmp	exception_entry
	.set	n, n + 1
	.endr

exception_entry:
	pushal
	cld
	movl	%esp, %eax
	movl	%esp, %ebp
	andl	$-16, %esp
	subl	$12, %esp
	pushl	%eax
	call	exception_handle
	movl	%ebp, %esp
	popal
	addl	$8, %esp
	iretl

/*
 * uint64_t try_call(void (*fn)(void *), void *arg): runs fn; 0 when it
 * returns, or the code of the exception that ended it.
 */
	.global	try_call
try_call:
	movl	4(%esp), %eax
	movl	8(%esp), %ecx
	pushl	%ebp
	pushl	%ebx
	pushl	%esi
	pushl	%edi
	pushfl
	movl	%esp, %edx
	andl	$-0x2000, %edx
	pushl	(%edx)			/* the outer recovery point */
	movl	%esp, (%edx)
	subl	$12, %esp		/* with the argument: 16-byte aligned */
	pushl	%ecx
	call	*%eax
	addl	$16, %esp
	xorl	%eax, %eax
	xorl	%edx, %edx
	movl	%esp, %ecx
	jmp	1f

/* _Noreturn void try_unwind(uint64_t result, uintptr_t sp) */
	.global	try_unwind
try_unwind:
	movl	4(%esp), %eax
	movl	8(%esp), %edx
	movl	12(%esp), %ecx
1:	movl	%ecx, %esp
	andl	$-0x2000, %ecx
	popl	(%ecx)
	popfl
	popl	%edi
	popl	%esi
	popl	%ebx
	popl	%ebp
	ret

	.bss
	.balign	4096
	.global	page_tables
page_tables:
	.space	5 * 4096
	.space	4096
secondary_stack_top:
	.global	secondary_lock
secondary_lock:
	.long	0
