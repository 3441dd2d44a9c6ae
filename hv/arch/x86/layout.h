/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where things are in the hypervisor's address space: its memory and devices
 * in the second GiB, shared by all CPUs, and in the third what is private:
 * each CPU has its own tables. Code is linked for the low 2 GiB. Tables are
 * called level 1 (4 KiB entries) to 5. Plain numbers, for assembly too.
 */
#ifndef X86_LAYOUT_H
#define X86_LAYOUT_H

/* Shared: the hypervisor's memory, then device mappings. */
#define HV_BASE			0x40000000
#define HV_L3_INDEX		1
#define HV_DEV_L2		256		/* level-2 entry: 2 MiB */
#define HV_DEV_BASE		(HV_BASE + (HV_DEV_L2 << 21))
#define HV_L1_TABLES		2		/* image and CPU slots: 4 MiB */

/*
 * Private: the pages of the CPU's slot in physical memory, but its tables, from
 * PRIV_BASE on; then windows. Below the stack is a page that is read-only.
 */
#define PRIV_BASE		0x80000000
#define SLOT_GUEST		0		/* struct cb_x86_guest */
#define SLOT_STACK		1
#define SLOT_STACK_END		3
#define SLOT_L1			3		/* the private level-1 table */
#define SLOT_VM			4		/* VMCB, VMCS */
#define SLOT_AREA		5		/* host save area, VMXON */
#define SLOT_L2			6
#define SLOT_IST		7		/* host_tables, a stack */
#define SLOT_INSN		8		/* decoded, of mmio.c */
#define SLOT_L3			9
#define SLOT_L4			10
#define SLOT_L5			11		/* only with CR4.LA57 */
#define SLOT_PAGES		12
#define SLOT_SIZE		(SLOT_PAGES << 12)
#define PRIV_TEMP_PAGE		16		/* windows to other memory */
#define PRIV_DEV_PAGE		17

#define PRIV_AT(page)		(PRIV_BASE + ((page) << 12))
#define PRIV_INFO_SIZE		128		/* struct priv, at the top */
#define PRIV_INFO		(PRIV_AT(SLOT_STACK_END) - PRIV_INFO_SIZE)
#define FRAME_SIZE		128		/* struct regs, below */
#define PRIV_FRAME		(PRIV_INFO - FRAME_SIZE)

/* struct priv, for assembly */
#define INFO_VM			8
#define INFO_NMI		56

/* Selectors of the host */
#define HOST_CS			0x08
#define HOST_DS			0x10
#define HOST_TR			0x18

#endif
