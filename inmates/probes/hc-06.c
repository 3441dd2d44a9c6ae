/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * HC-06. The console by hypercall. A vulnerable hypervisor prints for a cell
 * that has no permission, lets a flood of characters hold a lock that others
 * wait for, or passes control characters through, so that a cell forges lines
 * of the hypervisor or of another cell, or reprograms a terminal.
 *	chars=N  100000, of the flood
 */
#include "probe.h"

static int64_t putc(uint64_t c)
{
	return hypercall(CB_HC_DEBUG_CONSOLE_PUTC, c, 0);
}

static bool permitted(void)
{
	return comm_page() &&
	       comm_page()->flags & CB_COMM_DBG_PUTC_PERMITTED;
}

static void permission(void)
{
	int64_t expected = permitted() ? 0 : -CB_EPERM;

	report_note("permitted: %s", permitted() ? "yes" : "no");
	report_check(putc('.') == expected, "the result is not %ld", expected);
	putc('\n');
}

/* What comes out is judged from outside: no escape, every line tagged. */
static void control(void)
{
	static const char forged[] =
		"\r[linux] forged\n\033[2Jescape\b\b\bback\x07\x9b" "1m\n";
	unsigned int n;

	if (!permitted())
		return;
	report_try("control characters, and lines without end");
	for (n = 0; n < sizeof(forged); n++)
		putc((unsigned char)forged[n]);
	for (n = 0; n < 256; n++)
		putc(n);
	for (n = 8; n < 64; n++)
		putc(1ul << n);
	for (n = 0; n < 300; n++)	/* longer than any line */
		putc('x');
	putc('\n');
}

static void flood(void)
{
	uint64_t n, count = cmdline_int("chars", 100000), start;

	report_try("%lu characters", count);
	start = timer_now();
	for (n = 0; n < count; n++)
		putc(n % 64 == 63 ? '\n' : 'f');
	putc('\n');
	report_note("%lu characters took %lu us", count,
		    timer_to_ns(timer_now() - start) / 1000);
}

static const struct probe_case cases[] = {
	{ "permission", permission },
	{ "control", control },
	{ "flood", flood },
};

PROBE("HC-06", "the console by hypercall", cases);
