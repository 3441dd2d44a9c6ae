/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * COMM-01. A hypervisor that maps more than the one page shows its own memory
 * around it, such as the page of another cell.
 */
#include "probe.h"

static void read_before(void)
{
	park_read(COMM_BASE - 8, 8);
}

static void read_behind(void)
{
	park_read(COMM_BASE + PAGE_SIZE, 8);
}

static void write_before(void)
{
	park_write(COMM_BASE - 8, 8);
}

static void write_behind(void)
{
	park_write(COMM_BASE + PAGE_SIZE, 8);
}

static void straddle(void)
{
	map_range(COMM_BASE + PAGE_SIZE, 8, MAP_RAM);
	report_try("read64 0x%lx", COMM_BASE + PAGE_SIZE - 4);
	probe_survived(probe_read(COMM_BASE + PAGE_SIZE - 4, 8));
}

/* What the hypervisor did not fill in must be zero. */
static void rest(void)
{
	const volatile uint8_t *page = (const volatile uint8_t *)COMM_BASE;
	unsigned int n, used = 0;

	for (n = sizeof(struct cb_comm_page); n < PAGE_SIZE; n++)
		used += !!page[n];
	report_check(!used, "%u bytes behind the fields are not 0", used);
}

static const struct probe_case cases[] = {
	{ "rest", rest },
	{ "read-before", read_before },
	{ "read-behind", read_behind },
	{ "write-before", write_before },
	{ "write-behind", write_behind },
	{ "straddle", straddle },
};

PROBE("COMM-01", "the comm region is one page", cases);
