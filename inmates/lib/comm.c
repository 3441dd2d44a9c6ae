/* SPDX-License-Identifier: BSD-2-Clause */
#include "comm.h"
#include "inmate.h"

const bool inmate_uses_comm __attribute__((weak)) = true;

static volatile struct cb_comm_page *page;

static bool signature_ok(void)
{
	static const char expected[] = CB_COMM_SIGNATURE;
	unsigned int n;

	for (n = 0; n < sizeof(page->signature); n++)
		if (page->signature[n] != expected[n])
			return false;
	return page->revision == CB_COMM_REVISION;
}

void comm_init(void)
{
	map_range(COMM_BASE, PAGE_SIZE, MAP_RAM | MAP_NOEXEC);
	page = (volatile struct cb_comm_page *)COMM_BASE;
	if (!signature_ok())
		inmate_stop(CB_CELL_FAILED_COMM_REV);
}

volatile struct cb_comm_page *comm_page(void)
{
	return page;
}

void comm_set_state(uint32_t state)
{
	if (page)
		page->cell_state = state;
}

uint32_t comm_message(void)
{
	return page ? page->msg_to_cell : CB_MSG_NONE;
}

void comm_reply(uint32_t reply)
{
	if (!page)
		return;
	/* The answer counts as given once it is there: clear the rest first. */
	page->msg_to_cell = CB_MSG_NONE;
	mb();
	page->reply_from_cell = reply;
}

bool comm_serve(void)
{
	switch (comm_message()) {
	case CB_MSG_NONE:
		return false;
	case CB_MSG_SHUTDOWN_REQUEST:
		comm_reply(CB_REPLY_REQUEST_APPROVED);
		return true;
	case CB_MSG_RECONFIG_COMPLETED:
		comm_reply(CB_REPLY_RECEIVED);
		return false;
	default:
		comm_reply(CB_REPLY_UNKNOWN);
		return false;
	}
}
