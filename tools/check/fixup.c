/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What dt-schema means beyond JSON Schema, made explicit in the tree: this
 * file changes what applies to nodes, fixup_prop.c what applies to values.
 */
#include <string.h>

#include "schema_internal.h"

static void allow(struct pool *pool, struct val *props, const char *name)
{
	if (!map_has(props, name))
		map_set(pool, props, name, val_bool(pool, props, true));
}

static bool has_pinctrl(const struct val *map)
{
	uint32_t i;

	for (i = 0; val_is(map, VAL_MAP) && i < map->count; i++)
		if (!strncmp(map->keys[i], "pinctrl-", 8) &&
		    strspn(map->keys[i] + 8, "0123456789"))
			return true;
	return false;
}

static struct val *map_of(struct pool *pool, struct val *schema,
			  const char *key)
{
	struct val *map = map_get(schema, key);

	if (!map) {
		map = val_new(pool, schema, VAL_MAP);
		map_set(pool, schema, key, map);
	}
	return map;
}

/* A closed schema still lets through what any node may have. */
static void open_for_common(struct pool *pool, struct val *schema)
{
	static const char *const common[] = { "phandle", "status",
					      "secure-status", "$nodename" };
	struct val *patterns = map_get(schema, "patternProperties");
	struct val *props = map_get(schema, "properties");
	uint32_t i;

	if (!props && !patterns && !map_has(schema, "unevaluatedProperties"))
		return;
	if (val_true(map_get(schema, "additionalProperties")) ||
	    val_true(map_get(schema, "unevaluatedProperties")))
		return;
	props = map_of(pool, schema, "properties");
	for (i = 0; i < sizeof(common) / sizeof(common[0]); i++)
		allow(pool, props, common[i]);
	patterns = map_of(pool, schema, "patternProperties");
	allow(pool, patterns, "^bootph-");
	if (!has_pinctrl(props) && !has_pinctrl(patterns)) {
		allow(pool, props, "pinctrl-names");
		allow(pool, patterns, "^pinctrl-[0-9]+$");
	}
	if (map_has(props, "clocks") && !map_has(props, "assigned-clocks")) {
		allow(pool, props, "assigned-clocks");
		allow(pool, props, "assigned-clock-rates");
		allow(pool, props, "assigned-clock-parents");
	}
	if (map_has(props, "ranges"))
		allow(pool, props, "dma-ranges");
}

static struct val *one_of_required(struct pool *pool, struct val *place,
				   const char *const *names)
{
	struct val *list = val_new(pool, place, VAL_LIST);
	struct val *required, *item;

	for (; *names; names++) {
		item = val_new(pool, place, VAL_MAP);
		required = val_new(pool, place, VAL_LIST);
		list_push(pool, required, val_text(pool, place, *names));
		map_set(pool, item, "required", required);
		list_push(pool, list, item);
	}
	return list;
}

static bool take_text(struct val *list, const char *text)
{
	uint32_t i;

	for (i = 0; val_is(list, VAL_LIST) && i < list->count; i++)
		if (val_is(list->items[i], VAL_TEXT) &&
		    !strcmp(list->items[i]->text, text)) {
			list->count--;
			memmove(&list->items[i], &list->items[i + 1],
				(list->count - i) * sizeof(void *));
			return true;
		}
	return false;
}

/* interrupts-extended does for interrupts, also where they are required. */
static void widen_interrupts(struct pool *pool, struct val *schema)
{
	static const char *const either[] = { "interrupts",
					      "interrupts-extended", NULL };
	struct val *props = map_get(schema, "properties");
	struct val *interrupts = map_get(props, "interrupts");
	struct val *choice, *item;

	if (interrupts || map_has(props, "interrupt-controller"))
		allow(pool, props, "interrupt-parent");
	if (!interrupts || map_has(props, "interrupts-extended"))
		return;
	map_set(pool, props, "interrupts-extended",
		val_copy(pool, interrupts));
	if (!take_text(map_get(schema, "required"), "interrupts"))
		return;
	choice = one_of_required(pool, schema, either);
	if (!map_has(schema, "oneOf")) {
		map_set(pool, schema, "oneOf", choice);
		return;
	}
	if (!map_has(schema, "allOf"))
		map_set(pool, schema, "allOf",
			val_new(pool, schema, VAL_LIST));
	item = val_new(pool, schema, VAL_MAP);
	map_set(pool, item, "oneOf", choice);
	if (val_is(map_get(schema, "allOf"), VAL_LIST))
		list_push(pool, map_get(schema, "allOf"), item);
}

static const char *const one_below[] = { "select", "if", "then", "else",
					 "additionalProperties", "not",
					 NULL };
static const char *const list_below[] = { "allOf", "anyOf", "oneOf", NULL };
static const char *const props_below[] = { "dependentSchemas", "dependencies",
					   "properties", "patternProperties",
					   "$defs", NULL };

static void fixup_node(struct pool *pool, struct val *schema, bool is_prop)
{
	struct val *v;
	uint32_t i, k;

	if (!val_is(schema, VAL_MAP))
		return;
	widen_interrupts(pool, schema);
	if (is_prop)
		open_for_common(pool, schema);
	/* it would hide everything from unevaluatedProperties */
	if (val_true(map_get(schema, "additionalProperties")))
		map_take(schema, "additionalProperties");
	for (k = 0; one_below[k]; k++)
		fixup_node(pool, map_get(schema, one_below[k]), false);
	for (k = 0; list_below[k]; k++) {
		v = map_get(schema, list_below[k]);
		for (i = 0; v && i < v->count; i++)
			fixup_node(pool, v->items[i], true);
	}
	for (k = 0; props_below[k]; k++) {
		v = map_get(schema, props_below[k]);
		for (i = 0; val_is(v, VAL_MAP) && i < v->count; i++) {
			fixup_property(pool, v->keys[i], v->items[i]);
			fixup_node(pool, v->items[i], true);
		}
	}
}

/* The texts of all const, enum and pattern below. */
static void collect(struct pool *pool, const struct val *v, struct val *out)
{
	uint32_t i;

	if (v->kind == VAL_TEXT && strcmp(v->text, "syscon") &&
	    strcmp(v->text, "simple-mfd"))
		list_push(pool, out, (struct val *)(uintptr_t)v);
	for (i = 0; v->kind == VAL_LIST && i < v->count; i++)
		collect(pool, v->items[i], out);
}

static void collect_names(struct pool *pool, const struct val *v,
			  struct val *out)
{
	uint32_t i;

	for (i = 0; i < v->count; i++) {
		if (v->kind == VAL_MAP && (!strcmp(v->keys[i], "const") ||
					   !strcmp(v->keys[i], "enum")))
			collect(pool, v->items[i], out);
		else
			collect_names(pool, v->items[i], out);
	}
}

static struct val *select_by(struct pool *pool, struct val *schema,
			     const char *name, struct val *value)
{
	struct val *select = val_new(pool, schema, VAL_MAP);
	struct val *props = map_of(pool, select, "properties");
	struct val *required = val_new(pool, schema, VAL_LIST);

	list_push(pool, required, val_text(pool, schema, name));
	map_set(pool, select, "required", required);
	map_set(pool, props, name, value);
	return select;
}

/* Which nodes a schema is for that does not say so itself. */
static struct val *derive_select(struct pool *pool, struct val *schema)
{
	struct val *props = map_get(schema, "properties");
	struct val *compatible = map_get(props, "compatible");
	struct val *name = map_get(props, "$nodename");
	struct val *names = val_new(pool, schema, VAL_LIST);
	struct val *contains = val_new(pool, schema, VAL_MAP);
	struct val *value = val_new(pool, schema, VAL_MAP);

	if (compatible)
		collect_names(pool, compatible, names);
	if (names->count) {
		map_set(pool, contains, "enum", names);
		map_set(pool, value, "contains", contains);
		return select_by(pool, schema, "compatible", value);
	}
	if (name && !val_true(name))
		return select_by(pool, schema, "$nodename",
				 val_copy(pool, name));
	return val_bool(pool, schema, false);
}

void fixup_schema(struct pool *pool, struct val *schema)
{
	map_take(schema, "examples");
	if (!map_has(schema, "select"))
		map_set(pool, schema, "select", derive_select(pool, schema));
	fixup_node(pool, schema, true);
}
