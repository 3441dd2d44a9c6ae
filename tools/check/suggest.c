/* SPDX-License-Identifier: GPL-2.0-only */
/* What may have been meant: the nearest name or value that a schema has. */
#include <string.h>

#include <lib/words.h>

#include "schema_internal.h"

#define MAX_DEPTH	12
#define LITERAL		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" \
			"0123456789,_-"

struct search {
	struct pool *pool;
	const char *word;		/* of a node: before the '@' */
	bool child;
	const char *best;
	unsigned int distance;
	uint32_t depth;
};

/* "^memory@[0-9a-f]+$" is about nodes named memory; NULL: not so simple. */
static const char *pattern_name(struct search *s, const char *pattern)
{
	size_t len;

	if (*pattern++ != '^')
		return NULL;
	len = strspn(pattern, LITERAL);
	if (!len || pattern[len] != '@')
		return NULL;
	return pool_text(s->pool, pattern, len);
}

/* Children are described by objects, properties by all else. */
static bool is_child(const struct val *v)
{
	const struct val *type = map_get(v, "type");
	const struct val *ref = map_get(v, "$ref");

	return (val_is(type, VAL_TEXT) && !strcmp(type->text, "object")) ||
	       (ref && ref->target && map_has(ref->target, "properties"));
}

static void consider(struct search *s, const struct val *schema)
{
	const struct val *props = map_get(schema, "properties");
	const struct val *patterns = map_get(schema, "patternProperties");
	const char *name;
	uint32_t i;

	for (i = 0; val_is(props, VAL_MAP) && i < props->count; i++)
		if (*props->keys[i] != '$' && !val_false(props->items[i]) &&
		    is_child(props->items[i]) == s->child)
			word_nearest(s->word, props->keys[i], &s->best,
				     &s->distance);
	for (i = 0; val_is(patterns, VAL_MAP) && i < patterns->count; i++) {
		name = s->child ? pattern_name(s, patterns->keys[i]) : NULL;
		if (name && strcmp(name, s->word))
			word_nearest(s->word, name, &s->best, &s->distance);
	}
}

static void walk(struct search *s, const struct val *schema)
{
	const struct val *ref = map_get(schema, "$ref");
	const struct val *all = map_get(schema, "allOf");
	uint32_t i;

	if (s->depth == MAX_DEPTH || !val_is(schema, VAL_MAP))
		return;
	s->depth++;
	consider(s, schema);
	if (ref && ref->target)
		walk(s, ref->target);
	for (i = 0; val_is(all, VAL_LIST) && i < all->count; i++)
		walk(s, all->items[i]);
	s->depth--;
}

const char *suggest_member(struct pool *pool, const struct val *schema,
			   const char *name, bool child)
{
	struct search s = { .pool = pool, .child = child };

	s.word = child ? pool_text(pool, name, strcspn(name, "@")) : name;
	walk(&s, schema);
	return s.best;
}

const char *suggest_choice(const struct val *list, const struct inst *inst)
{
	const char *best = NULL;
	unsigned int distance = 0;
	uint32_t i;

	while (inst->kind == INST_LIST && inst->count == 1)
		inst = inst->items[0];
	if (inst->kind != INST_TEXT)
		return NULL;
	if (val_is(list, VAL_TEXT))
		word_nearest(inst->text, list->text, &best, &distance);
	for (i = 0; val_is(list, VAL_LIST) && i < list->count; i++)
		if (val_is(list->items[i], VAL_TEXT))
			word_nearest(inst->text, list->items[i]->text, &best,
				     &distance);
	return best;
}
