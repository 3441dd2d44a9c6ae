/* SPDX-License-Identifier: GPL-2.0-only */
/* A place in a source file, and the line there with a caret below it. */
#ifndef TOOLS_EXCERPT_H
#define TOOLS_EXCERPT_H

#include <stdio.h>

struct source_place {
	char *file;		/* as the compiler named it */
	unsigned int line;	/* from 1 */
	unsigned int col;	/* from 1, in bytes; a tab is one */
};

/*
 * The column that dtc knows counts preprocessed text, and of a node it is
 * that of the brace. Moves it to `name` in the original line if that is
 * there: at or before the column if possible, else the first one.
 */
void place_refine(struct source_place *place, const char *name);

/* The column in characters (UTF-8) instead of bytes. */
unsigned int place_column_in_characters(const struct source_place *place);

/* Nothing is printed if the file or the line cannot be read. */
void excerpt_print(FILE *out, const struct source_place *place);

/* "file:line:col: severity: " in colour. */
void place_print_head(FILE *out, const struct source_place *place,
		      const char *severity);
void severity_print(FILE *out, const char *severity);

#endif
