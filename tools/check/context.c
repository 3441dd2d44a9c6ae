/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What type has a property? Bytes do not say; the schema that is about to be
 * applied does, wherever in it the property is described.
 */
#include <string.h>

#include "schema_internal.h"

#define MAX_DEPTH	24

struct context {
	uint32_t generation;
	uint32_t depth;
};

static void walk_node(struct context *c, const struct val *schema,
		      struct node *node);

static void refresh(struct context *c, struct member *m)
{
	if (m->generation == c->generation)
		return;
	m->generation = c->generation;
	m->type_count = 0;
	m->value = NULL;
	m->outer = m->inner = (struct extent){ 0, 0 };
}

static void add_type(struct member *m, const struct schema_type *type)
{
	uint32_t i;

	for (i = 0; i < m->type_count; i++)
		if (m->types[i] == type)
			return;
	if (m->type_count < MAX_TYPES)
		m->types[m->type_count++] = type;
}

static void merge_extent(struct extent *e, struct extent more)
{
	if (!more.max)
		return;
	if (!e->max)
		*e = more;
	e->min = more.min < e->min ? more.min : e->min;
	e->max = more.max > e->max ? more.max : e->max;
}

/* The kind of what const, enum or a bound of schema says, or -1. */
static int scalar_kind_of(const struct val *schema)
{
	static const char *const keys[] = { "const", "enum", "pattern",
					    "minimum", "maximum", NULL };
	const struct val *v;
	uint32_t i;

	for (i = 0; keys[i]; i++) {
		v = map_get(schema, keys[i]);
		if (val_is(v, VAL_LIST) && v->count)
			v = v->items[0];
		if (v)
			return (int)v->kind;
	}
	return -1;
}

static const struct val *first_item(const struct val *schema)
{
	const struct val *items = map_get(schema, "items");

	if (val_is(items, VAL_LIST))
		items = items->count ? items->items[0] : NULL;
	return items;
}

static void implied_type(struct member *m, const struct val *schema)
{
	const struct val *type = map_get(schema, "type");
	const struct val *item = first_item(schema);

	if (val_is(type, VAL_TEXT) && !strcmp(type->text, "boolean"))
		add_type(m, type_find("flag"));
	if (!item)
		return;
	if (scalar_kind_of(item) == VAL_TEXT)
		add_type(m, type_find("string-array"));
	else if (!m->type_count && (scalar_kind_of(item) == VAL_INT ||
				    scalar_kind_of(first_item(item)) ==
				    VAL_INT))
		add_type(m, type_find("uint32-matrix"));
}

static void collect_type(struct context *c, struct member *m,
			 const struct val *schema)
{
	static const char *const lists[] = { "allOf", "anyOf", "oneOf",
					     NULL };
	const struct val *v = map_get(schema, "$ref");
	uint32_t i, k;

	if (c->depth == MAX_DEPTH || !val_is(schema, VAL_MAP))
		return;
	c->depth++;
	if (v && v->type)
		add_type(m, v->type);
	if (v && v->target)
		collect_type(c, m, v->target);
	for (k = 0; lists[k]; k++) {
		v = map_get(schema, lists[k]);
		for (i = 0; v && i < v->count; i++)
			collect_type(c, m, v->items[i]);
	}
	collect_type(c, m, map_get(schema, "then"));
	collect_type(c, m, map_get(schema, "else"));
	implied_type(m, schema);
	merge_extent(&m->outer, schema_extent(schema));
	merge_extent(&m->inner, schema_extent(map_get(schema, "items")));
	c->depth--;
}

static void describe(struct context *c, struct member *m,
		     const struct val *schema)
{
	refresh(c, m);
	if (m->child)
		walk_node(c, schema, m->child);
	else
		collect_type(c, m, schema);
}

static void walk_members(struct context *c, const struct val *schema,
			 struct node *node)
{
	const struct val *props = map_get(schema, "properties");
	const struct val *patterns = map_get(schema, "patternProperties");
	const struct regex *const *regexes = patterns ? patterns->regex : NULL;
	struct member *m;
	uint32_t i, k;

	for (i = 0; i < node->count; i++) {
		m = &node->members[i];
		if (map_has(props, m->name))
			describe(c, m, map_get(props, m->name));
		for (k = 0; regexes && k < patterns->count; k++)
			if (regex_match(regexes[k], m->name))
				describe(c, m, patterns->items[k]);
	}
}

static void walk_rest(struct context *c, const struct val *schema,
		      struct node *node)
{
	uint32_t i;

	if (!val_is(schema, VAL_MAP))
		return;
	for (i = 0; i < node->count; i++)
		if (node->members[i].generation != c->generation)
			describe(c, &node->members[i], schema);
}

static void walk_below(struct context *c, const struct val *schema,
		       struct node *node)
{
	static const char *const lists[] = { "allOf", "anyOf", "oneOf",
		"dependencies", "dependentSchemas", NULL };
	static const char *const single[] = { "if", "then", "else", "not",
					      NULL };
	const struct val *v;
	uint32_t i, k;

	for (k = 0; single[k]; k++)
		walk_node(c, map_get(schema, single[k]), node);
	for (k = 0; lists[k]; k++) {
		v = map_get(schema, lists[k]);
		for (i = 0; v && i < v->count; i++)
			walk_node(c, v->items[i], node);
	}
}

static void walk_node(struct context *c, const struct val *schema,
		      struct node *node)
{
	const struct val *ref = map_get(schema, "$ref");

	if (c->depth == MAX_DEPTH || !val_is(schema, VAL_MAP))
		return;
	c->depth++;
	if (ref && ref->target)
		walk_node(c, ref->target, node);
	walk_below(c, schema, node);
	walk_members(c, schema, node);
	walk_rest(c, map_get(schema, "additionalProperties"), node);
	walk_rest(c, map_get(schema, "unevaluatedProperties"), node);
	c->depth--;
}

void context_types(const struct val *schema, struct node *node,
		   uint32_t generation)
{
	struct context c = { .generation = generation };

	walk_node(&c, schema, node);
}
