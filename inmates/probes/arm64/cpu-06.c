/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CPU-06. Every owner of SMC and HVC function numbers, 256 functions each,
 * fast and yielding, 32 and 64 bits. A vulnerable hypervisor forwards one to
 * the firmware, parks on an owner that it does not know, or returns what the
 * firmware said as its own trap code. Right: NOT_SUPPORTED.
 */
#include "smc.h"

/* Owner 0: SMCCC itself; owner 4: PSCI, which is CPU-04's and -05's. */
static bool is_known(uint32_t fid)
{
	unsigned int owner = fid >> 24 & 0x3f, number = fid & 0xffff;

	if (!(fid & 1u << 31))
		return false;
	return owner == 4 ? number < 0x20 : owner == 0 && number < 3;
}

static void sweep(int64_t (*call)(uint64_t, uint64_t, uint64_t, uint64_t),
		  const char *name)
{
	uint32_t owner, number, kind, fid;
	unsigned int shown = 0;
	int64_t result;

	for (kind = 0; kind < 4; kind++) {
		for (owner = 0; owner < 64; owner++) {
			for (number = 0; number < 256; number++) {
				fid = kind << 30 | owner << 24 | number;
				if (is_known(fid))
					continue;
				result = call(fid, 0, 0, 0);
				if ((int)result == PSCI_NOT_SUPPORTED)
					continue;
				if (shown++ < 8)
					report_note("%s 0x%x: 0x%lx", name,
						    fid, result);
			}
		}
	}
	report_check(!shown, "%u functions answer", shown);
}

static void smc(void)
{
	if (probe_has_smc())
		sweep(smccc_smc, "smc");
}

static void hvc(void)
{
	sweep(smccc_hvc, "hvc");
}

/* The architecture calls that a cell may use (Arm DEN 0028). */
static void arch(void)
{
	static const uint32_t workarounds[] = {
		0x80008000, 0x80007fff, 0x80003fff
	};
	int64_t v = smccc_hvc(SMCCC_VERSION, 0, 0, 0);
	unsigned int n;

	report_check(v >= 0x10001, "SMCCC_VERSION is 0x%lx", v);
	for (n = 0; n < ARRAY_SIZE(workarounds); n++) {
		smccc_hvc(workarounds[n], ~0ul, 0, 0);
		if (probe_has_smc())
			smccc_smc(workarounds[n], 0, 0, 0);
	}
	report_note("the workaround calls came back");
}

static const struct probe_case cases[] = {
	{ "arch", arch },
	{ "smc", smc },
	{ "hvc", hvc },
};

PROBE("CPU-06", "no firmware call gets through", cases);
