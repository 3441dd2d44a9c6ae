/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The patterns of schemas: those of Python's re.search, without look-around
 * and back-references. They match anywhere unless anchored.
 */
#ifndef CHECK_REGEX_H
#define CHECK_REGEX_H

#include <stdbool.h>

struct regex;

/* NULL: not supported or malformed, and *why says so, a constant. */
struct regex *regex_new(const char *pattern, const char **why);
/* What was not supported matches everything, so that it raises no alarm. */
bool regex_match(const struct regex *regex, const char *text);
void regex_free(struct regex *regex);

#endif
