/* SPDX-License-Identifier: GPL-2.0-only */
#include <abi/hypercall.h>
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

int vote_next(uint32_t state, uint32_t reply, uint64_t now, uint64_t deadline)
{
	if (has_ended(state) || reply == CB_REPLY_REQUEST_APPROVED)
		return 0;
	if (reply != CB_REPLY_NONE)
		return -CB_EPERM;
	return now < deadline ? -CB_EAGAIN : -CB_EIO;
}
