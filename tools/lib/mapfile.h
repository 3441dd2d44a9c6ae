/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The source map of a blob, in a file beside it: X.dtb.map for X.dtb. It
 * counts only for the very blob that it was written for, and of the sources
 * only those that have not changed since.
 *
 *	cellblock-map 1
 *	blob SUM
 *	file SUM PATH			relative to the folder of the map
 *	LINE COL FILE NODE [PROPERTY]	FILE: number of a file, from 0
 *
 * Fields are separated by one tab, SUM is 16 hexadecimal digits.
 */
#ifndef TOOLS_MAPFILE_H
#define TOOLS_MAPFILE_H

#include <lib/srcmap.h>

/* Returns 0 or a negative errno; says nothing. */
int mapfile_write(const char *blob_file, const struct bytes *blob,
		  const struct srcmap *map);
/* NULL: there is none, or it is not for these bytes, or damaged. */
struct srcmap *mapfile_read(const char *blob_file, const struct bytes *blob);

#endif
