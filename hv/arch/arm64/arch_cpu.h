/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ARM64_ARCH_CPU_H
#define ARM64_ARCH_CPU_H

#include "gic.h"
#include "types.h"

#define ARCH_CPU_OFF_IS_SILENT	0	/* PSCI CPU_OFF */
#define ARCH_HAS_PORTS		0
#define ARCH_CELL_PAGES		0

/* The root cell has nothing but memory, CPUs and interrupts. */
#define arch_cells_changed()	((void)0)

struct arch_pcpu {
	struct gic_cpu gic;
	uint64_t linux_el2[6];	/* as Linux left them, for the way back */
};

#endif
