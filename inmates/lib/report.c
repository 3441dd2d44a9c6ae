/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdarg.h>

#include "printk.h"
#include "report.h"

#define FAILED_SHOWN	16	/* failed checks that are printed */

static const char *probe_id = "?";
static enum result worst;
static unsigned int checks, failed, tries;

static const char *const names[] = {
	[RESULT_PASS] = "PASS",
	[RESULT_SKIP] = "SKIP",
	[RESULT_ERROR] = "ERROR",
	[RESULT_FAIL] = "FAIL",
};

static void line(const char *kind, const char *fmt, va_list ap)
{
	printk("PROBE %s %s ", probe_id, kind);
	vprintk(fmt, ap);
	printk("\n");
}

static void raise_to(enum result result)
{
	if (result > worst)
		worst = result;
}

void report_start(const char *id, const char *title)
{
	probe_id = id;
	printk("PROBE %s START %s\n", id, title);
}

#define REPORTER(name, kind, result)			\
void name(const char *fmt, ...)				\
{							\
	va_list ap;					\
							\
	raise_to(result);				\
	va_start(ap, fmt);				\
	line(kind, fmt, ap);				\
	va_end(ap);					\
}

REPORTER(report_note, "NOTE", RESULT_PASS)
REPORTER(report_fail, "FAIL", RESULT_FAIL)
REPORTER(report_error, "ERROR", RESULT_ERROR)
REPORTER(report_skip, "SKIP", RESULT_SKIP)

void report_try(const char *fmt, ...)
{
	va_list ap;

	tries++;
	va_start(ap, fmt);
	line("TRY", fmt, ap);
	va_end(ap);
}

void report_check(bool ok, const char *fmt, ...)
{
	va_list ap;

	checks++;
	if (ok)
		return;
	raise_to(RESULT_FAIL);
	if (failed++ >= FAILED_SHOWN)
		return;
	va_start(ap, fmt);
	line("FAIL", fmt, ap);
	va_end(ap);
}

enum result report_end(void)
{
	if (!checks && !tries)
		raise_to(RESULT_SKIP);
	printk("PROBE %s %s %u of %u checks hold\n", probe_id, names[worst],
	       checks - failed, checks);
	return worst;
}
