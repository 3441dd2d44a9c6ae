/* SPDX-License-Identifier: GPL-2.0-only */
/* The physical counter: CNTPCT_EL0 (D13). */
#ifndef ARM64_ARCH_TIME_H
#define ARM64_ARCH_TIME_H

#include "sysreg.h"

static inline uint64_t arch_time(void)
{
	isb();
	return read_sysreg(cntpct_el0);
}

static inline uint64_t arch_time_hz(void)
{
	return read_sysreg(cntfrq_el0);
}

#endif
