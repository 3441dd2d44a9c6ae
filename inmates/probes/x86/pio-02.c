/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * PIO-02. A hypervisor that judges only the first port of an access lets one
 * through that begins at the last port of the cell (end=PORT) and goes on
 * behind it, or that begins before the first one (start=PORT). case=wrap does
 * so at port 0xffff.
 */
#include "insn.h"

static void access(const char *name, int offset, unsigned int width, bool out)
{
	uint64_t port;

	if (!probe_param(name, &port))
		return;
	port += offset;
	report_try("%s%u 0x%lx", out ? "out" : "in", width * 8, port);
	probe_survived(out ? try_out(port, width, 0) : try_in(port, width));
}

static void end16(void)
{
	access("end", 0, 2, false);
}

static void end32(void)
{
	access("end", -1, 4, false);
}

static void end32_write(void)
{
	access("end", -1, 4, true);
}

static void start16(void)
{
	access("start", -1, 2, false);
}

static void start32(void)
{
	access("start", -2, 4, false);
}

static void end_ins(void)
{
	static uint32_t buffer[4];
	uint64_t port;

	if (!probe_param("end", &port))
		return;
	report_try("rep insw 0x%lx", port);
	probe_survived(try_rep_ins16(port, buffer, 4));
}

static void wrap(void)
{
	report_try("in32 0xffff");
	probe_survived(try_in(0xffff, 4));
}

static const struct probe_case cases[] = {
	{ "end16", end16 },
	{ "end32", end32 },
	{ "end32-write", end32_write },
	{ "start16", start16 },
	{ "start32", start32 },
	{ "end-ins", end_ins },
	{ "wrap", wrap },
};

PROBE("PIO-02", "no access straddles the end of a range of ports", cases);
