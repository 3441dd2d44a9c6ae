/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * MMIO-06. A hypervisor that looks up only the first byte forwards an access
 * that begins in a granted window (window=BASE,SIZE) and ends behind it, or
 * that begins before it.
 */
#include "probe.h"

static void straddle(int64_t from_base, bool at_end, unsigned int width,
		     bool write)
{
	uint64_t base, size, addr;

	if (!probe_range("window", &base, &size))
		return;
	addr = base + (at_end ? size : 0) + from_base;
	/* Uncached Normal memory: stage 1 lets an unaligned access out. */
	map_range(addr, width, MAP_UNCACHED);
	report_try("%s%u 0x%lx", write ? "write" : "read", width * 8, addr);
	probe_survived(write ? probe_write(addr, width, 0) :
			       probe_read(addr, width));
}

static void end64(void)
{
	straddle(-4, true, 8, false);
}

static void end32(void)
{
	straddle(-2, true, 4, false);
}

static void end16(void)
{
	straddle(-1, true, 2, false);
}

static void end64_write(void)
{
	straddle(-4, true, 8, true);
}

static void start64(void)
{
	straddle(-4, false, 8, false);
}

static void start32(void)
{
	straddle(-2, false, 4, false);
}

static const struct probe_case cases[] = {
	{ "end64", end64 },
	{ "end32", end32 },
	{ "end16", end16 },
	{ "end64-write", end64_write },
	{ "start64", start64 },
	{ "start32", start32 },
};

PROBE("MMIO-06", "no access straddles the end of a window", cases);
