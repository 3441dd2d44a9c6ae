/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Instead of a hypervisor and a firmware: the ROM of a q35 machine that starts
 * an inmate as a hypervisor would. QEMU has put the image at 2 MiB, the comm
 * region at 1 MiB and the command line at 0x1000. The ROM moves the image to
 * the address that it finds at 0x9f000, and enters it in real mode at the IP
 * and CS that it finds behind that.
 *
 * 64 KiB, linked to 0xffff0000.
 */
#define PCI_ADDRESS	0xcf8
#define PCI_DATA	0xcfc
#define MCH_PAM0	0x80000090	/* 00:00.0: what is at 0xf0000 */
#define LPC_PMBASE	0x8000f840	/* 00:1f.0: ACPI's registers */
#define LPC_ACPI	0x8000f844
#define PMBASE		0x600
#define PM1_CONTROL	(PMBASE + 4)
#define IMAGE		0x200000
#define IMAGE_SIZE	0x10000
#define PARAMETERS	0x9f000

	.text
	.code16
start16:
	lgdtl	%cs:(gdt_pointer - start16)
	movl	%cr0, %eax
	orl	$1, %eax
	movl	%eax, %cr0
	ljmpl	$0x08, $start32

	.macro	pci_write address, value
	movl	$\address, %eax
	movw	$PCI_ADDRESS, %dx
	outl	%eax, %dx
	movl	$\value, %eax
	movw	$PCI_DATA, %dx
	outl	%eax, %dx
	.endm

	.code32
start32:
	movl	$0x10, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %ss
	pci_write MCH_PAM0, 0x30	/* RAM, readable and writable */
	pci_write LPC_PMBASE, PMBASE | 1
	pci_write LPC_ACPI, 0x80
	movw	$PM1_CONTROL, %dx
	movw	$1, %ax			/* interrupts by the IOAPIC, no SMIs */
	outw	%ax, %dx
	movl	$IMAGE, %esi
	movl	PARAMETERS, %edi
	movl	$IMAGE_SIZE, %ecx
	cld
	rep	movsb

	movl	$0x20, %eax
	movl	%eax, %ds
	movl	%eax, %es
	movl	%eax, %ss
	ljmpl	$0x18, $(start16_again - start16)

	.code16
start16_again:
	movl	%cr0, %eax
	andl	$~1, %eax
	movl	%eax, %cr0
	xorw	%ax, %ax
	movw	%ax, %ds
	movw	%ax, %es
	movw	$(PARAMETERS >> 4), %ax
	movw	%ax, %ss
	movw	$4, %sp
	lretw

	.balign	8
gdt:	.quad	0
	.quad	0x00cf9b000000ffff	/* 0x08: flat code */
	.quad	0x00cf93000000ffff	/* 0x10: flat data */
	.quad	0xff009bff0000ffff	/* 0x18: 16-bit code in this ROM */
	.quad	0x000093000000ffff	/* 0x20: 16-bit data at 0 */
gdt_pointer:
	.word	gdt_pointer - gdt - 1
	.long	gdt

	.org	0xfff0
	jmp	start16
	.org	0x10000
