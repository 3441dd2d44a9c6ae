/* SPDX-License-Identifier: GPL-2.0-only */
/* Blobs before the hypervisor sees them: what they are, and their labels. */
#ifndef TOOLS_LINK_H
#define TOOLS_LINK_H

#include <config/config.h>

/*
 * Resolves the labels of a cell against a system: writes the phandles that
 * __symbols__ of the system knows at the places that __fixups__ of the cell
 * names. Both blobs pass the gate first.
 * Returns 0 or -EINVAL with label-undefined (and the like) reported.
 */
int config_link(void *cell_blob, uint32_t size, const void *system_blob,
		uint32_t system_size, struct cfg_report *report);

/*
 * The node of a gated blob at a path of full names, or negative. libfdt would
 * take a name without its unit address as well.
 */
int node_by_path(const void *fdt, const char *path, size_t len);

enum cfg_blob_kind {
	CFG_BLOB_UNKNOWN,
	CFG_BLOB_SYSTEM,
	CFG_BLOB_CELL,
};

/* By the compatible strings. */
enum cfg_blob_kind config_blob_kind(const void *gated);

#endif
