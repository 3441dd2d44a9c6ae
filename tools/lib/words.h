/* SPDX-License-Identifier: GPL-2.0-only */
/* "Did you mean …?": the nearest word by edits. */
#ifndef TOOLS_WORDS_H
#define TOOLS_WORDS_H

#include <stddef.h>

#define WORD_MAX_LEN	64

/* Insertions, removals, replacements and swaps of neighbours. */
unsigned int word_distance(const char *a, const char *b);

/*
 * The nearest so far: call for each candidate with *best starting as NULL.
 * Candidates too far to be a slip of the fingers are left out.
 */
void word_nearest(const char *word, const char *candidate,
		  const char **best, unsigned int *best_distance);

#endif
