/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Schemas made ready: every keyword is known, every "$ref" leads somewhere,
 * every pattern is compiled. What is not so is reported with its line.
 */
#include <stdlib.h>
#include <string.h>

#include "schema_internal.h"

#define MAX_ID		512
#define MAX_DEPTH	128

enum below {
	NOTHING, SCHEMA, SCHEMAS, SCHEMA_OR_LIST, BY_NAME, BY_PATTERN, TEXT,
	REFERENCE,
};

static const struct {
	const char *keyword;
	enum below below;
} keywords[] = {
	{ "$ref", REFERENCE }, { "properties", BY_NAME },
	{ "patternProperties", BY_PATTERN },
	{ "additionalProperties", SCHEMA },
	{ "unevaluatedProperties", SCHEMA }, { "required", NOTHING },
	{ "type", NOTHING }, { "const", NOTHING }, { "enum", NOTHING },
	{ "items", SCHEMA_OR_LIST }, { "additionalItems", SCHEMA },
	{ "minItems", NOTHING }, { "maxItems", NOTHING },
	{ "uniqueItems", NOTHING }, { "contains", SCHEMA },
	{ "minimum", NOTHING }, { "maximum", NOTHING },
	{ "exclusiveMinimum", NOTHING }, { "exclusiveMaximum", NOTHING },
	{ "multipleOf", NOTHING }, { "pattern", TEXT },
	{ "allOf", SCHEMAS }, { "anyOf", SCHEMAS }, { "oneOf", SCHEMAS },
	{ "not", SCHEMA }, { "if", SCHEMA }, { "then", SCHEMA },
	{ "else", SCHEMA }, { "select", SCHEMA },
	{ "dependencies", BY_NAME }, { "dependentRequired", NOTHING },
	{ "dependentSchemas", BY_NAME }, { "typeSize", NOTHING },
	{ "$defs", BY_NAME }, { "definitions", BY_NAME },
	{ "phandle", NOTHING }, { "description", NOTHING },
	{ "title", NOTHING }, { "maintainers", NOTHING }, { "$id", NOTHING },
	{ "$schema", NOTHING }, { "default", NOTHING },
	{ "deprecated", NOTHING }, { "historical", NOTHING },
};

void compile_error(struct compile *c, const struct val *place,
		   const char *text, const char *detail)
{
	struct pool *pool = &c->set->pool;

	schemas_say(c->set, c->error, c->arg,
		    pool_format(pool, "%s:%u: %s: %s", place->doc->file,
				place->line, text, detail));
	c->failed = true;
	c->broken = true;
}

static int id_is(const void *key, const void *entry)
{
	const struct doc *const *doc = entry;

	return strcmp(key, (*doc)->id);
}

static const struct doc *find_doc(struct schemas *set, const char *id)
{
	struct doc **found = bsearch(id, set->by_id, set->count,
				     sizeof(void *), id_is);

	if (!found)
		return NULL;
	image_need(set, *found);
	return *found;
}

/* The id that the part of ref before '#' means in doc. */
static const char *absolute(struct compile *c, const struct doc *doc,
			    const char *ref)
{
	struct pool *pool = &c->set->pool;
	size_t len = strcspn(ref, "#");
	const char *end = strrchr(doc->id, '/');
	size_t base = end ? (size_t)(end - doc->id) : 0;

	if (!len)
		return doc->id;
	if (!strncmp(ref, "http", 4))
		return pool_text(pool, ref, len);
	if (*ref == '/')
		return pool_format(pool, SCHEMA_URL "%.*s", (int)len, ref);
	while (!strncmp(ref, "../", 3) || !strncmp(ref, "./", 2)) {
		if (ref[1] == '.')
			while (base && doc->id[--base] != '/')
				;
		len -= ref[1] == '.' ? 3 : 2;
		ref += ref[1] == '.' ? 3 : 2;
	}
	return pool_format(pool, "%.*s/%.*s", (int)base, doc->id, (int)len,
			   ref);
}

/* One step of a pointer, with ~1 for / and ~0 for ~. */
static void unescape(char *step)
{
	char *out = step;

	for (; *step; step++) {
		if (*step == '~' && (step[1] == '0' || step[1] == '1'))
			*out++ = *++step == '0' ? '~' : '/';
		else
			*out++ = *step;
	}
	*out = '\0';
}

static const struct val *follow(struct compile *c, const struct val *v,
				const char *pointer)
{
	char *step;
	size_t len;
	uint32_t i;

	while (v && *pointer == '/') {
		len = strcspn(++pointer, "/");
		step = pool_text(&c->set->pool, pointer, len);
		pointer += len;
		unescape(step);
		if (v->kind == VAL_LIST) {
			i = (uint32_t)strtoul(step, NULL, 10);
			v = i < v->count ? v->items[i] : NULL;
		} else {
			v = map_get(v, step);
		}
	}
	return *pointer ? NULL : v;
}

static void resolve(struct compile *c, struct val *ref)
{
	static const char types[] = SCHEMA_URL "/schemas/types.yaml";
	const char *id, *pointer;
	const struct doc *doc;

	if (!val_is(ref, VAL_TEXT)) {
		compile_error(c, ref, "$ref", "not a text");
		return;
	}
	id = absolute(c, ref->doc, ref->text);
	pointer = ref->text + strcspn(ref->text, "#");
	pointer += *pointer == '#';
	if (!strcmp(id, types)) {
		pointer += *pointer == '/';
		if (!strncmp(pointer, "definitions/", 12))
			ref->type = type_find(pointer + 12);
		if (!ref->type)
			compile_error(c, ref, "no such type", ref->text);
		return;
	}
	doc = !strcmp(id, ref->doc->id) ? ref->doc : find_doc(c->set, id);
	ref->target = doc ? follow(c, doc->root, pointer) : NULL;
	if (!doc)
		compile_error(c, ref, "no such schema", id);
	else if (!ref->target)
		compile_error(c, ref, "nothing there in the schema",
			      ref->text);
}

static const struct regex *pattern(struct compile *c, const struct val *place,
				   const char *text)
{
	struct regex_entry *e = c->set->regexes;
	const char *why;

	while (e && strcmp(e->text, text))
		e = e->next;
	if (e)
		return e->regex;
	e = pool_alloc(&c->set->pool, sizeof(*e));
	e->text = text;
	e->regex = regex_new(text, &why);
	if (!e->regex) {
		compile_error(c, place, pool_format(&c->set->pool,
			      "the pattern \"%s\"", text), why);
		return NULL;
	}
	e->next = c->set->regexes;
	c->set->regexes = e;
	return e->regex;
}

static void compile_patterns(struct compile *c, struct val *map)
{
	const struct regex **regexes;
	uint32_t i;

	regexes = pool_alloc(&c->set->pool,
			     (map->count + 1) * sizeof(void *));
	for (i = 0; i < map->count; i++)
		regexes[i] = pattern(c, map->items[i], map->keys[i]);
	map->regex = regexes;
}

static void compile_all(struct compile *c, const struct val *v)
{
	uint32_t i;

	for (i = 0; i < v->count; i++)
		compile_schema(c, v->items[i]);
}

static bool expect(struct compile *c, const struct val *v, const char *key,
		   enum val_kind kind, const char *what)
{
	if (v->kind == kind)
		return true;
	compile_error(c, v, key, what);
	return false;
}

static void check_names(struct compile *c, const char *key,
			const struct val *v)
{
	uint32_t i;

	expect(c, v, key, VAL_LIST, "not a list");
	for (i = 0; i < v->count; i++)
		expect(c, v->items[i], key, VAL_TEXT, "not a text");
}

static void compile_by_name(struct compile *c, const char *key,
			    struct val *map)
{
	uint32_t i;

	if (!expect(c, map, key, VAL_MAP, "not a map"))
		return;
	for (i = 0; i < map->count; i++)
		if (map->items[i]->kind == VAL_LIST &&
		    !strcmp(key, "dependencies"))
			check_names(c, key, map->items[i]);
		else
			compile_schema(c, map->items[i]);
}

static void compile_keyword(struct compile *c, const char *key,
			    enum below below, struct val *v)
{
	switch (below) {
	case NOTHING:
		return;
	case SCHEMA:
		compile_schema(c, v);
		return;
	case SCHEMAS:
		if (expect(c, v, key, VAL_LIST, "not a list"))
			compile_all(c, v);
		return;
	case SCHEMA_OR_LIST:
		if (v->kind == VAL_LIST)
			compile_all(c, v);
		else
			compile_schema(c, v);
		return;
	case BY_PATTERN:
		if (v->kind == VAL_MAP)
			compile_patterns(c, v);
		compile_by_name(c, key, v);
		return;
	case BY_NAME:
		compile_by_name(c, key, v);
		return;
	case TEXT:
		if (expect(c, v, key, VAL_TEXT, "not a text"))
			v->regex = pattern(c, v, v->text);
		return;
	case REFERENCE:
		resolve(c, v);
	}
}

/* What a keyword's value must be for match.c to trust it. */
static void check_form(struct compile *c, const char *key, const struct val *v)
{
	static const char *const ints[] = { "minItems", "maxItems", "minimum",
		"maximum", "exclusiveMinimum", "exclusiveMaximum",
		"multipleOf", "typeSize", NULL };
	uint32_t i;

	for (i = 0; ints[i]; i++)
		if (!strcmp(key, ints[i]))
			expect(c, v, key, VAL_INT, "not an integer");
	if (!strcmp(key, "multipleOf") && v->kind == VAL_INT && !v->number)
		compile_error(c, v, key, "zero");
	if (!strcmp(key, "enum"))
		expect(c, v, key, VAL_LIST, "not a list");
	if (!strcmp(key, "required"))
		check_names(c, key, v);
	if (!strcmp(key, "dependentRequired") &&
	    expect(c, v, key, VAL_MAP, "not a map"))
		for (i = 0; i < v->count; i++)
			check_names(c, key, v->items[i]);
}

void compile_schema(struct compile *c, struct val *schema)
{
	const uint32_t known = sizeof(keywords) / sizeof(keywords[0]);
	uint32_t i, k;

	if (schema->kind == VAL_BOOL)
		return;
	if (schema->kind != VAL_MAP || c->depth == MAX_DEPTH) {
		compile_error(c, schema, "no schema",
			      "neither a map nor true or false");
		return;
	}
	c->depth++;
	for (i = 0; i < schema->count; i++) {
		for (k = 0; k < known; k++)
			if (!strcmp(keywords[k].keyword, schema->keys[i]))
				break;
		if (k == known) {
			compile_error(c, schema->items[i],
				      "keyword that is not supported",
				      schema->keys[i]);
			continue;
		}
		check_form(c, schema->keys[i], schema->items[i]);
		compile_keyword(c, schema->keys[i], keywords[k].below,
				schema->items[i]);
	}
	c->depth--;
}
