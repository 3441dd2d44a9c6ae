/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What can be computed anew, kept in $XDG_CACHE_HOME/cellblock or
 * ~/.cache/cellblock. Names say what the content is made of, so that nothing
 * ever has to be renewed. Entries are replaced as a whole, an entry that is
 * damaged is not there, and failure of any kind only costs time. Nothing of a
 * folder that somebody else owns or may write to is used.
 */
#ifndef TOOLS_CACHE_H
#define TOOLS_CACHE_H

#include <lib/io.h>

struct cache_entry {
	struct bytes file;
	const uint8_t *data;		/* in it, 8-byte aligned */
	size_t size;
};

/* name: without a slash. False: not there. The file's bytes are to be freed. */
bool cache_get(const char *name, struct cache_entry *entry);
/* When all entries together are too large, the oldest go. */
void cache_put(const char *name, const void *data, size_t size);

#endif
