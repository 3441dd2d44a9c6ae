/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The mutants' build: every place that reports a finding can be made silent,
 * one at a time, as if its check were off. In front of the sources of
 * hv/config and tools/check by -include with MUTE_CONFIG or MUTE_ADVICE.
 */
#ifndef TESTS_MUTE_H
#define TESTS_MUTE_H

#include <config/finding.h>

struct mute_site {
	const char *file;
	int line;
	const char *check;	/* as it stands there */
} __attribute__((aligned(32)));

/* Prints them all: file:line and check. In other builds nothing. */
void mute_list(void);
/* Is it $MUTE? Those that are reached are added to the file $REACHED. */
bool mute_site(const struct mute_site *site);

#define MUTABLE(check, call, silent) ({ \
	static const struct mute_site site_ \
		__attribute__((section("mute_sites"), used)) = \
		{ __FILE__, __LINE__, #check }; \
	mute_site(&site_) ? (silent) : (call); \
})

#ifdef MUTE_CONFIG
#define config_say(report, check, ...) \
	MUTABLE(check, (config_say)(report, check, __VA_ARGS__), false)
#endif

#ifdef MUTE_ADVICE
#include <check/advice_internal.h>

#define advice_say(report, check, ...) \
	MUTABLE(check, (advice_say)(report, check, __VA_ARGS__), (void)0)
#endif

#endif
