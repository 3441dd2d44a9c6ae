/* SPDX-License-Identifier: BSD-2-Clause */
/* From protected to long mode, and the ways into C. */
#include "gdt.h"

#define MSR_EFER	0xc0000080
#define EFER_LME	0x100
#define CR4_PAE		0x20
#define CR0_PG		0x80000000
#define ENTRY		0x7	/* present, writable, for all levels */
#define ENTRY_LARGE	0x83

	.section .boot, "ax"
	.code32
	.global	entry32
entry32:
	movl	$bss_start, %edi
	movl	$bss_end, %ecx
	subl	%edi, %ecx
	xorl	%eax, %eax
	rep	stosb
	movl	$page_tables + 0x1000 + ENTRY, page_tables
	movl	$page_tables + 0x2000 + ENTRY, page_tables + 0x1000
	movl	$ENTRY_LARGE, page_tables + 0x2000
	movl	$first64, %ebx
	jmp	long_mode

	.global	secondary32
secondary32:
	movl	$secondary64, %ebx

/* ebx: where to go on */
long_mode:
	movl	%cr4, %eax
	orl	$CR4_PAE, %eax
	movl	%eax, %cr4
	movl	$page_tables, %eax
	movl	%eax, %cr3
	movl	$MSR_EFER, %ecx
	rdmsr
	orl	$EFER_LME, %eax
	wrmsr
	movl	%cr0, %eax
	orl	$CR0_PG, %eax
	movl	%eax, %cr0
	ljmpl	$SEL_CODE64, $1f
	.code64
1:	movl	%ebx, %ebx
	jmp	*%rbx

first64:
	movl	$stack_top, %esp
	xorl	%ebp, %ebp
	call	first_cpu_start
	ud2

/* One after the other, on one stack, until each has its own. */
secondary64:
	lock	btsl $0, secondary_lock
	pause
	jc	secondary64
	movl	$secondary_stack_top, %esp
	call	secondary_stack
	movq	%rax, %rsp
	movl	$0, secondary_lock
	xorl	%ebp, %ebp
	call	secondary_start
	ud2

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
	pushq	$0
	.endif
	pushq	$n
	jmp	exception_entry
	.set	n, n + 1
	.endr

exception_entry:
	pushq	%rax
	pushq	%rcx
	pushq	%rdx
	pushq	%rbx
	pushq	%rbp
	pushq	%rsi
	pushq	%rdi
	pushq	%r8
	pushq	%r9
	pushq	%r10
	pushq	%r11
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	cld
	movq	%rsp, %rdi
	movq	%rsp, %rbp
	andq	$-16, %rsp
	call	exception_handle
	movq	%rbp, %rsp
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%r11
	popq	%r10
	popq	%r9
	popq	%r8
	popq	%rdi
	popq	%rsi
	popq	%rbp
	popq	%rbx
	popq	%rdx
	popq	%rcx
	popq	%rax
	addq	$16, %rsp
	iretq

/*
 * uint64_t try_call(void (*fn)(void *), void *arg): runs fn; 0 when it
 * returns, or the code of the exception that ended it.
 */
	.macro	push_context
	pushq	%rbp
	pushq	%rbx
	pushq	%r12
	pushq	%r13
	pushq	%r14
	pushq	%r15
	pushfq
	movq	%rsp, %rax
	andq	$-0x2000, %rax
	pushq	(%rax)			/* the outer recovery point */
	movq	%rsp, (%rax)
	.endm

	.global	try_call
try_call:
	push_context
	movq	%rdi, %rax
	movq	%rsi, %rdi
	subq	$8, %rsp
	call	*%rax
	addq	$8, %rsp
	xorl	%edi, %edi
	movq	%rsp, %rsi

/* _Noreturn void try_unwind(uint64_t result, uintptr_t sp) */
	.global	try_unwind
try_unwind:
	movq	%rsi, %rsp
	andq	$-0x2000, %rsi
	popq	(%rsi)
	popfq
	popq	%r15
	popq	%r14
	popq	%r13
	popq	%r12
	popq	%rbx
	popq	%rbp
	movq	%rdi, %rax
	ret

/*
 * uint64_t user_enter(uintptr_t entry, uint64_t arg, uintptr_t stack,
 *		       void *rsp0): at privilege level 3, as try_call().
 */
	.global	user_enter
user_enter:
	push_context
	movq	%rsp, (%rcx)
	pushq	$SEL_USER_DATA
	pushq	%rdx
	pushq	$2			/* interrupts masked */
	pushq	$SEL_USER_CODE
	pushq	%rdi
	movq	%rsi, %rdi
	iretq

	.bss
	.balign	4096
	.global	page_tables
page_tables:
	.space	3 * 4096
	.space	4096
secondary_stack_top:
	.global	secondary_lock
secondary_lock:
	.long	0
