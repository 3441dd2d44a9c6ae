/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * PIO-04. Ports that reset or switch off the machine, or that change what all
 * share. A vulnerable hypervisor forwards them from any cell: then the machine
 * is gone, and with it the console on which this stands. pm=BASE (0x600): the
 * block of ACPI's registers.
 */
#include "insn.h"

static void act(const char *what, uint16_t port, unsigned int width,
		uint32_t value)
{
	report_try("%s: 0x%x to port 0x%x", what, value, port);
	probe_survived(try_out(port, width, value));
}

static void i8042_pulse(void)
{
	act("i8042 pulse", 0x64, 1, 0xfe);
}

static void i8042_output(void)
{
	act("i8042 output port", 0x64, 1, 0xd1);
}

static void reset_control(void)
{
	act("reset control", 0xcf9, 1, 0x06);
}

/* The same register as a byte of a wider access to its neighbour. */
static void reset_in_word(void)
{
	act("reset control in a word", 0xcf8, 2, 0x0600);
}

/* A write of 32 bits is one of the PCI address: no reset. */
static void reset_in_address(void)
{
	report_try("0x0600 to port 0xcf8, 32 bits");
	report_check(!try_out(0xcf8, 4, 0x0600), "an exception");
}

static void system_a(void)
{
	act("system control port A", 0x92, 1, 0x01);
}

static void a20_off(void)
{
	act("system control port A: A20 off", 0x92, 1, 0x00);
}

static void acpi_sleep(void)
{
	act("ACPI S5", cmdline_int("pm", 0x600) + 4, 2, 0x3c00);
}

static void smi_command(void)
{
	act("SMI command", 0xb2, 1, 0x00);
}

/* The timer only counts; a write of it goes nowhere. */
static void pm_timer_write(void)
{
	uint16_t port = pm_timer_port();
	uint64_t before = pm_timer_ns(), exception;

	report_try("PM timer, port 0x%x", port);
	exception = try_out(port, 4, 0);
	report_check(!exception, "exception 0x%lx", exception);
	report_check(pm_timer_ns() - before < 1000000000, "it jumped");
}

static const struct probe_case cases[] = {
	{ "reset-in-address", reset_in_address },
	{ "pm-timer", pm_timer_write },
	{ "i8042-pulse", i8042_pulse },
	{ "i8042-output", i8042_output },
	{ "system-a", system_a },
	{ "a20-off", a20_off },
	{ "acpi-sleep", acpi_sleep },
	{ "smi-command", smi_command },
	{ "reset-in-word", reset_in_word },
	{ "reset-control", reset_control },
};

PROBE("PIO-04", "a cell cannot reset the machine", cases);
