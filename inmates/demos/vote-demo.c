/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A cell with a will of its own. It locks itself, so that no other cell can be
 * created or destroyed; denies the first request to shut down, and unlocks
 * then; approves the second one.
 *	denials=N    1: how many requests it denies
 *	locked=BOOL  on: start locked
 */
#include "inmate.h"

#define POLL_US	20000

static uint64_t denials;

static bool answer_shutdown(void)
{
	if (!denials) {
		printk("vote-demo: shutdown requested: approved\n");
		comm_reply(CB_REPLY_REQUEST_APPROVED);
		return true;
	}
	denials--;
	/* First the state, then the answer: who reads it may act at once. */
	comm_set_state(CB_CELL_RUNNING);
	printk("vote-demo: shutdown requested: denied; unlocked now\n");
	comm_reply(CB_REPLY_REQUEST_DENIED);
	return false;
}

/* Returns true when the cell should end. */
static bool serve(void)
{
	uint32_t message = comm_message();

	switch (message) {
	case CB_MSG_NONE:
		return false;
	case CB_MSG_SHUTDOWN_REQUEST:
		return answer_shutdown();
	case CB_MSG_RECONFIG_COMPLETED:
		printk("vote-demo: cells were reconfigured\n");
		comm_reply(CB_REPLY_RECEIVED);
		return false;
	default:
		printk("vote-demo: message %u is unknown\n", message);
		comm_reply(CB_REPLY_UNKNOWN);
		return false;
	}
}

void inmate_main(void)
{
	uint64_t second = timer_frequency(), next, poll, beat = 0;

	denials = cmdline_int("denials", 1);
	if (cmdline_bool("locked", true)) {
		comm_set_state(CB_CELL_RUNNING_LOCKED);
		printk("vote-demo: locked\n");
	}
	if (!timer_init())
		inmate_stop(CB_CELL_FAILED);

	next = timer_now();
	while (!serve()) {
		if (timer_now() >= next) {
			next += second;
			printk("vote-demo: heartbeat %lu\n", ++beat);
		}
		poll = timer_now() + timer_from_us(POLL_US);
		timer_sleep_until(poll < next ? poll : next);
	}
	printk("vote-demo: shut down\n");
}
