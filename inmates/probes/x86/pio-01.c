/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * PIO-01. A vulnerable hypervisor lets a port through that the cell does not
 * have (port=N), or one form of access to it. case=own reads the ports of
 * own=BASE,LENGTH,… in all widths that fit, which must work.
 */
#include "insn.h"

static bool target(uint16_t *port)
{
	uint64_t value;

	if (!probe_param("port", &value))
		return false;
	*port = value;
	return true;
}

static void own(void)
{
	uint64_t list[16], n, port;
	unsigned int count = cmdline_list("own", list, 16), width;

	if (!count || count % 2)
		report_error("own=BASE,LENGTH,… is missing");
	for (n = 0; n + 1 < count; n += 2) {
		for (port = list[n]; port < list[n] + list[n + 1]; port++) {
			for (width = 1; width <= 4; width *= 2) {
				if (port + width > list[n] + list[n + 1])
					continue;
				report_check(!try_in(port, width),
					     "in%u 0x%lx", width * 8, port);
			}
		}
	}
}

static void in(unsigned int width)
{
	uint16_t port;

	if (!target(&port))
		return;
	report_try("in%u 0x%x", width * 8, port);
	probe_survived(try_in(port, width));
}

static void out(unsigned int width)
{
	uint16_t port;

	if (!target(&port))
		return;
	report_try("out%u 0x%x", width * 8, port);
	probe_survived(try_out(port, width, 0));
}

static void in8(void)
{
	in(1);
}

static void in16(void)
{
	in(2);
}

static void in32(void)
{
	in(4);
}

static void out8(void)
{
	out(1);
}

static void out16(void)
{
	out(2);
}

static void out32(void)
{
	out(4);
}

static void ins(void)
{
	static uint32_t buffer[16];
	uint16_t port;

	if (!target(&port))
		return;
	report_try("rep ins 0x%x", port);
	probe_survived(try_rep_ins8(port, buffer, 16));
}

static void outs(void)
{
	static const uint32_t buffer[16];
	uint16_t port;

	if (!target(&port))
		return;
	report_try("rep outs 0x%x", port);
	probe_survived(try_rep_outs32(port, buffer, 16));
}

/* To memory that is not the cell's: the hypervisor must not fill it. */
static void ins_foreign(void)
{
	uint64_t addr = cmdline_int("addr", ram_end());
	uint16_t port;

	if (!target(&port))
		return;
	map_range(addr, 64, MAP_RAM);
	report_try("rep ins 0x%x to 0x%lx", port, addr);
	probe_survived(try_rep_ins32(port, (void *)addr, 16));
}

static const struct probe_case cases[] = {
	{ "own", own },
	{ "in8", in8 },
	{ "in16", in16 },
	{ "in32", in32 },
	{ "out8", out8 },
	{ "out16", out16 },
	{ "out32", out32 },
	{ "ins", ins },
	{ "outs", outs },
	{ "ins-foreign", ins_foreign },
};

PROBE("PIO-01", "a port that is not the cell's cannot be reached", cases);
