/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * COMM-03. Values of cell_state that do not exist. A vulnerable hypervisor
 * takes an unknown one for consent, or uses it as an index. Unknown counts as
 * running: a request is put to the cell, and this one denies it deny=N times
 * (1). case=one holds state=VALUE; case=sweep changes it all the time.
 */
#include "probe.h"

static uint64_t denials;

static bool serve(void)
{
	if (comm_message() == CB_MSG_NONE)
		return false;	/* nor is one that comes now for comm_serve() */
	if (comm_message() != CB_MSG_SHUTDOWN_REQUEST)
		return comm_serve();
	/* First the note, then the answer: who has it may stop this CPU. */
	report_note("shutdown requested and %s", denials ? "denied" : "approved");
	if (!denials)
		return comm_serve();
	denials--;
	comm_reply(CB_REPLY_REQUEST_DENIED);
	return false;
}

static void one(void)
{
	uint64_t state = cmdline_int("state", 0xffffffff);

	denials = cmdline_int("deny", 1);
	comm_set_state(state);
	report_try("state 0x%lx", state);
	while (!serve())
		delay_us(1000);
}

/* Never 0 to 4; the root cell lists cells meanwhile. */
static void sweep(void)
{
	denials = cmdline_int("deny", 1);
	report_try("all states but the known ones");
	while (!serve())
		comm_set_state(probe_random() | 8);
}

static const struct probe_case cases[] = {
	{ "one", one },
	{ "sweep", sweep },
};

PROBE("COMM-03", "an unknown state counts as running", cases);
