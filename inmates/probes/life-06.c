/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * LIFE-06. Answers that the protocol did not foresee. A vulnerable hypervisor
 * waits for ever, keeps an old answer for the next request, or stays locked
 * after a crash.
 *	case=deny-crash   denies, then touches foreign memory: parked
 *	case=locked-crash locks itself, then the same: the lock ends with it
 *	case=late         denies late-ms=N (5000) after each request
 *	case=wrong        answers reply=N (99): not an approval
 *	case=early        leaves an approval behind before any request
 *	case=twice        denies, and at once approves
 * late, wrong and early do so answers=N times (2), then answer properly.
 */
#include "probe.h"

static void __attribute__((noreturn)) crash(void)
{
	park_read(cmdline_int("addr", ram_end()), 8);
	inmate_stop(CB_CELL_RUNNING);
}

static void wait_for(uint32_t message)
{
	while (comm_message() != message)
		;
}

static void deny_crash(void)
{
	report_note("waiting for a shutdown");
	wait_for(CB_MSG_SHUTDOWN_REQUEST);
	comm_reply(CB_REPLY_REQUEST_DENIED);
	crash();
}

static void locked_crash(void)
{
	comm_set_state(CB_CELL_RUNNING_LOCKED);
	delay_us(cmdline_int("delay-ms", 500) * 1000);
	crash();
}

/* Answers a number of requests the same way, after a time; then properly. */
static void answer(uint32_t reply, uint64_t late_us)
{
	uint64_t n, count = cmdline_int("answers", 2);

	report_try("answer %u to %lu messages", reply, count);
	for (n = 0; n < count; n++) {
		while (comm_message() == CB_MSG_NONE)
			;
		report_note("message %u", comm_message());
		delay_us(late_us);
		comm_reply(reply);
		report_note("answered %u", reply);
	}
	while (!comm_serve())
		;
	report_note("shutdown requested and approved");
}

static void late(void)
{
	answer(CB_REPLY_REQUEST_DENIED,
	       cmdline_int("late-ms", 5000) * 1000);
}

static void wrong(void)
{
	answer(cmdline_int("reply", 99), 0);
}

static void early(void)
{
	volatile struct cb_comm_page *page = comm_page();

	page->reply_from_cell = CB_REPLY_REQUEST_APPROVED;
	report_note("an approval lies ready");
	answer(CB_REPLY_REQUEST_DENIED, 200000);
}

static void twice(void)
{
	for (;;) {
		wait_for(CB_MSG_SHUTDOWN_REQUEST);
		comm_reply(CB_REPLY_REQUEST_DENIED);
		comm_reply(CB_REPLY_REQUEST_APPROVED);
		report_note("denied and approved");
	}
}

static const struct probe_case cases[] = {
	{ "deny-crash", deny_crash },
	{ "locked-crash", locked_crash },
	{ "late", late },
	{ "wrong", wrong },
	{ "early", early },
	{ "twice", twice },
};

PROBE("LIFE-06", "answers out of order", cases);
