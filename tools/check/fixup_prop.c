/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Values are lists of texts, or lists of lists of numbers, but schemas are
 * written as if a single one were a scalar and a single list no matrix. Here
 * the schema of each property gets the shape that its values have.
 */
#include <string.h>

#include "schema_internal.h"

static const char *const single_keys[] = { "const", "enum", "pattern",
					   "minimum", "maximum", NULL };
static const char *const item_keys[] = { "items", "minItems", "maxItems",
					 "uniqueItems", "default", NULL };

static bool is_kind(const struct val *schema, const char *key,
		    enum val_kind kind)
{
	const struct val *v = map_get(schema, key);

	if (val_is(v, VAL_LIST))
		v = v->count ? v->items[0] : NULL;
	return val_is(v, kind);
}

static bool is_int_schema(const struct val *schema)
{
	return is_kind(schema, "const", VAL_INT) ||
	       is_kind(schema, "enum", VAL_INT) ||
	       is_kind(schema, "minimum", VAL_INT) ||
	       is_kind(schema, "maximum", VAL_INT);
}

static bool is_text_schema(const struct val *schema)
{
	return is_kind(schema, "const", VAL_TEXT) ||
	       is_kind(schema, "enum", VAL_TEXT) ||
	       is_kind(schema, "pattern", VAL_TEXT);
}

/* Moves the keys into a schema of their own. */
static struct val *split(struct pool *pool, struct val *schema,
			 const char *const *keys)
{
	struct val *out = val_new(pool, schema, VAL_MAP);
	struct val *v;

	for (; *keys; keys++) {
		v = map_take(schema, *keys);
		if (v)
			map_set(pool, out, *keys, v);
	}
	return out;
}

/* { items: [ inner ] } */
static void set_single_item(struct pool *pool, struct val *schema,
			    struct val *inner)
{
	struct val *list = val_new(pool, schema, VAL_LIST);

	list_push(pool, list, inner);
	map_set(pool, schema, "items", list);
}

static void set_single_cell(struct pool *pool, struct val *schema,
			    struct val *cell)
{
	struct val *row = val_new(pool, schema, VAL_MAP);

	set_single_item(pool, row, cell);
	set_single_item(pool, schema, row);
}

static void fix_reg(struct pool *pool, struct val *schema)
{
	struct val *item = map_get(schema, "items");

	if (val_is(item, VAL_LIST))
		item = item->count ? item->items[0] : NULL;
	else if (!item)
		item = schema;
	if (item && is_int_schema(item))
		set_single_cell(pool, schema, split(pool, item, single_keys));
}

static bool is_empty(const struct val *schema)
{
	return val_is(schema, VAL_MAP) &&
	       schema->count == map_has(schema, "description");
}

/* A list of bare descriptions is but a number of items. */
static void fix_empty_items(struct pool *pool, struct val *schema)
{
	struct val *items = map_get(schema, "items");
	uint32_t i;

	if (val_is(items, VAL_MAP))
		fix_empty_items(pool, items);
	if (!val_is(items, VAL_LIST))
		return;
	for (i = 0; i < items->count; i++) {
		fix_empty_items(pool, items->items[i]);
		if (!is_empty(items->items[i]))
			return;
	}
	if (!map_has(schema, "type"))
		map_set(pool, schema, "type",
			val_text(pool, schema, "array"));
	if (!map_has(schema, "maxItems"))
		map_set(pool, schema, "maxItems",
			val_int(pool, schema, items->count));
	if (!map_has(schema, "minItems"))
		map_set(pool, schema, "minItems",
			val_int(pool, schema, items->count));
	map_take(schema, "items");
}

static bool has_dimension(const struct val *schema)
{
	return map_has(schema, "items") || map_has(schema, "minItems") ||
	       map_has(schema, "maxItems");
}

static bool is_matrix(const struct val *schema)
{
	const struct val *items = map_get(schema, "items");
	uint32_t i;

	for (i = 0; val_is(items, VAL_LIST) && i < items->count; i++)
		if (has_dimension(items->items[i]))
			return true;
	return val_is(items, VAL_MAP) && has_dimension(items);
}

static uint64_t number_of(const struct val *schema, const char *key,
			  uint64_t otherwise)
{
	const struct val *v = map_get(schema, key);

	return val_is(v, VAL_INT) ? v->number : otherwise;
}

struct extent schema_extent(const struct val *schema)
{
	const struct val *items;
	struct extent e = { 0, 0 };

	if (val_is(schema, VAL_LIST))
		schema = schema->count == 1 ? schema->items[0] : NULL;
	if (!val_is(schema, VAL_MAP))
		return e;
	items = map_get(schema, "items");
	if (val_is(items, VAL_LIST)) {
		e.max = items->count;
		e.min = number_of(schema, "minItems", e.max);
	} else {
		e.min = number_of(schema, "minItems", 1);
		e.max = number_of(schema, "maxItems",
				  number_of(schema, "minItems", 0));
	}
	return e;
}

/* Two open dimensions cannot be told apart in a row of numbers. */
static void fix_open_matrix(struct pool *pool, struct val *schema)
{
	struct extent outer, inner;

	if (!is_matrix(schema))
		return;
	outer = schema_extent(schema);
	inner = schema_extent(map_get(schema, "items"));
	if (outer.min == outer.max || inner.min == inner.max)
		return;
	map_take(schema, "items");
	map_take(schema, "minItems");
	map_take(schema, "maxItems");
	map_set(pool, schema, "type", val_text(pool, schema, "array"));
}

static bool is_int_array_ref(const struct val *schema)
{
	const struct val *ref = map_get(schema, "$ref");
	const char *p = val_is(ref, VAL_TEXT) ? strstr(ref->text, "int") : NULL;

	return p && (strstr(p, "8-array") || strstr(p, "16-array") ||
		     strstr(p, "32-array") || strstr(p, "64-array"));
}

bool unit_suffix(const char *name)
{
	static const char *const units[] = {
		"-kBps", "-bits", "-percent", "-bp", "-mhz", "-hz", "-sec",
		"-ms", "-us", "-ns", "-ps", "-mm", "-nanoamp", "-ohms",
		"-micro-ohms", "-microamp", "-microwatt", "-microamp-hours",
		"-microwatt-hours", "-milliwatt", "-microvolt",
		"-picofarads", "-celsius", "-millicelsius", "-kelvin",
		"-kpascal", "assigned-clock-rates", NULL };
	size_t len = strlen(name);
	uint32_t i;

	for (i = 0; units[i]; i++)
		if (len >= strlen(units[i]) &&
		    !strcmp(name + len - strlen(units[i]), units[i]))
			return true;
	return false;
}

/* The member of allOf that has one of the keys, else the schema itself. */
static struct val *holder(struct val *schema, const char *key,
			  const char *other)
{
	struct val *all = map_get(schema, "allOf");
	uint32_t i;

	for (i = 0; val_is(all, VAL_LIST) && i < all->count; i++)
		if (map_has(all->items[i], key) ||
		    (other && map_has(all->items[i], other)))
			return all->items[i];
	return schema;
}

static bool is_int_array(const char *name, struct val *schema)
{
	struct val *all = map_get(schema, "allOf");
	const struct val *items;
	uint32_t i;

	for (i = 0; val_is(all, VAL_LIST) && i < all->count; i++)
		if (!map_has(all->items[i], "items") &&
		    map_has(all->items[i], "$ref"))
			return is_int_array_ref(all->items[i]);
	schema = holder(schema, "items", NULL);
	if (map_has(schema, "$ref"))
		return is_int_array_ref(schema);
	if (unit_suffix(name))
		return true;
	items = map_get(schema, "items");
	if (val_is(items, VAL_LIST))
		items = items->count ? items->items[0] : NULL;
	return items && is_int_schema(items);
}

/* So many numbers: in one row, or in as many rows of one. */
static void fix_int_count(struct pool *pool, struct val *schema)
{
	static const char *const counts[] = { "minItems", "maxItems", NULL };
	struct val *rows, *row, *choice, *one;
	uint64_t max = number_of(schema, "maxItems", 0);

	if (val_is(map_get(schema, "items"), VAL_LIST) || is_matrix(schema) ||
	    max == 1)
		return;
	rows = split(pool, schema, counts);
	if (!rows->count)
		return;
	choice = val_new(pool, schema, VAL_LIST);
	row = val_new(pool, schema, VAL_MAP);
	set_single_item(pool, row, val_copy(pool, rows));
	one = val_new(pool, schema, VAL_MAP);
	map_set(pool, one, "maxItems", val_int(pool, schema, 1));
	map_set(pool, rows, "items", one);
	/* one number is not both */
	if (number_of(rows, "minItems", 0) == 1)
		map_set(pool, rows, "minItems", val_int(pool, schema, 2));
	list_push(pool, choice, rows);
	list_push(pool, choice, row);
	map_set(pool, schema, "oneOf", choice);
	fixup_items_size(pool, rows);
	fixup_items_size(pool, row);
}

static void fix_int_items(struct pool *pool, struct val *schema)
{
	struct val *items = map_get(schema, "items");
	struct val *inner;

	if (!items || is_matrix(schema))
		return;
	inner = split(pool, schema, item_keys);
	if (val_is(items, VAL_LIST))
		set_single_item(pool, schema, inner);
	else
		map_set(pool, schema, "items", inner);
}

/* A list of items is of fixed size, and one bound is both. */
void fixup_items_size(struct pool *pool, struct val *schema)
{
	struct val *items = map_get(schema, "items");
	struct val *max = map_get(schema, "maxItems");
	struct val *min = map_get(schema, "minItems");
	uint32_t i;

	if (items)
		map_set(pool, schema, "type",
			val_text(pool, schema, "array"));
	if (items && items->kind == VAL_LIST) {
		if (!min)
			map_set(pool, schema, "minItems",
				val_int(pool, schema, items->count));
		if (!max)
			map_set(pool, schema, "maxItems",
				val_int(pool, schema, items->count));
		for (i = 0; i < items->count; i++)
			fixup_items_size(pool, items->items[i]);
	} else if (items) {
		fixup_items_size(pool, items);
	} else if (max && !min) {
		map_set(pool, schema, "minItems", max);
	} else if (min && !max) {
		map_set(pool, schema, "maxItems", min);
	}
}

static void fix_values(struct pool *pool, const char *name,
		       struct val *schema)
{
	if (!strcmp(name, "reg"))
		fix_reg(pool, schema);
	fix_empty_items(pool, schema);
	fix_open_matrix(pool, schema);
	if (is_int_array(name, schema)) {
		fix_int_count(pool, holder(schema, "minItems", "maxItems"));
		fix_int_items(pool, holder(schema, "items", NULL));
	}
	if (is_text_schema(schema))
		set_single_item(pool, schema,
				split(pool, schema, single_keys));
	if (is_int_schema(schema))
		set_single_cell(pool, schema,
				split(pool, schema, single_keys));
	fixup_items_size(pool, schema);
}

void fixup_property(struct pool *pool, const char *name, struct val *schema)
{
	static const char *const lists[] = { "allOf", "oneOf", "anyOf", NULL };
	struct val *v;
	uint32_t i, k;

	if (!val_is(schema, VAL_MAP))
		return;
	for (k = 0; lists[k]; k++) {
		v = map_get(schema, lists[k]);
		for (i = 0; v && i < v->count; i++)
			fixup_property(pool, name, v->items[i]);
	}
	fixup_property(pool, name, map_get(schema, "then"));
	fix_values(pool, name, schema);
}
