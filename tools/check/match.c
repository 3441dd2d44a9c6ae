/* SPDX-License-Identifier: GPL-2.0-only */
/* A value against a schema: what applies to values of any kind. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "schema_internal.h"

#define MAX_DEPTH	128

bool match_fail(struct match *m, enum schema_class class,
		const struct val *place, const char *format, ...)
{
	struct schema_finding f = {
		.class = class, .schema = m->doc->id,
		.file = place->doc ? place->doc->file : m->doc->file,
		.line = place->line, .node = m->node->offset,
		.property = m->property, .like = m->like,
	};
	struct pool_mark mark = pool_mark(m->pool);
	char text[1024];
	va_list args;

	m->like = NULL;
	if (!m->emit)
		return false;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	f.path = node_path(m->pool, m->node);
	f.text = text;
	m->findings++;
	m->emit(m->arg, &f);
	pool_release(m->pool, mark);
	return false;
}

bool match_quiet(struct match *m, const struct val *schema,
		 const struct inst *inst, uint8_t *seen)
{
	schema_finding_fn *emit = m->emit;
	bool ok;

	m->emit = NULL;
	ok = match_value(m, schema, inst, seen);
	m->emit = emit;
	return ok;
}

static bool is_type(const struct val *name, const struct inst *inst)
{
	static const struct {
		const char *name;
		enum inst_kind kind;
	} kinds[] = {
		{ "object", INST_NODE }, { "array", INST_LIST },
		{ "boolean", INST_FLAG }, { "string", INST_TEXT },
		{ "integer", INST_INT }, { "number", INST_INT },
	};
	uint32_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (val_is(name, VAL_TEXT) &&
		    !strcmp(name->text, kinds[i].name))
			return inst->kind == kinds[i].kind;
	return false;
}

static bool match_kind(struct match *m, const struct val *type,
		       const struct inst *inst)
{
	bool ok = is_type(type, inst);
	uint32_t i;

	for (i = 0; type->kind == VAL_LIST && i < type->count && !ok; i++)
		ok = is_type(type->items[i], inst);
	return ok || match_fail(m, SCHEMA_BAD_VALUE, type,
				"must be %s, but is %s",
				val_show(m->pool, type),
				inst_show(m->pool, inst));
}

static bool match_choice(struct match *m, const struct val *schema,
			 const struct inst *inst)
{
	const struct val *list = map_get(schema, "enum");
	const struct val *only = map_get(schema, "const");
	uint32_t i;

	if (only && !inst_equals(inst, only)) {
		m->like = suggest_choice(only, inst);
		return match_fail(m, SCHEMA_BAD_VALUE, only,
				  "must be %s, but is %s",
				  val_show(m->pool, only),
				  inst_show(m->pool, inst));
	}
	for (i = 0; list && i < list->count; i++)
		if (inst_equals(inst, list->items[i]))
			return true;
	if (!list)
		return true;
	m->like = suggest_choice(list, inst);
	return match_fail(m, SCHEMA_BAD_VALUE, list,
			  "must be one of %s, but is %s",
			  val_show(m->pool, list), inst_show(m->pool, inst));
}

/* -1, 0 or 1: number against the integer of a schema */
static int compare(uint64_t number, const struct val *v)
{
	if (v->truth || number > v->number)
		return 1;
	return number < v->number ? -1 : 0;
}

static bool match_number(struct match *m, const struct val *schema,
			 const struct inst *inst)
{
	static const struct {
		const char *key;
		int low, high;		/* compare() must be in this range */
		const char *text;
	} bounds[] = {
		{ "minimum", 0, 1, "at least" },
		{ "maximum", -1, 0, "at most" },
		{ "exclusiveMinimum", 1, 1, "more than" },
		{ "exclusiveMaximum", -1, -1, "less than" },
	};
	const struct val *v;
	uint32_t i;
	int order;

	for (i = 0; i < sizeof(bounds) / sizeof(bounds[0]); i++) {
		v = map_get(schema, bounds[i].key);
		order = v ? compare(inst->number, v) : 0;
		if (v && (order < bounds[i].low || order > bounds[i].high))
			return match_fail(m, SCHEMA_BAD_VALUE, v,
					  "must be %s %s, but is %s",
					  bounds[i].text,
					  val_show(m->pool, v),
					  inst_show(m->pool, inst));
	}
	v = map_get(schema, "multipleOf");
	return !v || !(inst->number % v->number) ||
	       match_fail(m, SCHEMA_BAD_VALUE, v,
			  "must be a multiple of %s, but is %s",
			  val_show(m->pool, v), inst_show(m->pool, inst));
}

static bool match_pattern(struct match *m, const struct val *schema,
			  const struct inst *inst)
{
	const struct val *v = map_get(schema, "pattern");

	return !v || regex_match(v->regex, inst->text) ||
	       match_fail(m, SCHEMA_BAD_VALUE, v,
			  "must match \"%s\", but is %s", v->text,
			  inst_show(m->pool, inst));
}

static bool match_ref(struct match *m, const struct val *schema,
		      const struct inst *inst, uint8_t *seen)
{
	const struct val *ref = map_get(schema, "$ref");
	const struct doc *doc = m->doc;
	bool ok;

	if (!ref)
		return true;
	if (ref->type)
		return match_type_of(m, ref, inst);
	if (!ref->target)
		return true;	/* reported when it was loaded */
	m->doc = ref->target->doc ? ref->target->doc : m->doc;
	ok = match_value(m, ref->target, inst, seen);
	m->doc = doc;
	return ok;
}

static bool match_all(struct match *m, const struct val *schema,
		      const struct inst *inst, uint8_t *seen)
{
	const struct val *list = map_get(schema, "allOf");
	bool ok = true;
	uint32_t i;

	for (i = 0; list && i < list->count; i++)
		ok = match_value(m, list->items[i], inst, seen) && ok;
	return ok;
}

/* All alternatives say but what is required. */
static bool only_required(const struct val *list)
{
	uint32_t i;

	for (i = 0; i < list->count; i++)
		if (!val_is(list->items[i], VAL_MAP) ||
		    list->items[i]->count != 1 ||
		    !map_has(list->items[i], "required"))
			return false;
	return list->count;
}

/* How many of the alternatives fit; all that fit have seen. */
static uint32_t count_fits(struct match *m, const struct val *list,
			   const struct inst *inst, uint8_t *seen)
{
	uint32_t i, n = 0;

	for (i = 0; i < list->count; i++)
		n += match_quiet(m, list->items[i], inst, seen);
	return n;
}

/* In a disabled node nothing is missing yet. */
static bool excused(struct match *m, const struct val *list,
		    const struct inst *inst)
{
	bool ok = false;

	if (m->node->disabled && !m->lenient && m->emit) {
		m->lenient = true;
		ok = count_fits(m, list, inst, NULL);
		m->lenient = false;
	}
	return ok;
}

static bool none_fits(struct match *m, const struct val *list,
		      const struct inst *inst)
{
	if (excused(m, list, inst))
		return true;
	if (only_required(list))
		return match_fail(m, SCHEMA_MISSING_PROPERTY, list,
				  "needs one of %s", val_show(m->pool, list));
	if (inst->kind == INST_NODE)
		return match_fail(m, SCHEMA_BAD_VALUE, list,
				  "fits none of %u alternatives", list->count);
	return match_fail(m, SCHEMA_BAD_VALUE, list,
			  "is %s, which fits none of %u alternatives",
			  inst_show(m->pool, inst), list->count);
}

static bool match_some(struct match *m, const struct val *schema,
		       const struct inst *inst, uint8_t *seen)
{
	const struct val *any = map_get(schema, "anyOf");
	const struct val *one = map_get(schema, "oneOf");
	uint32_t n = any ? count_fits(m, any, inst, seen) : 1;
	bool ok = n || none_fits(m, any, inst);

	n = one ? count_fits(m, one, inst, seen) : 1;
	if (!n)
		return none_fits(m, one, inst) && ok;
	if (n > 1)
		return match_fail(m, SCHEMA_BAD_VALUE, one,
				  "fits %u alternatives of which only one may be",
				  n);
	return ok;
}

static bool match_condition(struct match *m, const struct val *schema,
			    const struct inst *inst, uint8_t *seen)
{
	const struct val *not = map_get(schema, "not");
	const struct val *cond = map_get(schema, "if");
	const struct val *branch;
	bool ok = !not || !match_quiet(m, not, inst, NULL) ||
		  match_fail(m, SCHEMA_BAD_VALUE, not,
			     "must not be as it is");

	if (!cond)
		return ok;
	branch = map_get(schema, match_quiet(m, cond, inst, seen) ? "then" :
								   "else");
	return (!branch || match_value(m, branch, inst, seen)) && ok;
}

static bool match_in_place(struct match *m, const struct val *schema,
			   const struct inst *inst, uint8_t *seen)
{
	bool ok = match_ref(m, schema, inst, seen);

	/* one complaint for each property */
	if (!ok && (m->property || !m->emit))
		return false;
	ok = match_all(m, schema, inst, seen) && ok;
	if (!ok && (m->property || !m->emit))
		return false;
	ok = match_some(m, schema, inst, seen) && ok;
	return match_condition(m, schema, inst, seen) && ok;
}

static bool match_own(struct match *m, const struct val *schema,
		      const struct inst *inst, uint8_t *seen)
{
	const struct val *type = map_get(schema, "type");

	if (type && !match_kind(m, type, inst))
		return false;
	if (!match_choice(m, schema, inst))
		return false;
	switch (inst->kind) {
	case INST_INT:
		return match_number(m, schema, inst);
	case INST_TEXT:
		return match_pattern(m, schema, inst);
	case INST_LIST:
		return match_list(m, schema, inst);
	case INST_NODE:
		return match_object(m, schema, inst, seen);
	default:
		return true;
	}
}

static bool match_map(struct match *m, const struct val *schema,
		      const struct inst *inst, uint8_t *seen)
{
	uint32_t count = inst->kind == INST_NODE ? inst->node->count : 0;
	uint8_t *here = count ? pool_alloc(m->pool, count) : NULL;
	bool ok = match_in_place(m, schema, inst, here);
	uint32_t i;

	if (ok || (m->emit && !m->property))
		ok = match_own(m, schema, inst, here) && ok;
	/* What failed has judged too; that spares it a second complaint. */
	for (i = 0; seen && i < count && (ok || m->emit); i++)
		seen[i] |= here[i];
	return ok;
}

bool match_value(struct match *m, const struct val *schema,
		 const struct inst *inst, uint8_t *seen)
{
	bool ok;

	if (val_is(schema, VAL_BOOL))
		return schema->truth ||
		       match_fail(m, SCHEMA_BAD_VALUE, schema,
				  "is not allowed here");
	if (m->depth == MAX_DEPTH)
		return match_fail(m, SCHEMA_BAD_VALUE, schema,
				  "the schema refers to itself without end");
	m->depth++;
	ok = match_map(m, schema, inst, seen);
	m->depth--;
	return ok;
}
