/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which schemas may be for a node? Most are for compatible strings, and these
 * are looked up; the "select" of the others is tried on every node.
 */
#include <stdlib.h>
#include <string.h>

#include "schema_internal.h"

static void mark(uint8_t *bits, uint32_t n)
{
	bits[n / 8] |= (uint8_t)(1u << n % 8);
}

static bool lists(const struct val *list, const char *text)
{
	uint32_t i;

	for (i = 0; val_is(list, VAL_LIST) && i < list->count; i++)
		if (val_is(list->items[i], VAL_TEXT) &&
		    !strcmp(list->items[i]->text, text))
			return true;
	return false;
}

/* The strings of which the node must have one; NULL: it is not that easy. */
static const struct val *wanted(const struct val *select)
{
	const struct val *props = map_get(select, "properties");
	const struct val *contains =
		map_get(map_get(props, "compatible"), "contains");
	const struct val *v = map_get(contains, "enum");
	uint32_t i;

	if (!lists(map_get(select, "required"), "compatible"))
		return NULL;
	if (!v)
		v = map_get(contains, "const");
	if (val_is(v, VAL_TEXT))
		return v;
	for (i = 0; val_is(v, VAL_LIST) && i < v->count; i++)
		if (!val_is(v->items[i], VAL_TEXT))
			return NULL;
	return val_is(v, VAL_LIST) ? v : NULL;
}

static bool add(struct schemas *set, const char *text, uint32_t doc)
{
	struct select_row *rows = set->rows;

	if (!(set->row_count & (set->row_count + 1))) {
		rows = realloc(rows, (2 * (size_t)set->row_count + 1) *
			       sizeof(*rows));
		if (!rows)
			return false;
		set->rows = rows;
	}
	rows[set->row_count++] = (struct select_row){ text, doc };
	return true;
}

static bool index_doc(struct schemas *set, const struct doc *doc, uint32_t n)
{
	const struct val *v = wanted(doc->select);
	uint32_t i;

	if (doc->broken || val_false(doc->select))
		return true;
	if (!v)
		mark(set->tried, n);
	if (val_is(v, VAL_TEXT))
		return add(set, v->text, n);
	for (i = 0; v && i < v->count; i++)
		if (!add(set, v->items[i]->text, n))
			return false;
	return true;
}

static int by_text(const void *a, const void *b)
{
	const struct select_row *x = a, *y = b;
	int order = strcmp(x->text, y->text);

	return order ? order : (x->doc > y->doc) - (x->doc < y->doc);
}

bool select_index(struct schemas *set)
{
	struct doc *doc;
	uint32_t n = 0;

	set->in_order = calloc(set->count + 1, sizeof(void *));
	set->tried = calloc(set->count / 8 + 1, 1);
	if (!set->in_order || !set->tried)
		return false;
	for (doc = set->docs; doc; doc = doc->next) {
		set->in_order[n] = doc;
		if (!index_doc(set, doc, n++))
			return false;
	}
	if (set->row_count)
		qsort(set->rows, set->row_count, sizeof(*set->rows), by_text);
	return true;
}

static void mark_text(const struct schemas *set, const char *text,
		      uint8_t *bits)
{
	uint32_t low = 0, high = set->row_count, mid;

	while (low < high) {
		mid = (low + high) / 2;
		if (strcmp(set->rows[mid].text, text) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	for (; low < set->row_count && !strcmp(set->rows[low].text, text);
	     low++)
		mark(bits, set->rows[low].doc);
}

void select_candidates(const struct schemas *set, const struct node *node,
		       uint8_t *bits)
{
	const struct member *m = node_member(node, "compatible");
	const char *s, *end;

	memcpy(bits, set->tried, set->count / 8 + 1);
	if (!m || !m->bytes || !m->len || m->bytes[m->len - 1])
		return;
	s = (const char *)m->bytes;
	for (end = s + m->len; s < end; s += strlen(s) + 1)
		mark_text(set, s, bits);
}
