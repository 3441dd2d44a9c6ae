// SPDX-License-Identifier: GPL-2.0-only
/* "cellblock: allow ID: reason" in the comments of the sources. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"

#define KEY	"cellblock:"

struct comment {
	const char *text;
	size_t len;
	unsigned int first, last;	/* lines */
	unsigned int col;
};

/* One source file, read once from front to end. */
struct scan {
	const char *file;
	const char *s, *end, *line_start;
	unsigned int line;
	bool *code;			/* of line n: is there any? */
	unsigned int lines;
	struct comment *comment;
	size_t count;
};

static void step(struct scan *c)
{
	if (*c->s++ == '\n') {
		c->line++;
		c->line_start = c->s;
	}
}

static bool at(const struct scan *c, const char *two)
{
	return c->end - c->s >= 2 && c->s[0] == two[0] && c->s[1] == two[1];
}

static void take_comment(struct scan *c)
{
	bool block = c->s[1] == '*';
	struct comment new = { .text = c->s + 2, .first = c->line };

	new.col = (unsigned int)(c->s - c->line_start) + 1;
	step(c);
	step(c);
	while (c->s < c->end && (block ? !at(c, "*/") : *c->s != '\n'))
		step(c);
	new.last = c->line;
	new.len = (size_t)(c->s - new.text);
	if (block && c->s < c->end)
		c->s += 2;
	c->comment = xrealloc(c->comment,
			      (c->count + 1) * sizeof(*c->comment));
	c->comment[c->count++] = new;
}

static void take_string(struct scan *c)
{
	step(c);
	while (c->s < c->end && *c->s != '"' && *c->s != '\n') {
		if (*c->s == '\\' && c->s + 1 < c->end)
			step(c);
		step(c);
	}
	if (c->s < c->end)
		step(c);
}

static void scan_file(struct scan *c, const struct bytes *text)
{
	const char *s;

	c->s = c->line_start = (const char *)text->data;
	c->end = c->s + text->size;
	c->line = c->lines = 1;
	for (s = c->s; s < c->end; s++)
		c->lines += *s == '\n';
	c->code = xmalloc((c->lines + 2) * sizeof(*c->code));
	while (c->s < c->end) {
		if (at(c, "/*") || at(c, "//")) {
			take_comment(c);
			continue;
		}
		if (!isspace((unsigned char)*c->s))
			c->code[c->line] = true;
		if (*c->s == '"')
			take_string(c);
		else
			step(c);
	}
}

/* The line that a comment speaks of; 0: there is none. */
static unsigned int subject(const struct scan *c, const struct comment *k)
{
	unsigned int n;

	if (c->code[k->first])
		return k->first;
	for (n = k->last; n <= c->lines; n++)
		if (c->code[n])
			return n;
	return 0;
}

static void malformed(struct issues *all, const struct source_place *place,
		      const char *why)
{
	struct issue *i = issue_add(all, ID_INVALID, CFG_ERROR, ISSUE_CHECKER,
				    why);

	i->where.source = *place;
	i->where.source.file = xstrdup(place->file);
}

/* Cuts the first word off, up to one of the stops. */
static char *cut(char **text, const char *stops)
{
	char *word = *text + strspn(*text, " \t");

	*text = word + strcspn(word, stops);
	if (**text)
		*(*text)++ = 0;
	word[strcspn(word, " \t")] = 0;
	return word;
}

/* Lines of a block comment become one. */
static void flatten(char *text)
{
	char *to = text, *s;

	for (s = text; *s; s++) {
		if (*s == '\n' || *s == '\r') {
			s += strspn(s, "\r\n \t*");
			*to++ = ' ';
			s--;
		} else {
			*to++ = *s;
		}
	}
	while (to > text && isspace((unsigned char)to[-1]))
		to--;
	*to = 0;
}

static void take(struct scan *c, const struct comment *k,
		 struct policy *policy, struct issues *all)
{
	struct source_place here = { (char *)(uintptr_t)c->file, k->first,
				     k->col };
	char *copy = strndup(k->text, k->len), *s = copy, *id, *verb, *tail;
	struct allowance a = { .comment = here };

	flatten(copy);
	s += strspn(s, " \t*");
	if (strncmp(s, KEY, sizeof(KEY) - 1)) {
		free(copy);
		return;
	}
	s += sizeof(KEY) - 1;
	verb = cut(&s, " \t");
	id = cut(&s, ":");
	tail = s + strspn(s, " \t");
	a.source.line = subject(c, k);
	if (strcmp(verb, "allow")) {
		malformed(all, &here, "after \"cellblock:\" only \"allow ID: reason\" is known");
	} else if (check_find(id) < 0) {
		malformed(all, &here, "this allows what is no check's id (see --list-checks)");
	} else if (!*tail) {
		malformed(all, &here, "this gives no reason; write \"allow ID: reason\"");
	} else if (a.source.line) {
		a.id = xstrdup(id);
		a.reason = xstrdup(tail);
		a.source.file = xstrdup(c->file);
		a.comment.file = xstrdup(c->file);
		policy_allow(policy, &a);
	}
	free(copy);
}

static void scan_source(const char *file, struct policy *policy,
			struct issues *all)
{
	struct scan c = { .file = file };
	struct bytes text;
	size_t n;

	if (file_read(file, SOURCE_MAX, &text))
		return;
	if (strstr((const char *)text.data, KEY)) {
		scan_file(&c, &text);
		for (n = 0; n < c.count; n++)
			take(&c, &c.comment[n], policy, all);
	}
	free(c.code);
	free(c.comment);
	bytes_free(&text);
}

struct comment_search {
	struct policy *policy;
	struct issues *all;
};

static bool known(const struct policy *policy, const char *file)
{
	size_t n;

	for (n = 0; n < policy->file_count; n++)
		if (!strcmp(policy->file[n], file))
			return true;
	return false;
}

/* Shared files are looked at once. */
static void consider(const char *file, void *arg)
{
	struct comment_search *s = arg;
	size_t n = s->policy->file_count;

	file = path_from_here(file);
	if (known(s->policy, file))
		return;
	s->policy->file = xrealloc(s->policy->file, (n + 1) * sizeof(char *));
	s->policy->file[n] = xstrdup(file);
	s->policy->file_count = n + 1;
	scan_source(file, s->policy, s->all);
}

void comments_collect(struct policy *policy, struct issues *all,
		      struct description *d)
{
	struct comment_search s = { policy, all };

	description_sources(d, consider, &s);
}
