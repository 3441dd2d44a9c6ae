/* SPDX-License-Identifier: GPL-2.0-only */
/* A node against a schema: its properties and children. */
#include <string.h>

#include "schema_internal.h"

static bool match_member(struct match *m, const struct val *schema,
			 const struct node *node, struct member *member)
{
	const struct inst *inst = member_value(m->tree, m->pool, node, member,
					       m->generation);
	const struct node *outer = m->node;
	const char *property = m->property;
	bool ok;

	/* a child is a place of its own, unless it is not allowed at all */
	if (member->child && val_is(schema, VAL_MAP)) {
		m->node = member->child;
		m->property = NULL;
	} else {
		m->property = member->name;
	}
	ok = match_value(m, schema, inst, NULL);
	m->node = outer;
	m->property = property;
	return ok;
}

static bool match_named(struct match *m, const struct val *schema,
			const struct node *node, uint8_t *seen)
{
	const struct val *props = map_get(schema, "properties");
	const struct val *patterns = map_get(schema, "patternProperties");
	const struct regex *const *regexes = patterns ? patterns->regex : NULL;
	const struct val *below;
	struct member *member;
	bool ok = true;
	uint32_t i, k;

	for (i = 0; i < node->count && (ok || m->emit); i++) {
		member = &node->members[i];
		below = map_get(props, member->name);
		if (below) {
			seen[i] = 1;
			ok = match_member(m, below, node, member) && ok;
		}
		for (k = 0; regexes && k < patterns->count; k++) {
			if (!regex_match(regexes[k], member->name))
				continue;
			seen[i] = 1;
			ok = match_member(m, patterns->items[k], node,
					  member) && ok;
		}
	}
	return ok;
}

/* What the schema says of members that it does not name. */
static bool match_others(struct match *m, const struct val *schema,
			 const struct val *others, const struct node *node,
			 uint8_t *seen)
{
	enum schema_class class;
	struct member *member;
	const char *property = m->property;
	bool ok = true;
	uint32_t i;

	for (i = 0; i < node->count && (ok || m->emit); i++) {
		member = &node->members[i];
		if (seen[i])
			continue;
		seen[i] = 1;
		if (!val_false(others)) {
			ok = match_member(m, others, node, member) && ok;
			continue;
		}
		class = member->child ? SCHEMA_UNKNOWN_NODE :
					SCHEMA_UNKNOWN_PROPERTY;
		m->property = member->name;
		if (m->emit)
			m->like = suggest_member(m->pool, schema, member->name,
						 member->child);
		ok = match_fail(m, class, others, member->child ?
				"no such node belongs here" :
				"no such property belongs here");
		m->property = property;
	}
	return ok;
}

static bool match_required(struct match *m, const struct val *list,
			   const struct node *node, const char *because)
{
	const char *property = m->property;
	bool ok = true;
	uint32_t i;

	if (m->lenient || (m->emit && m->node->disabled))
		return true;
	for (i = 0; val_is(list, VAL_LIST) && i < list->count; i++) {
		if (!val_is(list->items[i], VAL_TEXT) ||
		    node_member(node, list->items[i]->text))
			continue;
		m->property = list->items[i]->text;
		ok = match_fail(m, SCHEMA_MISSING_PROPERTY, list->items[i],
				because ? "is missing, and needed by %s" :
				"is missing%s", because ? because : "");
		m->property = property;
	}
	return ok;
}

static bool match_dependencies(struct match *m, const struct val *schema,
			       const struct inst *inst, uint8_t *seen)
{
	static const char *const keys[] = { "dependencies",
		"dependentRequired", "dependentSchemas", NULL };
	const struct node *node = inst->node;
	const struct val *map, *v;
	bool ok = true;
	uint32_t i, k;

	for (k = 0; keys[k]; k++) {
		map = map_get(schema, keys[k]);
		for (i = 0; map && i < map->count; i++) {
			v = map->items[i];
			if (!node_member(node, map->keys[i]))
				continue;
			ok = (v->kind == VAL_LIST ?
			      match_required(m, v, node, map->keys[i]) :
			      match_value(m, v, inst, seen)) && ok;
		}
	}
	return ok;
}

bool match_object(struct match *m, const struct val *schema,
		  const struct inst *inst, uint8_t *seen)
{
	const struct val *more = map_get(schema, "additionalProperties");
	const struct val *rest = map_get(schema, "unevaluatedProperties");
	const struct node *node = inst->node;
	uint8_t *named = pool_alloc(m->pool, node->count);
	bool ok = match_required(m, map_get(schema, "required"), node, NULL);
	uint32_t i;

	ok = match_dependencies(m, schema, inst, seen) && ok;
	ok = match_named(m, schema, node, named) && ok;
	if (more)
		ok = match_others(m, schema, more, node, named) && ok;
	for (i = 0; i < node->count; i++)
		seen[i] |= named[i];
	if (rest && (ok || m->emit))
		ok = match_others(m, schema, rest, node, seen) && ok;
	return ok;
}
