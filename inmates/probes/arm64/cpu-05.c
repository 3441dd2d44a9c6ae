/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CPU-05. A vulnerable hypervisor forwards SYSTEM_OFF, SYSTEM_RESET or
 * SYSTEM_SUSPEND of a cell to the firmware: the whole machine goes down. If
 * this probe comes to its end, the machine is still there.
 */
#include "smc.h"

static void call(uint32_t fid)
{
	report_try("function 0x%x", fid);
	report_check((int)smccc_hvc(fid, 0, 0, 0) == PSCI_NOT_SUPPORTED,
		     "0x%x by HVC is supported", fid);
	if (probe_has_smc())
		report_check((int)smccc_smc(fid, 0, 0, 0) ==
			     PSCI_NOT_SUPPORTED, "0x%x by SMC is supported",
			     fid);
}

static void off(void)
{
	call(PSCI_SYSTEM_OFF);
}

static void reset(void)
{
	call(PSCI_SYSTEM_RESET);
}

static void reset2(void)
{
	call(0x84000012);
	call(0xc4000012);
}

static void suspend(void)
{
	call(0x8400000e);
	call(PSCI_SYSTEM_SUSPEND);
}

static void default_suspend(void)
{
	call(0x8400000c);
	call(0xc400000c);
}

static const struct probe_case cases[] = {
	{ "off", off },
	{ "reset", reset },
	{ "reset2", reset2 },
	{ "suspend", suspend },
	{ "default-suspend", default_suspend },
};

PROBE("CPU-05", "no cell turns the machine off", cases);
