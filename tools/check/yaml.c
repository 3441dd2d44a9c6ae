/* SPDX-License-Identifier: GPL-2.0-only */
/* libyaml gives events: here they become values with types. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <yaml.h>

#include "value.h"

#define MAX_DEPTH	64
#define MAX_VALUES	(1u << 20)

struct anchor {
	const char *name;
	const struct val *val;
	struct anchor *next;
};

struct reader {
	yaml_parser_t parser;
	struct pool *pool;
	const struct doc *doc;
	val_error_fn *error;
	void *arg;
	struct anchor *anchors;
	uint32_t depth, values;
	bool failed;
};

static struct val *fail(struct reader *r, uint32_t line, const char *text)
{
	struct pool_mark mark = pool_mark(r->pool);

	if (!r->failed)
		r->error(r->arg, pool_format(r->pool, "%s:%u: %s",
					     r->doc->file, line, text));
	pool_release(r->pool, mark);
	r->failed = true;
	return NULL;
}

static bool next(struct reader *r, yaml_event_t *event)
{
	const yaml_parser_t *p = &r->parser;

	if (yaml_parser_parse(&r->parser, event))
		return true;
	fail(r, (uint32_t)p->problem_mark.line + 1,
	     p->problem ? p->problem : "not YAML");
	return false;
}

/* -?[0-9]+, 0o[0-7]+, 0x[0-9a-fA-F]+; false: no integer */
static bool read_int(struct val *v, const char *s)
{
	int base = 10;
	char *end;

	v->truth = *s == '-';
	if (*s == '-' || *s == '+') {
		s++;
	} else if (s[0] == '0' && (s[1] == 'x' || s[1] == 'o')) {
		base = s[1] == 'x' ? 16 : 8;
		s += 2;
	}
	if (!strchr("0123456789abcdefABCDEF", *s) || !*s)
		return false;
	errno = 0;
	v->number = strtoull(s, &end, base);
	v->truth = v->truth && v->number;
	return !*end && !errno;
}

/* [-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)? */
static bool read_real(struct val *v, const char *s)
{
	size_t whole, part = 0;
	const char *p = s;

	p += *p == '-' || *p == '+';
	whole = strspn(p, "0123456789");
	p += whole;
	if (*p == '.') {
		part = strspn(p + 1, "0123456789");
		p += part + 1;
	}
	if (!whole && !part)
		return false;
	if (*p == 'e' || *p == 'E') {
		p++;
		p += *p == '-' || *p == '+';
		if (!strspn(p, "0123456789"))
			return false;
		p += strspn(p, "0123456789");
	}
	v->real = strtod(s, NULL);
	return !*p;
}

static bool any_of(const char *s, const char *const *words)
{
	for (; *words; words++)
		if (!strcmp(s, *words))
			return true;
	return false;
}

static enum val_kind scalar_kind(struct val *v, const char *s)
{
	static const char *const nulls[] = { "", "~", "null", "Null", "NULL",
					     NULL };
	static const char *const trues[] = { "true", "True", "TRUE", NULL };
	static const char *const falses[] = { "false", "False", "FALSE",
					      NULL };

	if (any_of(s, nulls))
		return VAL_NULL;
	v->truth = any_of(s, trues);
	if (v->truth || any_of(s, falses))
		return VAL_BOOL;
	if (read_int(v, s))
		return VAL_INT;
	return read_real(v, s) ? VAL_REAL : VAL_TEXT;
}

static struct val *read_scalar(struct reader *r, struct val *v,
			       const yaml_event_t *event)
{
	const char *s = (const char *)event->data.scalar.value;

	if (strlen(s) != event->data.scalar.length)
		return fail(r, v->line, "a NUL character in a text");
	v->text = pool_text(r->pool, s, strlen(s));
	v->kind = VAL_TEXT;
	if (event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE)
		v->kind = scalar_kind(v, s);
	return v;
}

static struct val *read_value(struct reader *r, const yaml_event_t *event);

static struct val *read_list(struct reader *r, struct val *v)
{
	yaml_event_t event;
	struct val *item;
	bool end;

	v->kind = VAL_LIST;
	while (next(r, &event)) {
		end = event.type == YAML_SEQUENCE_END_EVENT;
		item = end ? NULL : read_value(r, &event);
		yaml_event_delete(&event);
		if (end)
			return v;
		if (!item)
			return NULL;
		list_push(r->pool, v, item);
	}
	return NULL;
}

static bool read_pair(struct reader *r, struct val *v,
		      const yaml_event_t *key_event)
{
	uint32_t line = (uint32_t)key_event->start_mark.line + 1;
	struct pool_mark mark;
	yaml_event_t event;
	struct val *item;
	const char *key;

	if (key_event->type != YAML_SCALAR_EVENT)
		return fail(r, line, "a key that is no text");
	key = (const char *)key_event->data.scalar.value;
	if (map_has(v, key)) {
		mark = pool_mark(r->pool);
		fail(r, line, pool_format(r->pool, "duplicate key \"%s\"",
					  key));
		pool_release(r->pool, mark);
		return false;
	}
	if (!next(r, &event))
		return false;
	item = read_value(r, &event);
	yaml_event_delete(&event);
	if (item)
		map_set(r->pool, v, key, item);
	return item;
}

static struct val *read_map(struct reader *r, struct val *v)
{
	yaml_event_t event;
	bool end, ok;

	v->kind = VAL_MAP;
	while (next(r, &event)) {
		end = event.type == YAML_MAPPING_END_EVENT;
		ok = end || read_pair(r, v, &event);
		yaml_event_delete(&event);
		if (end || !ok)
			return ok ? v : NULL;
	}
	return NULL;
}

static uint32_t count_values(const struct val *v)
{
	uint32_t n = 1;
	uint32_t i;

	for (i = 0; i < v->count; i++)
		n += count_values(v->items[i]);
	return n;
}

static struct val *read_alias(struct reader *r, const char *name,
			      uint32_t line)
{
	const struct anchor *a = r->anchors;

	while (a && strcmp(a->name, name))
		a = a->next;
	if (!a)
		return fail(r, line, "an alias without an anchor before it");
	r->values += count_values(a->val);
	if (r->values > MAX_VALUES)
		return fail(r, line, "more than a million values");
	return val_copy(r->pool, a->val);
}

static void keep_anchor(struct reader *r, const char *name,
			const struct val *val)
{
	struct anchor *a = pool_alloc(r->pool, sizeof(*a));

	a->name = pool_text(r->pool, name, strlen(name));
	a->val = val;
	a->next = r->anchors;
	r->anchors = a;
}

static struct val *read_value(struct reader *r, const yaml_event_t *event)
{
	uint32_t line = (uint32_t)event->start_mark.line + 1;
	const yaml_char_t *anchor = NULL;
	struct val *v;

	if (++r->values > MAX_VALUES)
		return fail(r, line, "more than a million values");
	if (r->depth == MAX_DEPTH)
		return fail(r, line, "nested too deeply");
	if (event->type == YAML_ALIAS_EVENT)
		return read_alias(r, (const char *)event->data.alias.anchor,
				  line);
	v = pool_alloc(r->pool, sizeof(*v));
	v->doc = r->doc;
	v->line = line;
	r->depth++;
	if (event->type == YAML_SCALAR_EVENT) {
		anchor = event->data.scalar.anchor;
		v = read_scalar(r, v, event);
	} else if (event->type == YAML_SEQUENCE_START_EVENT) {
		anchor = event->data.sequence_start.anchor;
		v = read_list(r, v);
	} else if (event->type == YAML_MAPPING_START_EVENT) {
		anchor = event->data.mapping_start.anchor;
		v = read_map(r, v);
	} else {
		v = fail(r, line, "a value is missing");
	}
	r->depth--;
	if (v && anchor)
		keep_anchor(r, (const char *)anchor, v);
	return v;
}

/* What is around the value: the stream's and the document's start. */
static bool skip_to(struct reader *r, yaml_event_type_t type)
{
	yaml_event_t event;
	yaml_event_type_t found;

	if (!next(r, &event))
		return false;
	found = event.type;
	yaml_event_delete(&event);
	return found == type || fail(r, 1, "no document, or several");
}

static struct val *read_document(struct reader *r)
{
	yaml_event_t event;
	struct val *v;

	if (!skip_to(r, YAML_STREAM_START_EVENT) ||
	    !skip_to(r, YAML_DOCUMENT_START_EVENT) || !next(r, &event))
		return NULL;
	v = read_value(r, &event);
	yaml_event_delete(&event);
	if (!v || !skip_to(r, YAML_DOCUMENT_END_EVENT) ||
	    !skip_to(r, YAML_STREAM_END_EVENT))
		return NULL;
	return v;
}

struct val *yaml_parse(struct pool *pool, const struct doc *doc,
		       const void *text, size_t size, val_error_fn *error,
		       void *arg)
{
	struct reader r = { .pool = pool, .doc = doc, .error = error,
			    .arg = arg };
	struct val *v;

	if (!yaml_parser_initialize(&r.parser))
		return fail(&r, 0, "out of memory");
	yaml_parser_set_input_string(&r.parser, text, size);
	v = read_document(&r);
	yaml_parser_delete(&r.parser);
	return v;
}
