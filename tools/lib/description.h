/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A description from the user: a blob, or source compiled to one. Source
 * keeps its preprocessed text, so that a finding can be put down to a line.
 */
#ifndef TOOLS_DESCRIPTION_H
#define TOOLS_DESCRIPTION_H

#include <lib/compile.h>
#include <lib/srcmap.h>

#define SOURCE_MAX	(16u << 20)

struct description {
	char *file;		/* as the user named it */
	struct bytes blob;	/* at least 8-byte aligned */
	struct bytes text;	/* data is NULL: came as a blob */
	struct compile_options opts;
	struct srcmap *map;	/* made when first needed */
	bool map_tried;
	const char *recall;	/* an active one: its name for recall.h */
	char *note;		/* what opts points into then */
};

/* max: of the blob, in bytes. Complains. */
enum status description_read(const char *file,
			     const struct compile_options *opts,
			     size_t max, struct description *d);
void description_free(struct description *d);

/* The map to the source, or NULL if there is none. */
const struct srcmap *description_map(struct description *d);

/*
 * Calls `each` for every source file, as the preprocessor named it; a file
 * may come more than once. Nothing for a blob of unknown source.
 */
void description_sources(struct description *d,
			 void (*each)(const char *file, void *arg), void *arg);

#endif
