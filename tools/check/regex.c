/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * POSIX extended expressions by regcomp, after what Python writes otherwise
 * has been rewritten: escapes inside brackets, classes by letter, groups that
 * do not capture, and lazy quantifiers, which match the same texts.
 */
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "regex.h"

struct regex {
	regex_t posix;
};

struct rewrite {
	const char *in;
	char *out;
	const char *why;
};

static void put(struct rewrite *r, const char *text)
{
	r->out = stpcpy(r->out, text);
}

static void put_char(struct rewrite *r, char c)
{
	*r->out++ = c;
}

static const char *class_of(char letter)
{
	switch (letter) {
	case 'd':
		return "0-9";
	case 'w':
		return "A-Za-z0-9_";
	case 's':
		return " \t\n\r\f\v";
	}
	return NULL;
}

/* What has a place of its own in a POSIX bracket: ] first, [ and - last. */
struct moved {
	bool open, close, dash;
};

static void bracket_char(struct rewrite *r, struct moved *moved, char c,
			 bool range)
{
	if (c == ']')
		moved->close = true;
	else if (c == '[')
		moved->open = true;
	else if (c == '-' && !range)
		moved->dash = true;
	else
		put_char(r, c);
}

/* Is there a class by letter before p, which cannot start a range? */
static bool ends_class(const char *start, const char *p)
{
	return p - start >= 2 && p[-2] == '\\' && class_of(p[-1]);
}

static void bracket_body(struct rewrite *r, struct moved *moved)
{
	const char *start = r->in;
	const char *class;

	for (; *r->in && (*r->in != ']' || r->in == start); r->in++) {
		if (*r->in == '-') {
			bracket_char(r, moved, '-',
				     r->in != start && r->in[1] &&
				     r->in[1] != ']' &&
				     !ends_class(start, r->in));
			continue;
		}
		if (*r->in != '\\') {
			bracket_char(r, moved, *r->in, false);
			continue;
		}
		r->in++;
		class = class_of(*r->in);
		if (class)
			put(r, class);
		else if (strchr("DWSbBntrfvxu0", *r->in))
			r->why = "an escape inside brackets that is not known";
		else
			bracket_char(r, moved, *r->in, false);
		if (!*r->in)
			return;
	}
	if (!*r->in)
		r->why = "a bracket is not closed";
}

static void bracket(struct rewrite *r)
{
	struct moved moved = { false, false, false };
	char *body;

	put_char(r, *r->in++);
	if (*r->in == '^')
		put_char(r, *r->in++);
	body = r->out;
	bracket_body(r, &moved);
	if (moved.close) {
		memmove(body + 1, body, (size_t)(r->out - body));
		*body = ']';
		r->out++;
	}
	if (moved.open)
		put_char(r, '[');
	if (moved.dash)
		put_char(r, '-');
	put_char(r, ']');
}

static void escape(struct rewrite *r)
{
	char c = *++r->in;
	const char *class = class_of(c);

	if (class) {
		put_char(r, '[');
		put(r, class);
		put_char(r, ']');
	} else if (!c) {
		r->why = "it ends with a backslash";
	} else if (c >= '0' && c <= '9') {
		r->why = "back-references are not supported";
	} else if (strchr("DWSbBAZntrfvxu", c)) {
		r->why = "an escape that is not known";
	} else {
		if (strchr(".[]()*+?{}|^$\\", c))
			put_char(r, '\\');
		put_char(r, c);
	}
}

static void group(struct rewrite *r)
{
	put_char(r, '(');
	if (r->in[1] != '?')
		return;
	if (r->in[2] == ':')
		r->in += 2;
	else
		r->why = strchr("=!<", r->in[2]) && r->in[2] ?
			 "look-around is not supported" :
			 "groups with an option are not supported";
}

/* in is at '{': is it {n}, {n,} or {n,m}? */
static bool is_count(const char *in)
{
	size_t digits = strspn(++in, "0123456789");

	in += digits;
	if (digits && *in == ',')
		in += 1 + strspn(in + 1, "0123456789");
	return digits && *in == '}';
}

static void one(struct rewrite *r)
{
	char c = *r->in;

	if (c == '\\')
		escape(r);
	else if (c == '[')
		bracket(r);
	else if (c == '(')
		group(r);
	else if (c == '{' && !is_count(r->in))
		put(r, "\\{");
	else
		put_char(r, c);
	if (strchr("*+?}", c) && r->in[1] == '?')
		r->in++;
}

struct regex *regex_new(const char *pattern, const char **why)
{
	/* the longest rewrite: 2 letters become 13 */
	char *posix = malloc(8 * strlen(pattern) + 16);
	struct rewrite r = { .in = pattern, .out = posix };
	struct regex *regex = posix ? malloc(sizeof(*regex)) : NULL;

	for (; regex && *r.in && !r.why; r.in++)
		one(&r);
	if (regex && !r.why) {
		put_char(&r, '\0');
		if (regcomp(&regex->posix, posix, REG_EXTENDED | REG_NOSUB))
			r.why = "it is malformed";
	}
	free(posix);
	*why = regex ? r.why : "out of memory";
	if (regex && r.why) {
		free(regex);
		return NULL;
	}
	return regex;
}

bool regex_match(const struct regex *regex, const char *text)
{
	return !regex || !regexec(&regex->posix, text, 0, NULL, 0);
}

void regex_free(struct regex *regex)
{
	if (!regex)
		return;
	regfree(&regex->posix);
	free(regex);
}
