/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef X86_ARCH_CPU_H
#define X86_ARCH_CPU_H

#include "types.h"

#define ARCH_CPU_OFF_IS_SILENT	1	/* HLT for ever */
#define ARCH_HAS_PORTS		1
#define ARCH_CELL_PAGES		3	/* its I/O bitmap */

struct s2;

struct arch_pcpu {
	uint32_t apic_todo;	/* from other CPUs, by mode; atomic */
	uint32_t apic_ldr;	/* xAPIC: logical id bits, of 8; 0: none */
	const struct s2 *s2;	/* in use; NULL: none */
	uint32_t in_guest;	/* or about to look at `flush` */
	uint32_t flush;		/* s2 has changed: vm->flush() before entry */
	uint32_t kicked;	/* atomic: an NMI is on its way */
};

#endif
