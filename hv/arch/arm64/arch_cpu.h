/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ARM64_ARCH_CPU_H
#define ARM64_ARCH_CPU_H

#include "gic.h"
#include "types.h"

#define ARCH_CPU_OFF_IS_SILENT	0	/* PSCI CPU_OFF */
#define ARCH_HAS_PORTS		0

struct arch_pcpu {
	struct gic_cpu gic;
	uint64_t linux_hcr;	/* as Linux left them, for the way back */
	uint64_t linux_el2[5];
};

#endif
