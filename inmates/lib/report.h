/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a probe finds, as lines that a test can match:
 *
 *	PROBE <id> START <title>
 *	PROBE <id> NOTE <text>
 *	PROBE <id> TRY <text>           what the hypervisor should park
 *	PROBE <id> FAIL <text>          any number of times
 *	PROBE <id> <PASS|FAIL|SKIP|ERROR> <text>	last line
 *
 * The worst result counts: PASS < SKIP < ERROR < FAIL. A probe that checked
 * and tried nothing is a SKIP.
 */
#ifndef REPORT_H
#define REPORT_H

#include <stdbool.h>

enum result { RESULT_PASS, RESULT_SKIP, RESULT_ERROR, RESULT_FAIL };

#define __report_fmt	__attribute__((format(printf, 1, 2)))

void report_start(const char *id, const char *title);
void report_note(const char *fmt, ...) __report_fmt;
void report_try(const char *fmt, ...) __report_fmt;
void report_fail(const char *fmt, ...) __report_fmt;
void report_error(const char *fmt, ...) __report_fmt;
void report_skip(const char *fmt, ...) __report_fmt;

/*
 * Counts a check; prints FAIL and the text if it does not hold (the first 16).
 */
void report_check(bool ok, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Prints the last line: the worst result so far and the count of checks. */
enum result report_end(void);

#endif
