/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Device trees judged by schemas in the dialect of dt-schema.
 *
 *	set = schemas_new();
 *	schemas_add(set, "schemas", error, arg);	any number of folders
 *	schemas_ready(set, error, arg);
 *	schema_check(set, blob, size, finding, arg);	any number of blobs
 *	schemas_free(set);
 *
 * A schema is for the nodes that its "select" fits; without one, for those
 * with one of its compatible strings, or else of its name. Definitions of
 * types.yaml are built in.
 */
#ifndef CHECK_SCHEMA_H
#define CHECK_SCHEMA_H

#include <stdbool.h>
#include <stddef.h>

#include "value.h"

struct schemas;

enum schema_class {
	SCHEMA_BAD_VALUE, SCHEMA_UNKNOWN_PROPERTY, SCHEMA_UNKNOWN_NODE,
	SCHEMA_MISSING_PROPERTY,
};

/* Valid during the callback only. */
struct schema_finding {
	enum schema_class class;
	const char *schema;	/* its $id */
	const char *file;	/* and line, of what was broken */
	unsigned int line;
	const char *path;	/* of the node */
	int node;		/* its offset in the blob */
	const char *property;	/* NULL: the node itself */
	const char *text;	/* what is wrong, a whole sentence's rest */
	const char *like;	/* what may have been meant; may be NULL */
};

typedef void schema_finding_fn(void *arg, const struct schema_finding *f);

struct schemas *schemas_new(void);
void schemas_free(struct schemas *set);
/*
 * Reads all *.yaml below a folder, or one file. False: something was wrong
 * with one of them, which was reported; the others are there all the same.
 */
bool schemas_add(struct schemas *set, const char *path, val_error_fn *error,
		 void *arg);
/*
 * References, patterns, keywords. Once, before the first check. False: a
 * schema has what is not supported, which was reported; it is not applied.
 */
bool schemas_ready(struct schemas *set, val_error_fn *error, void *arg);
unsigned int schemas_count(const struct schemas *set);
/*
 * blob: let through by config_gate(), for fdt_check_full() of libfdt 1.6.1
 * crashes where no node begins.
 * The number of findings; negative: not a blob that libfdt takes, with
 * libfdt's error, or schemas that were not made ready. Findings are in the
 * order of nodes.
 */
int schema_check(struct schemas *set, const void *blob, size_t size,
		 schema_finding_fn *emit, void *arg);
/* "unknown-property" and so on: the id of a check. */
const char *schema_class_id(enum schema_class class);

#endif
