// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include <lib/issues.h>

bool issue_is_enforced(const struct issue *i)
{
	return (i->source == ISSUE_HV || i->source == ISSUE_COMPILER) &&
	       i->severity == CFG_ERROR;
}

static void place_free(struct issue_place *place)
{
	free(place->path);
	free(place->prop);
	free(place->source.file);
}

void issue_place_set(struct issue_place *place, struct description *d,
		     const char *path, const char *prop)
{
	const struct srcmap *map;
	struct source_place found;

	place_free(place);
	memset(place, 0, sizeof(*place));
	place->d = d;
	place->path = xstrdup(path ? path : "");
	place->prop = xstrdup(prop ? prop : "");
	map = d && *place->path ? description_map(d) : NULL;
	if (!map || srcmap_find(map, place->path, place->prop, &found))
		return;
	place->source = found;
	place->source.file = xstrdup(found.file);
}

struct issue *issue_add(struct issues *all, const char *id, uint32_t severity,
			enum issue_source source, const char *text)
{
	struct issue *i;

	if (!(all->count & (all->count + 1)))	/* room for 2^n - 1 is full */
		all->issue = xrealloc(all->issue, (2 * all->count + 1) *
				      sizeof(*all->issue));
	i = &all->issue[all->count++];
	memset(i, 0, sizeof(*i));
	i->id = id;
	i->severity = severity;
	i->source = source;
	i->text = xstrdup(text);
	issue_place_set(&i->where, NULL, NULL, NULL);
	issue_place_set(&i->other, NULL, NULL, NULL);
	return i;
}

static void issue_free(struct issue *i)
{
	place_free(&i->where);
	place_free(&i->other);
	free(i->text);
	free(i->help);
	free(i->allowed);
}

const char *issue_file(const struct issue_place *place)
{
	if (place->source.line)
		return place->source.file;
	return place->d ? place->d->file : "";
}

const char *severity_name(uint32_t severity)
{
	static const char *const names[] = {
		[CFG_NOTE] = "note",
		[CFG_WARNING] = "warning",
		[CFG_ERROR] = "error",
	};

	return names[severity];
}

static int number_order(unsigned int a, unsigned int b)
{
	return (a > b) - (a < b);
}

static int place_order(const struct issue_place *a, const struct issue_place *b)
{
	int order = strcmp(issue_file(a), issue_file(b));

	if (!order)
		order = number_order(a->source.line, b->source.line);
	if (!order)
		order = number_order(a->source.col, b->source.col);
	if (!order)
		order = strcmp(a->path, b->path);
	return order ? order : strcmp(a->prop, b->prop);
}

static int issue_order(const void *a, const void *b)
{
	const struct issue *x = a, *y = b;
	int order = place_order(&x->where, &y->where);

	if (!order)
		order = strcmp(x->id, y->id);
	if (!order)
		order = number_order(x->source, y->source);
	if (!order)
		order = place_order(&x->other, &y->other);
	return order ? order : strcmp(x->text, y->text);
}

void issues_sort(struct issues *all)
{
	if (all->count)
		qsort(all->issue, all->count, sizeof(*all->issue),
		      issue_order);
}

static bool same_place(const struct issue_place *a,
		       const struct issue_place *b)
{
	return a->d == b->d && !strcmp(a->path, b->path) &&
	       !strcmp(a->prop, b->prop);
}

static bool same_words(const struct issue *a, const struct issue *b)
{
	return a->source == b->source && !strcmp(a->id, b->id) &&
	       same_place(&a->where, &b->where) &&
	       same_place(&a->other, &b->other) && !strcmp(a->text, b->text);
}

/* What both say of one place is that this value will not do. */
static bool same_matter(const struct issue *schema, const struct issue *hv)
{
	if (!same_place(&schema->where, &hv->where))
		return false;
	if (!strcmp(schema->id, hv->id))
		return true;
	return *schema->where.prop && !strcmp(schema->id, "bad-value") &&
	       strcmp(hv->id, "label-undefined") != 0;
}

/* The one that makes issue n needless, or NULL. */
static struct issue *better(struct issues *all, size_t n)
{
	const struct issue *i = &all->issue[n];
	struct issue *o;
	size_t k;

	for (k = 0; k < all->count; k++) {
		o = &all->issue[k];
		if (k < n && same_words(o, i))
			return o;
		if (i->source == ISSUE_SCHEMA && o->source == ISSUE_HV &&
		    same_matter(i, o))
			return o;
	}
	return NULL;
}

void issues_merge(struct issues *all)
{
	struct issue *o;
	size_t n, kept = 0;

	for (n = 0; n < all->count; n++) {
		o = better(all, n);
		if (o && !o->help) {
			o->help = all->issue[n].help;
			all->issue[n].help = NULL;
		}
		/* marked, so that others can still be compared with it */
		all->issue[n].in_source = o;
	}
	for (n = 0; n < all->count; n++) {
		if (all->issue[n].in_source)
			issue_free(&all->issue[n]);
		else
			all->issue[kept++] = all->issue[n];
	}
	all->count = kept;
}

void issues_filter(struct issues *all,
		   bool (*keep)(const struct issue *i, void *arg), void *arg)
{
	size_t n, kept = 0;

	for (n = 0; n < all->count; n++) {
		if (keep(&all->issue[n], arg))
			all->issue[kept++] = all->issue[n];
		else
			issue_free(&all->issue[n]);
	}
	all->count = kept;
}

void issues_free(struct issues *all)
{
	while (all->count)
		issue_free(&all->issue[--all->count]);
	free(all->issue);
	all->issue = NULL;
}
