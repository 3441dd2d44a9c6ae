/* SPDX-License-Identifier: GPL-2.0-only */
/* LINK: hv/core/cell_run.c */
/*
 * A vote and what comes of it (LIFE-04 to -06, COMM-03): each state and reply,
 * known or not, before and after the deadline; then the CPUs stop or do not.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <abi/comm.h>
#include <abi/hypercall.h>
#include <arch/cpu.h>
#include "cell.h"
#include "core.h"
#include "pcpu.h"

#define DEADLINE	1000u

struct cell root_cell;
struct cell *cells[CELL_MAX] = { &root_cell };
struct spinlock control_lock;
struct pcpu *pcpus;

static struct cell cell;
static struct cb_comm_page comm;
static unsigned silent, deaf, hidden, quiesced;
static const char *finding;

/* Known numbers, their neighbours, and what only looks like one. */
static const uint32_t numbers[] = {
	0, 1, 2, 3, 4, 5, 6, 7, 255, 256, 0x102, 0x10003, 0x7fffffff,
	0x80000000, 0x80000003, 0xfffffffc, 0xffffffff,
};

void printk(const char *fmt, ...)
{
	silent += !!strstr(fmt, "did not answer");
}

int refuse(int err, const char *id, const char *fmt, ...)
{
	(void)fmt;
	finding = id;
	return err;
}

/* The first `deaf` times in vain. */
int cpus_stop(uint64_t set)
{
	assert_int_equal(set, 6);
	if (!deaf)
		return 0;
	deaf--;
	return -CB_EIO;
}

void s2_hide(struct s2 *s2, bool hide)
{
	assert_ptr_equal(s2, &cell.s2);
	hidden = hidden << 1 | hide;
}

void arch_irq_move(struct cell *c)
{
	assert_ptr_equal(c, &cell);
	quiesced++;
}

void console_cell_flush(struct cell *c) { (void)c; }
void cell_mem_flush(const struct cell *c) { (void)c; }

void cell_mem_loadable(struct cell *c, bool loadable)
{
	(void)c;
	(void)loadable;
}

void arch_comm_fill(const struct cell *c, struct cb_comm_page *page)
{
	(void)c;
	(void)page;
}

int cpu_start(const struct cell *c, struct pcpu *cpu,
	      const struct vcpu_start *start)
{
	(void)c;
	(void)cpu;
	(void)start;
	return 0;
}

static int setup(void **state)
{
	(void)state;
	memset(&comm, 0, sizeof(comm));
	cell = (struct cell){ .id = 3, .comm = &comm, .cfg.cpus.bits = 6 };
	cell.cfg.comm.timeout_ms = 20;
	cells[3] = &cell;
	silent = deaf = hidden = quiesced = 0;
	finding = "";
	fake_time = 5;
	return 0;
}

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

static void step(uint32_t state, uint32_t reply, uint64_t now)
{
	int expected = rule(state, reply, now);
	bool stops = !expected || expected == -CB_EIO;

	setup(NULL);
	cell.deadline = DEADLINE;
	comm.msg_to_cell = CB_MSG_SHUTDOWN_REQUEST;
	comm.cell_state = state;
	comm.reply_from_cell = reply;
	fake_time = now;
	assert_int_equal(cell_shut_down(&cell, true), stops ? 0 : expected);
	assert_int_equal(silent, expected == -CB_EIO);
	assert_int_equal(cell.deadline,
			 expected == -CB_EAGAIN ? DEADLINE : 0);
	assert_int_equal(quiesced, stops);
	assert_int_equal(cell.state, stops ? CB_CELL_SHUT_DOWN :
					     CB_CELL_RUNNING);
	assert_string_equal(finding, expected == -CB_EPERM ? "cell-denied" :
							     "");
	if (expected == -CB_EPERM || expected == -CB_EIO)
		assert_int_equal(comm.msg_to_cell, CB_MSG_NONE);
}

static void all_states_and_replies(void **unused)
{
	const unsigned n = sizeof(numbers) / sizeof(*numbers);
	const uint64_t times[] = { 0, DEADLINE - 1, DEADLINE, DEADLINE + 1,
				   UINT64_MAX };
	unsigned s, r, t;

	(void)unused;
	for (s = 0; s < n; s++)
		for (r = 0; r < n; r++)
			for (t = 0; t < 5; t++)
				step(numbers[s], numbers[r], times[t]);
}

/* COMM-03: only three numbers of 2^32 mean that a cell has ended. */
static void unknown_states_are_running(void **unused)
{
	uint64_t n;

	(void)unused;
	for (n = 0; n <= UINT32_MAX; n += n < 0x10000 ? 1 : 9973) {
		uint32_t state = (uint32_t)n;
		bool known = state == CB_CELL_RUNNING_LOCKED ||
			     state == CB_CELL_SHUT_DOWN ||
			     state == CB_CELL_FAILED ||
			     state == CB_CELL_FAILED_COMM_REV;

		comm.cell_state = state;
		if (cell_state(&cell) != (known ? state : CB_CELL_RUNNING))
			fail_msg("state %u", state);
	}
}

/* Once the hypervisor has ended a cell, its own word counts no more. */
static void ended_cells_have_no_word(void **unused)
{
	(void)unused;
	comm.cell_state = CB_CELL_RUNNING_LOCKED;
	cell.state = CB_CELL_FAILED;
	assert_int_equal(cell_state(&cell), CB_CELL_FAILED);
	assert_int_equal(cell_shut_down(&cell, true), 0);
	assert_int_equal(comm.msg_to_cell, CB_MSG_NONE);
}

static void passive_cells_are_not_asked(void **unused)
{
	unsigned i;

	(void)unused;
	for (i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		setup(NULL);
		cell.cfg.comm.timeout_ms = 0;
		comm.cell_state = numbers[i];
		assert_int_equal(cell_shut_down(&cell, true), 0);
		assert_int_equal(comm.msg_to_cell, CB_MSG_NONE);
		cells_tell_others(NULL);
		assert_int_equal(comm.msg_to_cell, CB_MSG_NONE);
	}
}

/* The answer to an earlier message is none to this one. */
static void request_has_its_time(void **unused)
{
	(void)unused;
	comm.reply_from_cell = CB_REPLY_REQUEST_APPROVED;
	assert_int_equal(cell_shut_down(&cell, true), -CB_EAGAIN);
	assert_int_equal(comm.msg_to_cell, CB_MSG_SHUTDOWN_REQUEST);
	assert_int_equal(comm.reply_from_cell, CB_REPLY_NONE);
	assert_int_equal(cell.deadline, 5 + FAKE_HZ / 50);
	fake_time = cell.deadline - 1;
	assert_int_equal(cell_shut_down(&cell, true), -CB_EAGAIN);
	assert_int_equal(quiesced, 0);
	assert_int_equal(cell_shut_down(&cell, false), 0);
	assert_int_equal(quiesced, 1);
}

static void others_are_told(void **unused)
{
	(void)unused;
	cells_tell_others(&cell);
	assert_int_equal(comm.msg_to_cell, CB_MSG_NONE);
	cells_tell_others(NULL);
	assert_int_equal(comm.msg_to_cell, CB_MSG_RECONFIG_COMPLETED);
	assert_int_equal(cell_shut_down(&cell, true), -CB_EAGAIN);
	cells_tell_others(NULL);		/* a request is out */
	assert_int_equal(comm.msg_to_cell, CB_MSG_SHUTDOWN_REQUEST);
}

/* A CPU that does not answer loses its memory, until it does. */
static void deaf_cpus_lose_their_memory(void **unused)
{
	(void)unused;
	deaf = 3;
	assert_int_equal(cell_shut_down(&cell, false), -CB_EIO);
	assert_string_equal(finding, "cpu-busy");
	assert_int_equal(hidden, 1);
	assert_int_equal(cell.state, CB_CELL_RUNNING);
	assert_int_equal(quiesced, 0);
	assert_int_equal(cell_shut_down(&cell, false), 0);
	assert_int_equal(hidden, 6);
	assert_int_equal(cell.state, CB_CELL_SHUT_DOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_states_and_replies),
		cmocka_unit_test_setup(unknown_states_are_running, setup),
		cmocka_unit_test_setup(ended_cells_have_no_word, setup),
		cmocka_unit_test(passive_cells_are_not_asked),
		cmocka_unit_test_setup(request_has_its_time, setup),
		cmocka_unit_test_setup(others_are_told, setup),
		cmocka_unit_test_setup(deaf_cpus_lose_their_memory, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
