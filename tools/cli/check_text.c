// SPDX-License-Identifier: GPL-2.0-only
/* Findings for people, and the closing line. */
#include <stdlib.h>
#include <string.h>

#include <lib/labels.h>

#include "check.h"

static void head(const struct issue_place *p, const char *severity)
{
	const char *label;

	if (p->source.line) {
		place_print_head(stderr, &p->source, severity);
		return;
	}
	fputs(ink(stderr, INK_BOLD), stderr);
	fputs(p->d ? p->d->file : PROGRAM, stderr);
	if (*p->path)
		fprintf(stderr, ": %s", p->path);
	label = p->d && *p->path ? label_of(p->d->blob.data, p->path) : NULL;
	if (label)
		fprintf(stderr, " (&%s)", label);
	if (*p->prop)
		fprintf(stderr, ", %s", p->prop);
	fprintf(stderr, ":%s ", ink(stderr, INK_OFF));
	severity_print(stderr, severity);
}

static void line(const struct issue_place *p, const char *severity,
		 const char *text, const char *id, bool excerpt)
{
	head(p, severity);
	fputs(text, stderr);
	if (id)
		fprintf(stderr, " [%s]", id);
	fputc('\n', stderr);
	if (excerpt && p->source.line)
		excerpt_print(stderr, &p->source);
}

static void other(const struct issue_place *p)
{
	const char *slash = strrchr(p->path, '/');
	char *text = slash && slash[1] ? xasprintf("%s is here", slash + 1) :
					 xstrdup("the other one is here");

	line(p, "note", text, NULL, true);
	free(text);
}

static const char *plural(unsigned int n)
{
	return n == 1 ? "" : "s";
}

char *check_summary(const struct summary *s)
{
	char *skipped = xstrdup(""), *more, *all;

	if (s->off)
		more = xasprintf("%s, %u check%s off", skipped, s->off,
				 plural(s->off));
	else
		more = xstrdup(skipped);
	free(skipped);
	skipped = more;
	if (s->unjudged) {
		more = xasprintf("%s, %u description%s not judged", skipped,
				 s->unjudged, plural(s->unjudged));
		free(skipped);
		skipped = more;
	}
	if (s->left_out) {
		more = xasprintf("%s, %u problem%s with schemas (-v tells)",
				 skipped, s->left_out, plural(s->left_out));
		free(skipped);
		skipped = more;
	}
	all = xasprintf("%u description%s%s, %u check%s and %u schema%s run%s; %u error%s, %u warning%s, %u note%s; %u suppressed",
			s->descriptions, plural(s->descriptions),
			s->board_only ? " (a board alone: schemas only)" : "",
			s->checks, plural(s->checks), s->schemas,
			plural(s->schemas), skipped, s->errors,
			plural(s->errors), s->warnings, plural(s->warnings),
			s->notes, plural(s->notes), s->suppressed);
	free(skipped);
	return all;
}

void check_write_text(const struct issues *all, const struct summary *s)
{
	const struct issue *i;
	size_t n;

	(void)s;
	for (n = 0; n < all->count; n++) {
		i = &all->issue[n];
		if (i->allowed)
			continue;
		line(&i->where, severity_name(i->severity), i->text, i->id,
		     true);
		if (i->help)
			line(&i->where, "note", i->help, NULL, false);
		if (i->other.d && *i->other.path)
			other(&i->other);
	}
}
