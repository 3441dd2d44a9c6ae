/* SPDX-License-Identifier: GPL-2.0-only */
/* LINK: hv/core/vote.c */
/*
 * The whole state table of a vote (LIFE-04 to -06, COMM-03): each state and
 * reply, known or not, before and after the deadline.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <abi/comm.h>
#include <abi/hypercall.h>
#include "cell.h"

#define DEADLINE	1000u

/* Known numbers, their neighbours, and what only looks like one. */
static const uint32_t numbers[] = {
	0, 1, 2, 3, 4, 5, 6, 7, 255, 256, 0x102, 0x10003, 0x7fffffff,
	0x80000000, 0x80000003, 0xfffffffc, 0xffffffff,
};

/* What the answer is to be, in the words of the protocol. */
static int rule(uint32_t state, uint32_t reply, uint64_t now)
{
	if (state >= 2 && state <= 4)
		return 0;
	if (reply == 0 && now >= DEADLINE)
		return -CB_EIO;
	if (reply == 0)
		return -CB_EAGAIN;
	return reply == 3 ? 0 : -CB_EPERM;
}

static void step(uint32_t state, uint32_t reply)
{
	const uint64_t times[] = { 0, DEADLINE - 1, DEADLINE, DEADLINE + 1,
				   UINT64_MAX };
	unsigned i;

	for (i = 0; i < 5; i++)
		assert_int_equal(vote_next(state, reply, times[i], DEADLINE),
				 rule(state, reply, times[i]));
}

static void all_states_and_replies(void **unused)
{
	const unsigned n = sizeof(numbers) / sizeof(*numbers);
	unsigned s, r;

	(void)unused;
	for (s = 0; s < n; s++)
		for (r = 0; r < n; r++)
			step(numbers[s], numbers[r]);
}

/* COMM-03: only three numbers of 2^32 mean that a cell has ended. */
static void unknown_states_are_running(void **unused)
{
	uint64_t n;

	(void)unused;
	for (n = 0; n <= UINT32_MAX; n += n < 0x10000 ? 1 : 9973) {
		uint32_t state = (uint32_t)n;
		bool ended = state == CB_CELL_SHUT_DOWN ||
			     state == CB_CELL_FAILED ||
			     state == CB_CELL_FAILED_COMM_REV;

		if (vote_needed(false, state) == ended)
			fail_msg("state %u", state);
	}
}

static void passive_cells_are_not_asked(void **unused)
{
	unsigned i;

	(void)unused;
	for (i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
		assert_false(vote_needed(true, numbers[i]));
}

/* LIFE-06: an answer that comes with the deadline still counts. */
static void late_answer_beats_the_deadline(void **unused)
{
	(void)unused;
	assert_int_equal(vote_next(CB_CELL_RUNNING, CB_REPLY_REQUEST_APPROVED,
				   DEADLINE + 5, DEADLINE), 0);
	assert_int_equal(vote_next(CB_CELL_RUNNING, CB_REPLY_REQUEST_DENIED,
				   DEADLINE + 5, DEADLINE), -CB_EPERM);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_states_and_replies),
		cmocka_unit_test(unknown_states_are_running),
		cmocka_unit_test(passive_cells_are_not_asked),
		cmocka_unit_test(late_answer_beats_the_deadline),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
