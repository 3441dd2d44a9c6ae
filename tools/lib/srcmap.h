/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * From nodes and properties of a blob back to the source: what `dtc -T -T`
 * says of the same preprocessed text.
 *
 * Paths are those of the blob. A node made in several places has several
 * sites; the best is the last one in the main file, or else the last one.
 */
#ifndef TOOLS_SRCMAP_H
#define TOOLS_SRCMAP_H

#include <lib/excerpt.h>
#include <lib/io.h>

struct srcmap;

/* annotated: dtc's output. main_file decides among sites. Never fails. */
struct srcmap *srcmap_parse(const struct bytes *annotated,
			    const char *main_file);
void srcmap_free(struct srcmap *map);

/*
 * The place of a property, of its node if prop is "" or not in the source.
 * A path that starts with "…" was cut in front and is matched by its end.
 * Returns 0, or -ENOENT (also when several nodes match). The column is that
 * of the name in the original line. place->file belongs to the map.
 */
int srcmap_find(const struct srcmap *map, const char *path, const char *prop,
		struct source_place *place);

/* Building one by hand; main_file decides nothing then. */
struct srcmap *srcmap_new(const char *main_file);
void srcmap_add(struct srcmap *map, const char *path, const char *prop,
		const struct source_place *place);

/* All places, as they were found, without srcmap_find()'s refinement. */
void srcmap_each(const struct srcmap *map,
		 void (*each)(void *arg, const char *path, const char *prop,
			      const struct source_place *place),
		 void *arg);

#endif
