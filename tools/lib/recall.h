/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which source did the active descriptions come from? enable and create note
 * the path in /run/cellblock (or $CELLBLOCK_RUN), so that a later finding can
 * point into it. A note counts only while the source still gives the very
 * blob that is active.
 */
#ifndef TOOLS_RECALL_H
#define TOOLS_RECALL_H

#include <lib/description.h>

/* name: "system", or that of a cell. Failure is of no importance. */
void recall_note(const char *name, const struct description *d);
void recall_forget(const char *name);

/*
 * Fills d with an active blob. relative: its file in sysfs. name is kept.
 * Returns 0 or a negative errno; says nothing.
 */
int recall_active(const char *name, const char *relative, size_t max,
		  struct description *d);

/* Adds the source of an active blob, if there is a note and it still fits. */
void recall_source(struct description *d);

#endif
