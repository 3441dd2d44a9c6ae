/* SPDX-License-Identifier: GPL-2.0-only */
#include "cell.h"

/* Final by the cell's own word. Unknown numbers are no such word. */
static bool has_ended(uint32_t state)
{
	return state == CB_CELL_SHUT_DOWN || state == CB_CELL_FAILED ||
	       state == CB_CELL_FAILED_COMM_REV;
}

bool vote_needed(bool passive, uint32_t state)
{
	return !passive && !has_ended(state);
}

enum vote_result vote_next(const struct vote *vote, uint32_t state,
			   uint32_t reply, uint64_t now)
{
	if (has_ended(state) || reply == CB_REPLY_REQUEST_APPROVED)
		return VOTE_APPROVED;
	if (reply == CB_REPLY_NONE)
		return now < vote->deadline ? VOTE_PENDING : VOTE_TIMEOUT;
	return vote->message == CB_MSG_RECONFIG_COMPLETED ? VOTE_APPROVED :
							    VOTE_DENIED;
}
