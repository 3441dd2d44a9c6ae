/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A set of schemas as one block of bytes, for a cache: read in no time, since
 * of each schema the tree is built when a node first asks for it.
 */
#ifndef CHECK_IMAGE_H
#define CHECK_IMAGE_H

#include <lib/digest.h>

#include "schema.h"

/*
 * Names and contents of what schemas_add() of that path would read, without
 * parsing it. False: some of it cannot be read.
 */
bool schemas_digest(const char *path, struct digest *d);
/* Over all that was read by schemas_add(), from zero. */
struct digest schemas_content(const struct schemas *set);

/* Of a set that is ready, from malloc; NULL: it has no place in an image. */
uint8_t *schemas_save(const struct schemas *set, size_t *size);
/*
 * A set that is ready; what was wrong with its schemas is reported again.
 * data: 8-byte aligned, to be kept as long as the set. NULL: not an image.
 */
struct schemas *schemas_restore(const void *data, size_t size,
				val_error_fn *error, void *arg);

#endif
