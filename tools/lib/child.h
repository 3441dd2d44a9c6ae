/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A child process with input and output in memory and a time limit. No shell.
 *
 * The limit is wall time, and CPU time as well, so that a child which spins
 * after this process was killed ends too. $CELLBLOCK_TIME_LIMIT overrides the
 * 20 seconds.
 */
#ifndef TOOLS_CHILD_H
#define TOOLS_CHILD_H

#include <lib/io.h>

#define CHILD_MAX_OUT	(64u << 20)

struct child_result {
	struct bytes out;
	struct bytes err;
	int exit_code;		/* when no error; 128 + n after signal n */
};

/*
 * Returns 0 when the child ran to its end, whatever its exit code; -ENOENT
 * when there is no such program, -ETIMEDOUT, -EFBIG (too much output), or
 * another negative errno. The result's bytes are to be freed in every case.
 */
int child_run(const char *const argv[], const struct bytes *input,
	      struct child_result *result);

unsigned int child_time_limit(void);

#endif
