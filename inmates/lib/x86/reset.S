/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From real mode to flat 32-bit protected mode. The image is linked to
 * address 0 and may be loaded there, or at 0xf0000, so that its last 16 bytes
 * are at the architecture's reset address: then it moves itself down, all but
 * the command line, which is where it belongs already. CS is all it needs to
 * know: its base is where the image lies.
 */
#include "gdt.h"

	.section .reset, "ax"
	.code16
	jmp	__reset_entry

	.section .boot, "ax"
	.global	__reset_entry
__reset_entry:
	cli
	cld
	movl	%eax, boot_state
	movl	%ebx, boot_state + 4
	movl	%ecx, boot_state + 8
	movl	%edx, boot_state + 12
	movl	%esi, boot_state + 16
	movl	%edi, boot_state + 20
	movl	%ebp, boot_state + 24
	movl	%esp, boot_state + 28
	movl	%cr0, %eax
	movl	%eax, boot_state + 32
	movl	%cr2, %eax
	movl	%eax, boot_state + 36
	movl	%cr3, %eax
	movl	%eax, boot_state + 40
	movl	%cr4, %eax
	movl	%eax, boot_state + 44
	movw	%cs, boot_state + 48
	movw	%ds, boot_state + 50
	movw	%es, boot_state + 52
	movw	%fs, boot_state + 54
	movw	%gs, boot_state + 56
	movw	%ss, boot_state + 58

	movw	%cs, %ax
	testw	%ax, %ax
	jz	1f
	movw	%ax, %ds
	xorw	%ax, %ax
	movw	%ax, %es
	xorw	%si, %si
	xorw	%di, %di
	movw	$boot_words, %cx
	rep	movsw
	movw	$moved_start, %si
	movw	%si, %di
	movw	$moved_words, %cx
	rep	movsw
1:	movl	$entry32, %ebx
	ljmp	$0, $protected_mode

/* ebx: where to go on. Nothing but CS, CR0 and the GDTR is relied on. */
protected_mode:
	xorw	%ax, %ax
	movw	%ax, %ds
	lgdtl	gdt_pointer
	movl	%cr0, %eax
	andl	$0x9fffffff, %eax	/* CD, NW: with caches */
	orl	$1, %eax
	movl	%eax, %cr0
	ljmpl	$SEL_CODE32, $1f
	.code32
1:	movl	$SEL_DATA, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %ss
	movl	%eax, %fs
	movl	%eax, %gs
	jmp	*%ebx

	.balign	8
	.global	gdt_pointer
gdt_pointer:
	.word	gdt_end - gdt - 1
	.long	gdt, 0
	.balign	8
	.global	gdt
gdt:	.quad	0
	.quad	0x00cf9b000000ffff	/* SEL_CODE32 */
	.quad	0x00cf93000000ffff	/* SEL_DATA */
	.quad	0x00af9b000000ffff	/* SEL_CODE64 */
	.quad	0x00cff3000000ffff	/* SEL_USER_DATA */
	.quad	0x00affb000000ffff	/* SEL_USER_CODE, 64 bits */
	.quad	0, 0			/* SEL_TSS: user.c */
gdt_end:

/* Where a start-up IPI sends the other CPUs: on a page of its own. */
	.section .secondary, "ax"
	.code16
	.global	secondary_entry
secondary_entry:
	cli
	cld
	movl	$secondary32, %ebx
	ljmp	$0, $protected_mode

/* Behind the command line: what is written here survives the move. */
	.section .boot_state, "aw"
	.global	boot_state
boot_state:
	.space	60
