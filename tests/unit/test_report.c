/* SPDX-License-Identifier: GPL-2.0-only */
/* LINK: hv/core/report.c */
/* The report page: the form of a line, who is named, and what is lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cell.h"
#include "console.h"
#include "core.h"

struct cfg_system system_cfg;
struct cell root_cell;
struct cell *cells[CELL_MAX] = { &root_cell };

static char console[512];
static unsigned printed;
static struct cell other;
static int blob_system, blob_self, blob_other;

bool printk_limited(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	config_format(console, sizeof(console), fmt, args);
	va_end(args);
	printed++;
	return true;
}

static int setup(void **state)
{
	(void)state;
	system_cfg.fdt = &blob_system;
	root_cell.cfg.fdt = &blob_system;
	other.cfg.fdt = &blob_other;
	strcpy(other.cfg.name, "uart-demo");
	other.id = 5;
	cells[5] = &other;
	printed = 0;
	console[0] = '\0';
	report_begin();
	return 0;
}

static const char *text(void)
{
	static char copy[CB_REPORT_PAGE_SIZE];

	memcpy(copy, report_page.text, report_page.used);
	copy[report_page.used] = '\0';
	return copy;
}

static void emit(const struct cfg_finding *f)
{
	report_sink.emit(&report_sink, f);
}

static struct cfg_finding finding(void)
{
	return (struct cfg_finding){
		.id = "mem-overlap-cell",
		.severity = CFG_ERROR,
		.where = { &blob_self, "/memory@1000", "reg" },
		.text = "they meet",
	};
}

static void page_is_a_page(void **state)
{
	(void)state;
	assert_int_equal(sizeof(report_page), CB_REPORT_PAGE_SIZE);
	assert_int_equal((uintptr_t)&report_page % 4096, 0);
}

static void all_fields_in_order(void **state)
{
	struct cfg_finding f = finding();

	(void)state;
	f.other = (struct cfg_place){ &blob_other, "/ram@2000", "size" };
	emit(&f);
	assert_string_equal(text(), "mem-overlap-cell\terror\tself\t"
			    "/memory@1000\treg\tuart-demo\t/ram@2000\tsize\t"
			    "they meet\n");
}

static void blobs_are_named(void **state)
{
	struct cfg_finding f = finding();

	(void)state;
	f.where.fdt = &blob_system;
	emit(&f);
	assert_string_equal(text(), "mem-overlap-cell\terror\tsystem\t"
			    "/memory@1000\treg\t\t\t\tthey meet\n");
	cells[5] = NULL;
	report_begin();
	f.where.fdt = &blob_other;
	emit(&f);
	assert_non_null(strstr(text(), "\tself\t"));
}

static void severities_and_the_console(void **state)
{
	struct cfg_finding f = finding();

	(void)state;
	f.severity = CFG_NOTE;
	emit(&f);
	f.severity = CFG_WARNING;
	emit(&f);
	assert_int_equal(printed, 0);
	assert_non_null(strstr(text(), "\tnote\t"));
	assert_non_null(strstr(text(), "\twarning\t"));
	f.severity = CFG_ERROR;
	emit(&f);
	assert_int_equal(printed, 1);
	assert_string_equal(console, "error: they meet [mem-overlap-cell]\n");
}

static void own_findings(void **state)
{
	(void)state;
	assert_int_equal(refuse(-3, "limit-exceeded", "%u of %u pages", 3u, 4u),
			 -3);
	assert_string_equal(text(), "limit-exceeded\terror\t\t\t\t\t\t\t"
			    "3 of 4 pages\n");
	assert_int_equal(report_sink.errors, 1);
	report_begin();
	assert_int_equal(report_sink.errors, 0);
	assert_string_equal(text(), "");
}

/* A field that holds a separator cannot shift the others. */
static void separators_are_masked(void **state)
{
	struct cfg_finding f = finding();
	const char *p;
	unsigned tabs = 0, lines = 0;

	(void)state;
	strcpy(f.text, "a\tb\nc\033d");
	strcpy(f.where.path, "/x\ty\n");
	emit(&f);
	for (p = text(); *p; p++) {
		tabs += *p == '\t';
		lines += *p == '\n';
	}
	assert_int_equal(tabs, 8);
	assert_int_equal(lines, 1);
	assert_non_null(strstr(text(), "\ta?b?c?d\n"));
}

/* Lines are whole or counted as lost; a short one may still fit. */
static void full_page_loses_lines(void **state)
{
	struct cfg_finding f = finding();
	uint32_t line, fit, used, i;

	(void)state;
	memset(f.text, 't', 300);
	emit(&f);
	line = report_page.used;
	fit = sizeof(report_page.text) / line;
	for (i = 1; i < fit + 7; i++)
		emit(&f);
	assert_int_equal(report_page.used, fit * line);
	assert_int_equal(report_page.lost, 7);
	assert_int_equal(report_page.text[report_page.used - 1], '\n');
	used = report_page.used;
	f.text[sizeof(report_page.text) - used - (line - 300)] = '\0';
	emit(&f);
	assert_int_equal(report_page.used, sizeof(report_page.text));
	assert_int_equal(report_page.lost, 7);
	emit(&f);
	assert_int_equal(report_page.lost, 8);
	report_begin();
	assert_int_equal(report_page.lost, 0);
	assert_int_equal(report_page.used, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(page_is_a_page, setup),
		cmocka_unit_test_setup(all_fields_in_order, setup),
		cmocka_unit_test_setup(blobs_are_named, setup),
		cmocka_unit_test_setup(severities_and_the_console, setup),
		cmocka_unit_test_setup(own_findings, setup),
		cmocka_unit_test_setup(separators_are_masked, setup),
		cmocka_unit_test_setup(full_page_loses_lines, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
