/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef ARM64_ARCH_CPU_H
#define ARM64_ARCH_CPU_H

#include "gic.h"
#include "types.h"

/* What of EL2 changes hands: as Linux left it, given back on disable. */
struct el2_state {
	uint64_t hcr;
	uint64_t cnthctl;
	uint64_t vttbr;
	uint64_t vtcr;
	uint64_t vmpidr;
	uint64_t vpidr;
};

struct arch_pcpu {
	struct gic_cpu gic;
	struct el2_state linux_state;
};

#endif
