/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Labels of gated blobs: __symbols__ (what a blob defines) and __fixups__
 * (what a plugin wants of another blob).
 */
#ifndef TOOLS_LABELS_H
#define TOOLS_LABELS_H

#include <stddef.h>

/* The label of a node, or NULL. */
const char *label_of(const void *fdt, const char *path);

/*
 * Calls `tell` for each label that property `prop` of node `path` of the
 * cell wants and the system does not have, with the label most like it or
 * NULL.
 */
void labels_undefined(const void *cell, const void *system, const char *path,
		      const char *prop,
		      void (*tell)(void *arg, const char *label,
				   const char *like),
		      void *arg);

#endif
