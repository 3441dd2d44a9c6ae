/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * MMIO-01. A hypervisor that forwards what it does not understand lets an
 * access of an odd width, or an unaligned one, reach registers of others
 * unmasked. Every width at every offset of an emulated frame must be handled
 * (or parked); the victim's witness tells whether anything got through.
 *	frame=NAME|ADDRESS  size=N  offset=N  step=N; names are in frames.h
 */
#include "probe.h"
#include "frames.h"

static uint64_t frame, size, offset, step;

static bool prepare(void)
{
	char name[8];

	cmdline_str("frame", name, sizeof(name), FRAME_DEFAULT);
	size = PAGE_SIZE;
	frame = cmdline_int("frame", 0);
	if (!frame && !frame_find(name, &frame, &size))
		return false;
	size = cmdline_int("size", size);
	offset = cmdline_int("offset", 0);
	step = cmdline_int("step", 0);
	if (frame)
		return true;
	report_skip("there is no frame %s", name);
	return false;
}

static void sweep(unsigned int width, unsigned int skew, bool write)
{
	uint64_t at, esr, faults = 0, count = 0;

	if (!prepare())
		return;
	/* Where alignment is a matter of memory's type, skewed ones need it. */
	map_range(frame, size, skew ? MAP_UNCACHED : MAP_DEVICE);
	report_try("%s%u of [0x%lx, +0x%lx), skew %u", write ? "write" :
		   "read", width * 8, frame + offset, size - offset, skew);
	for (at = offset; at + skew + width <= size; at += step ? step :
	     width) {
		if (write)
			esr = probe_write(frame + at + skew, width,
					  probe_random());
		else
			esr = probe_read(frame + at + skew, width);
		faults += !!esr;
		count++;
	}
	report_note("%lu accesses handled, %lu ended in an exception",
		    count - faults, faults);
	report_check(count, "nothing was accessed");
	map_range(frame, size, MAP_DEVICE);
}

static void read8(void)
{
	sweep(1, 0, false);
}

static void read16(void)
{
	sweep(2, 0, false);
}

static void read32(void)
{
	sweep(4, 0, false);
}

static void read64(void)
{
	sweep(8, 0, false);
}

static void skewed(void)
{
	sweep(4, 1, false);
}

static void write8(void)
{
	sweep(1, 0, true);
}

static void write16(void)
{
	sweep(2, 0, true);
}

static void write32(void)
{
	sweep(4, 0, true);
}

static void write64(void)
{
	sweep(8, 0, true);
}

static void skewed_write(void)
{
	sweep(4, 2, true);
}

static const struct probe_case cases[] = {
	{ "read32", read32 },
	{ "read8", read8 },
	{ "read16", read16 },
	{ "read64", read64 },
	{ "skewed", skewed },
	{ "write32", write32 },
	{ "write8", write8 },
	{ "write16", write16 },
	{ "write64", write64 },
	{ "skewed-write", skewed_write },
};

PROBE("MMIO-01", "all widths at all offsets of emulated registers", cases);
