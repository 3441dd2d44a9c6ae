/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * MEM-10. A hypervisor that judges only the first byte, or that maps the page,
 * gives more than the window (window=BASE,SIZE widths=N,…) declares. The
 * window should hold registers that may be read without harm.
 */
#include "probe.h"

static uint64_t base, size;
static unsigned int widths;	/* sum of allowed widths in bytes */

static bool window(void)
{
	uint64_t list[4];
	unsigned int n, count;

	if (!probe_range("window", &base, &size))
		return false;
	count = cmdline_list("widths", list, 4);
	for (widths = n = 0; n < count; n++)
		widths |= list[n];
	if (!count)
		widths = 15;
	map_range(base - 16, size + 32, MAP_DEVICE);
	return true;
}

static void try_at(uint64_t addr, unsigned int width)
{
	report_try("read%u 0x%lx", width * 8, addr);
	probe_survived(probe_read(addr, width));
}

/* Every allowed width at the window's start and end. */
static void inside(void)
{
	unsigned int width;

	if (!window())
		return;
	for (width = 1; width <= 8; width *= 2) {
		if (!(widths & width) || width > size)
			continue;
		report_check(!probe_read(base, width),
			     "read%u of the start faults", width * 8);
		report_check(!probe_read(base + size - width, width),
			     "read%u of the end faults", width * 8);
	}
}

static void before(void)
{
	if (window())
		try_at(base - 1, 1);
}

static void behind(void)
{
	if (window())
		try_at(base + size, 1);
}

static void behind_write(void)
{
	if (!window())
		return;
	report_try("write8 0x%lx", base + size);
	probe_survived(probe_write(base + size, 1, 0));
}

/* A width that the window does not allow, well inside it. */
static void wrong_width(void)
{
	unsigned int width;

	if (!window())
		return;
	for (width = 1; width <= 8; width *= 2) {
		if (widths & width || width > size)
			continue;
		try_at(base, width);
		return;
	}
	report_skip("all widths are allowed");
}

/*
 * Device memory: stage 1 ends an unaligned access in the cell. QEMU 7.2 does
 * not, and then stage 2 has to.
 */
static void unaligned(void)
{
	if (!window())
		return;
	report_try("unaligned read32 0x%lx", base + 1);
	report_check(probe_read(base + 1, 4), "the unaligned read works");
}

/* The same through Normal memory, which lets it reach stage 2. */
static void unaligned_normal(void)
{
	if (!window())
		return;
	map_range(base, size, MAP_UNCACHED);
	try_at(base + 1, 4);
}

static const struct probe_case cases[] = {
	{ "inside", inside },
	{ "unaligned", unaligned },
	{ "before", before },
	{ "behind", behind },
	{ "behind-write", behind_write },
	{ "wrong-width", wrong_width },
	{ "unaligned-normal", unaligned_normal },
};

PROBE("MEM-10", "a sub-page window is exact", cases);
