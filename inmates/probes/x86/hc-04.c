/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * HC-04. Hypercalls from privilege level 3. A vulnerable hypervisor asks for
 * the caller's cell only, and lets each program of it act for it. Right:
 * -EPERM, or an exception in the cell.
 */
#include "probe.h"

static struct {
	uint64_t code;
	int64_t result;
	bool returned;
} call;

/* HLT is privileged: the way back. */
static void user(void *arg)
{
	(void)arg;
	call.result = hypercall(call.code, 0, 0);
	call.returned = true;
	asm volatile("hlt");
}

static void level_3(void)
{
	uint64_t exception;

	hypercall_is_vmmcall();
	for (call.code = 0; call.code < CB_HC_COUNT; call.code++) {
		call.returned = false;
		exception = try_call_user(user, NULL);
		report_check(!call.returned || call.result == -CB_EPERM,
			     "code %lu returns %ld", call.code, call.result);
		if (!call.returned)
			report_check(TRAP_VECTOR(exception) == TRAP_UD ||
				     TRAP_VECTOR(exception) == TRAP_GP,
				     "code %lu: exception 0x%lx", call.code,
				     exception);
	}
	report_check(hypercall(CB_HC_HYPERVISOR_GET_INFO,
			       CB_INFO_MEM_POOL_SIZE, 0) > 0,
		     "privilege level 0 is refused, too");
}

static const struct probe_case cases[] = {
	{ "level-3", level_3 },
};

PROBE("HC-04", "hypercalls are not for programs", cases);
