/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The way into the hypervisor and out of it; see the head of x86.c. All of it
 * lies in one page, which Linux' page tables and the loader's have at the same
 * address. Interrupts are off.
 */

#include <asm/asm.h>
#include <asm/msr-index.h>
#include <asm/nospec-branch.h>
#include <asm/segment.h>
#include <linux/linkage.h>
#include <linux/objtool.h>

/* Kept on Linux' stack, RSP at the GDT's limit and base; uses rax, rcx, rdx. */
.macro save
	push	%rbp
	push	%rbx
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	mov	%gs, %eax
	push	%rax
	mov	$MSR_GS_BASE, %ecx
	rdmsr
	push	%rdx
	push	%rax
	sub	$16, %rsp
	sgdt	(%rsp)
.endm

.macro unsave_and_return
	add	$40, %rsp
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbx
	pop	%rbp
	RET
.endm

	.text
	.balign 512
stub_begin:

/*
 * s64 cb_x86_enter(u64 tables, u64 entry, u64 slot, u64 cr4, u64 *rsp)
 *
 * 0: this CPU is a guest, and all is as before. Else the hypervisor's error,
 * and the hypervisor's segments (but for CS, SS and GS), IDT, task and MSRs.
 */
SYM_FUNC_START(cb_x86_enter)
	mov	%rdx, %r9
	mov	%rcx, %r10
	save
	mov	%rsp, (%r8)
	mov	%r10, %cr4
	mov	%rdi, %cr3
	mov	%r9, %rdi
	mov	%rsi, %rax
	lea	way_back(%rip), %rsi
	ANNOTATE_RETPOLINE_SAFE
	jmp	*%rax

/* From the hypervisor, with the loader's tables: abi/image.h says how. */
way_back:
	/* CR4.PCIDE can be set only while the PCID is 0 */
	mov	%rsi, %rcx
	and	$~0xfff, %rcx
	mov	%rcx, %cr3
	mov	%rdx, %cr4
	mov	%rsi, %cr3
	mov	%rdi, %rsp
	push	$2
	popfq
	lgdt	(%rsp)
	mov	$__KERNEL_DS, %ecx
	mov	%ecx, %ss
	lea	1f(%rip), %rcx
	push	$__KERNEL_CS
	push	%rcx
	lretq
	/* the base after the selector, which changes it */
1:	mov	%rax, %r8
	mov	32(%rsp), %rax
	mov	%eax, %gs
	mov	16(%rsp), %rax
	mov	24(%rsp), %rdx
	mov	$MSR_GS_BASE, %ecx
	wrmsr
	mov	%r8, %rax
	jmp	2f

/* As a guest: all but the stack pointer is as it was when it entered. */
SYM_INNER_LABEL(cb_x86_resume, SYM_L_GLOBAL)
	ANNOTATE_NOENDBR
	xor	%eax, %eax
2:	unsave_and_return
SYM_FUNC_END(cb_x86_enter)
STACK_FRAME_NON_STANDARD cb_x86_enter

/*
 * s64 cb_x86_leave(bool svm)
 *
 * 0: the hypervisor has gone, by way_back above. Else its error, as a guest.
 */
SYM_FUNC_START(cb_x86_leave)
	save
	xor	%eax, %eax		/* CB_HC_DISABLE */
	test	%dil, %dil
	jz	3f
	vmmcall
	jmp	4f
3:	vmcall
4:	unsave_and_return
SYM_FUNC_END(cb_x86_leave)
STACK_FRAME_NON_STANDARD cb_x86_leave

	/* an error if it is longer; 512 bytes so aligned share a page */
	.org	stub_begin + 512, 0xcc
