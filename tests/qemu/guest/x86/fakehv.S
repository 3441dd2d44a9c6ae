/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A hypervisor that partitions nothing, on SVM: it becomes the host and comes
 * back as abi/image.h says and answers hypercalls as its knobs (in build_id)
 * tell it. Nothing is nested, nothing intercepted but VMMCALL, and it runs on
 * the loader's tables. When it leaves it has ruined what it may.
 */
	.set	slot_size, 0x4000	/* guest, VMCB, host save area, stack */
	.set	base, 0x40000000	/* CB_X86_BASE */
	/* struct pages of fakehv-arch.c */
	.set	way_back, 0xf00
	.set	vmcb, 0xf08
	.set	guest_rsp, 0xf10
	.set	guest_cr3, 0xf18
	.set	guest_cr4, 0xf20
	.set	gdt, 0xf28
	.set	gdtr, 0xf50

	.section .header, "a"
	.ascii	"CELLBLK\0"
	.long	1, 0
	.quad	core_end - base
	.quad	slot_size
	.quad	boot - base
	.quad	console - base, 0x2000
	.quad	report - base
	.quad	tables - base
	.global	knobs
knobs:	.zero	32
	.global	header_loader
header_loader:
	.quad	0, 0, 0
	.long	0, 0, 0, 0

	.text
	.macro	push_all
	.irp	r, rax, rcx, rdx, rbx, rbp, rsi, rdi, r8, r9, r10, r11, r12, \
		r13, r14, r15
	push	%\r
	.endr
	.endm
	.macro	pop_all
	.irp	r, r15, r14, r13, r12, r11, r10, r9, r8, rdi, rsi, rbp, rbx, \
		rdx, rcx, rax
	pop	%\r
	.endr
	.endm

	/* rdi: slot, rsi: the way back */
boot:	mov	%rdi, %rax
	imul	$slot_size, %rax
	lea	core_end(%rax), %rax
	lea	slot_size(%rax), %rsp
	push	%rax			/* the slot's pages */
	push_all
	mov	%rsi, way_back(%rax)
	mov	%rax, %rsi
	call	enter			/* slot, pages: error */
	test	%rax, %rax
	jnz	leave
1:	pop_all
	mov	(%rsp), %rax
	mov	vmcb(%rax), %rax
	vmload	%rax
	vmrun	%rax
	vmsave	%rax
	push_all
	mov	%rsp, %rdi
	mov	8 * 15(%rsp), %rsi
	call	handle			/* registers, pages: 0 go on, 1 leave */
	test	%rax, %rax
	jz	1b
	xor	%eax, %eax

	/* rax: result */
leave:	mov	%rax, %r12
	mov	8 * 15(%rsp), %rbx
	mov	%rbx, %rdi
	call	ruin			/* pages */
	mov	guest_rsp(%rbx), %rdi
	mov	guest_cr3(%rbx), %rsi
	mov	guest_cr4(%rbx), %rdx
	mov	%r12, %rax
	mov	way_back(%rbx), %rbx
	xor	%esp, %esp
	xor	%ebp, %ebp
	jmp	*%rbx

	/* New descriptor tables and segments. rdi: pages */
	.global	load_segments
load_segments:
	mov	$gdt_source, %esi
	mov	%rdi, %rdx
	add	$gdt, %rdi
	mov	%rdi, %rax
	mov	$5, %ecx
	rep movsq
	movw	$39, gdtr(%rdx)
	mov	%rax, gdtr + 2(%rdx)
	lgdt	gdtr(%rdx)
	lidt	idtr
	pop	%rcx
	push	$8
	push	%rcx
	mov	$16, %eax
	mov	%eax, %ss
	xor	%eax, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %fs
	mov	%eax, %gs
	lldt	%ax
	mov	$24, %eax
	ltr	%ax
	lretq

	.data
	.balign	16
gdt_source:
	.quad	0, 0x00209b0000000000, 0x0000930000000000
	.quad	0x0000890000000067, 0
idtr:	.word	0
	.quad	0

	.bss
	.balign	4096
tables:	.zero	8 * 4096
