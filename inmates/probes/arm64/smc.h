/* SPDX-License-Identifier: GPL-2.0-only */
/* Calls of the firmware, for probes. */
#ifndef SMC_H
#define SMC_H

#include "probe.h"

/* SMC #0 as smccc_smc(); false where the CPU has no such instruction. */
struct probe_smc {
	uint64_t x[4];
	int64_t result;
};

static inline void probe_smc_call(void *arg)
{
	struct probe_smc *call = arg;

	call->result = smccc_smc(call->x[0], call->x[1], call->x[2],
				 call->x[3]);
}

static inline bool probe_smc(uint64_t fid, int64_t *result)
{
	struct probe_smc call = { .x = { fid } };

	if (try_call(probe_smc_call, &call))
		return false;
	*result = call.result;
	return true;
}

static inline bool probe_has_smc(void)
{
	int64_t result;

	if (probe_smc(SMCCC_VERSION, &result))
		return true;
	report_skip("SMC is undefined here");
	return false;
}

#endif
