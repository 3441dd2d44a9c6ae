/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where things are in the address space of EL2: 39 bits, three levels of
 * 4 KiB tables. Level-1 slot 510 is shared by all CPUs, slot 511 is private:
 * each CPU has its own level-1 table. Plain numbers, for assembly too.
 */
#ifndef ARM64_LAYOUT_H
#define ARM64_LAYOUT_H

/* Shared: the hypervisor's memory, then devices in blocks of 2 MiB. */
#define HV_BASE			0x7f80000000
#define HV_L1_INDEX		510
#define HV_DEV_L2		256		/* first level-2 slot */
#define HV_DEV_BASE		(HV_BASE + (HV_DEV_L2 << 21))
#define HV_L3_TABLES		2		/* image and CPU slots: 4 MiB */

/*
 * Private: the pages of the CPU's slot in physical memory from the stack on;
 * nothing is mapped below it. Then windows.
 */
#define PRIV_BASE		0x7fc0000000
#define SLOT_L1			0
#define SLOT_L2			1
#define SLOT_STACK		2
#define SLOT_STACK_END		4
#define SLOT_L3			4		/* the private level-3 table */
#define SLOT_PAGES		5
#define SLOT_SIZE		(SLOT_PAGES << 12)
#define PRIV_TEMP_PAGE		16		/* windows to other memory */
#define PRIV_TEMP_PAGES		16

#define PRIV_AT(page)		(PRIV_BASE + ((page) << 12))
#define FRAME_SIZE		256		/* x0 to x30, zero register */
#define PRIV_FRAME		(PRIV_AT(SLOT_STACK_END) - FRAME_SIZE)

#endif
