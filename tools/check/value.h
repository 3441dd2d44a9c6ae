/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A YAML document as a tree of values, each with its place. Values live in a
 * pool; lists and maps keep the order of the file and may be changed.
 */
#ifndef CHECK_VALUE_H
#define CHECK_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "pool.h"

struct doc;
struct schema_type;

enum val_kind {
	VAL_NULL, VAL_BOOL, VAL_INT, VAL_REAL, VAL_TEXT, VAL_LIST, VAL_MAP,
};

struct val {
	enum val_kind kind;
	uint32_t line;			/* from 1 */
	const struct doc *doc;
	bool truth;			/* VAL_BOOL; VAL_INT: negative */
	uint64_t number;		/* VAL_INT: magnitude */
	double real;
	const char *text;		/* VAL_TEXT, and as written */
	uint32_t count, room;		/* VAL_LIST, VAL_MAP */
	struct val **items;
	const char **keys;		/* VAL_MAP */
	/* what a "$ref" text leads to, once resolved: one of the two */
	const struct val *target;
	const struct schema_type *type;
	const void *regex;		/* of a pattern's text */
};

/* One file. */
struct doc {
	const char *file;
	const char *id;			/* "$id" without the '#' */
	struct val *root;
	const struct val *select;
	bool broken;			/* reported; not to be applied */
	uint32_t tree;			/* in an image: root is made of it */
	struct doc *waiting;		/* to be compiled, behind this one */
	struct doc *next;
};

/* Where a message about a file goes: "file:line: text" in one string. */
typedef void val_error_fn(void *arg, const char *message);

struct val *val_new(struct pool *pool, const struct val *place,
		    enum val_kind kind);
struct val *val_bool(struct pool *pool, const struct val *place, bool truth);
struct val *val_int(struct pool *pool, const struct val *place, uint64_t v);
struct val *val_text(struct pool *pool, const struct val *place,
		     const char *text);
struct val *val_copy(struct pool *pool, const struct val *v);
void list_push(struct pool *pool, struct val *list, struct val *item);

/* Maps; for any other value: NULL, and nothing happens. */
struct val *map_get(const struct val *map, const char *key);
void map_set(struct pool *pool, struct val *map, const char *key,
	     struct val *item);
/* Takes it out. */
struct val *map_take(struct val *map, const char *key);

static inline bool val_is(const struct val *v, enum val_kind kind)
{
	return v && v->kind == kind;
}

static inline bool val_true(const struct val *v)
{
	return val_is(v, VAL_BOOL) && v->truth;
}

static inline bool val_false(const struct val *v)
{
	return val_is(v, VAL_BOOL) && !v->truth;
}

static inline bool map_has(const struct val *map, const char *key)
{
	return map_get(map, key);
}

/*
 * yaml.c: one document, with the scalars of the YAML 1.2 core schema. NULL
 * if it is no YAML, has a key twice, or is too large or deep: reported.
 */
struct val *yaml_parse(struct pool *pool, const struct doc *doc,
		       const void *text, size_t size, val_error_fn *error,
		       void *arg);

#endif
