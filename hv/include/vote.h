/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Asking a cell before it is stopped or reconfigured. A pure state machine:
 * the caller supplies one snapshot of the comm page and the time.
 */
#ifndef VOTE_H
#define VOTE_H

#include "types.h"

enum vote_result {
	VOTE_PENDING,		/* no answer yet */
	VOTE_APPROVED,
	VOTE_DENIED,
	VOTE_TIMEOUT,		/* counts as consent; the cell has failed */
};

struct vote {
	uint32_t message;	/* CB_MSG_* that is out, 0 = none */
	uint64_t deadline;	/* in arch_time() ticks */
};

/* Does the cell have a say? state and passive as the hypervisor knows them. */
bool vote_needed(bool passive, uint32_t state);

/*
 * One step while a message is out. state and reply are what the comm page
 * holds now (read once each), now is arch_time().
 */
enum vote_result vote_next(const struct vote *vote, uint32_t state,
			   uint32_t reply, uint64_t now);

#endif
