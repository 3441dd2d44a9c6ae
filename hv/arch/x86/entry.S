/* SPDX-License-Identifier: GPL-2.0-only */
/* The ways in and out: of the loader, of the guest, of an exception. */
#include "layout.h"

	.section .header, "a"
	.globl	image_header
image_header:
	.asciz	"CELLBLK"
	.long	1				/* CB_IMAGE_VERSION */
	.long	0				/* CB_ARCH_X86 */
	.quad	__core_end - HV_BASE
	.quad	SLOT_SIZE
	.quad	hv_entry - HV_BASE
	.quad	console_ring - HV_BASE
	.quad	8192
	.quad	report_page - HV_BASE
	.quad	loader_tables - HV_BASE
	.asciz	"cellblock x86"
	.space	18
	.space	40				/* the loader's half */

	/* struct regs at RSP; without RAX and RSP. */
	.macro	each_reg op
	.set	at, 0
	.irp	reg, rcx, rdx, rbx, rsp, rbp, rsi, rdi, r8, r9, r10, r11, \
		r12, r13, r14, r15
	.set	at, at + 8
	.ifnc	\reg, rsp
	\op	at, %\reg
	.endif
	.endr
	.endm
	.macro	save_reg offset, reg
	mov	\reg, \offset(%rsp)
	.endm
	.macro	load_reg offset, reg
	mov	\offset(%rsp), \reg
	.endm

	.text
	/*
	 * rdi: slot, rsi: the way back; on the loader's tables. The guest goes
	 * on with the registers as they are now, and 0 in RAX.
	 */
hv_entry:
	endbr64					/* Linux may track branches */
	cld
	imul	$SLOT_SIZE, %rdi, %rax
	lea	__core_end + (SLOT_STACK_END << 12) \
		- PRIV_INFO_SIZE - FRAME_SIZE(%rax), %rsp
	each_reg save_reg
	movq	$0, (%rsp)
	mov	%rdi, %rbx
	mov	%rsi, %rbp
	mov	%cr3, %r12
	call	early_tables
	mov	%rax, %cr3
	mov	$PRIV_FRAME, %esp
	mov	%rbx, %rdi
	mov	%rbp, %rsi
	mov	%r12, %rdx
	call	arch_enter			/* does not return */
	ud2

	/*
	 * rdi, rsi, rdx: for the loader; rcx: the result, r8: its tables, r9:
	 * the way back. The stack is not mapped there.
	 */
	.globl	leave_hv
leave_hv:
	mov	%rcx, %rax
	mov	%r8, %cr3
	jmp	*%r9

	/* RAX is in the VMCB. What VMLOAD loads stays the guest's. */
	.globl	svm_run
svm_run:
	mov	$PRIV_FRAME, %esp
	call	svm_enter
1:	each_reg load_reg
	mov	FRAME_SIZE + INFO_VM(%rsp), %rax
	vmrun	%rax
	each_reg save_reg
	mov	%rsp, %rdi
	call	svm_exit
	jmp	1b

	/*
	 * An NMI that comes between the question and the guest makes the CPU
	 * begin again (trap_own()): it has changed no memory yet.
	 */
	.globl	vmx_run, vmx_begin, vmx_end, vmx_exited
vmx_run:
	mov	$PRIV_FRAME, %esp
	call	vmx_enter
vmx_begin:
	cmpl	$0, FRAME_SIZE + INFO_NMI(%rsp)
	jne	vmx_run
	each_reg load_reg
	mov	(%rsp), %rax
	vmresume
	vmlaunch				/* the first time */
vmx_end:
	call	vmx_failed			/* does not return */
vmx_exited:
	each_reg save_reg
	mov	%rax, (%rsp)
	mov	%rsp, %rdi
	call	vmx_exit
	jmp	vmx_run

	/*
	 * Halts until *rdi is set by an NMI, before or meanwhile: one that
	 * comes between the question and HLT goes on behind it (trap_own()).
	 */
	.globl	wait_nmi, wait_begin, wait_end
wait_nmi:
wait_begin:
	cmpl	$0, (%rdi)
	jne	wait_end
	hlt
wait_end:
	movl	$0, (%rdi)
	ret

	/*
	 * Vectors 0 to 31, 16 bytes each, and one for all interrupts, which are
	 * for nobody; 0x60227d00: with an error code.
	 */
	.balign	16
	.globl	exception_stubs
exception_stubs:
	.set	vector, 0
	.rept	33
	.balign	16
	.if	!((0x60227d00 >> vector) & 1)
	push	$0
	.endif
	push	$vector
	jmp	exception
	.set	vector, vector + 1
	.endr

exception:
	.irp	reg, r11, r10, r9, r8, rdi, rsi, rdx, rcx, rax
	push	%\reg
	.endr
	cld
	mov	%rsp, %rdi
	call	trap_own
	.irp	reg, rax, rcx, rdx, rsi, rdi, r8, r9, r10, r11
	pop	%\reg
	.endr
	add	$16, %rsp
	iretq
