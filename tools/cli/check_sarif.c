// SPDX-License-Identifier: GPL-2.0-only
/*
 * SARIF 2.1.0 (OASIS): one run, every check as a rule, both parties of a
 * finding as its location and its related location.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <lib/explain.h>
#include <lib/json.h>
#include <lib/version.h>

#include "check.h"

#define SCHEMA	"https://json.schemastore.org/sarif-2.1.0.json"

static void text_member(struct json *j, const char *key, const char *text)
{
	json_open(j, key, '{');
	json_string(j, "text", text);
	json_close(j, '}');
}

/* The first sentence. */
static char *first(const char *text)
{
	const char *stop = strstr(text, ". ");

	return stop ? strndup(text, (size_t)(stop - text) + 1) :
		      xstrdup(text);
}

static void write_rule(struct json *j, const struct check_id *c)
{
	const struct explanation *e = config_check_explain(c->id);
	char *sentence = first(e ? e->why : c->id);
	char *help = xasprintf("%s\n\n%s", e ? e->why : "", e ? e->mend : "");

	json_open(j, NULL, '{');
	json_string(j, "id", c->id);
	text_member(j, "shortDescription", sentence);
	text_member(j, "fullDescription", e ? e->why : c->id);
	text_member(j, "help", help);
	json_open(j, "defaultConfiguration", '{');
	json_string(j, "level", severity_name(c->severity));
	json_close(j, '}');
	json_close(j, '}');
	free(sentence);
	free(help);
}

static void write_tool(struct json *j)
{
	const struct check_id *ids;
	uint32_t count, n;

	json_open(j, "tool", '{');
	json_open(j, "driver", '{');
	json_string(j, "name", PROGRAM);
	json_string(j, "version", CELLBLOCK_VERSION);
	json_open(j, "rules", '[');
	ids = check_ids(&count);
	for (n = 0; n < count; n++)
		write_rule(j, &ids[n]);
	json_close(j, ']');
	json_close(j, '}');
	json_close(j, '}');
}

/* RFC 3986: a relative reference, or one of the scheme file. */
static char *uri_of(const char *file)
{
	char *uri = xmalloc(3 * strlen(file) + 8), *to = uri;
	const unsigned char *s = (const unsigned char *)file;

	if (*file == '/')
		to += sprintf(to, "file://");
	for (; *s; s++) {
		if (isalnum(*s) || strchr("-._~/", *s))
			*to++ = (char)*s;
		else
			to += sprintf(to, "%%%02X", *s);
	}
	*to = 0;
	return uri;
}

static void write_location(struct json *j, const struct issue_place *p,
			   const char *message)
{
	char *uri = uri_of(issue_file(p)), *name;

	json_open(j, NULL, '{');
	json_open(j, "physicalLocation", '{');
	json_open(j, "artifactLocation", '{');
	json_string(j, "uri", uri);
	json_close(j, '}');
	if (p->source.line) {
		json_open(j, "region", '{');
		json_number(j, "startLine", p->source.line);
		json_number(j, "startColumn",
			    place_column_in_characters(&p->source));
		json_close(j, '}');
	}
	json_close(j, '}');
	if (p->path && *p->path) {
		name = xasprintf("%s%s%s", p->path, *p->prop ? ":" : "",
				 p->prop);
		json_open(j, "logicalLocations", '[');
		json_open(j, NULL, '{');
		json_string(j, "fullyQualifiedName", name);
		json_string(j, "kind", *p->prop ? "property" : "object");
		json_close(j, '}');
		json_close(j, ']');
		free(name);
	}
	if (message)
		text_member(j, "message", message);
	json_close(j, '}');
	free(uri);
}

static uint32_t rule_index(const char *id)
{
	int n = check_find(id);

	return n < 0 ? 0 : (uint32_t)n;
}

static void write_result(struct json *j, const struct issue *i)
{
	char *text = i->help ? xasprintf("%s; %s", i->text, i->help) :
			       xstrdup(i->text);

	json_open(j, NULL, '{');
	json_string(j, "ruleId", i->id);
	json_number(j, "ruleIndex", rule_index(i->id));
	json_string(j, "level", severity_name(i->severity));
	text_member(j, "message", text);
	free(text);
	json_open(j, "locations", '[');
	if (*issue_file(&i->where))
		write_location(j, &i->where, NULL);
	json_close(j, ']');
	if (i->other.d) {
		json_open(j, "relatedLocations", '[');
		write_location(j, &i->other, "the other party");
		json_close(j, ']');
	}
	if (i->allowed) {
		json_open(j, "suppressions", '[');
		json_open(j, NULL, '{');
		json_string(j, "kind", i->in_source ? "inSource" : "external");
		json_string(j, "justification", i->allowed);
		json_close(j, '}');
		json_close(j, ']');
	}
	json_close(j, '}');
}

static void write_invocation(struct json *j, const struct summary *s)
{
	json_open(j, "invocations", '[');
	json_open(j, NULL, '{');
	json_bool(j, "executionSuccessful", s->status != STATUS_CANNOT);
	json_number(j, "exitCode", s->status);
	json_close(j, '}');
	json_close(j, ']');
}

void check_write_sarif(const struct issues *all, const struct summary *s)
{
	struct json j = { stdout, false };
	size_t n;

	json_open(&j, NULL, '{');
	json_string(&j, "$schema", SCHEMA);
	json_string(&j, "version", "2.1.0");
	json_open(&j, "runs", '[');
	json_open(&j, NULL, '{');
	write_tool(&j);
	write_invocation(&j, s);
	json_string(&j, "columnKind", "unicodeCodePoints");
	json_open(&j, "results", '[');
	for (n = 0; n < all->count; n++)
		write_result(&j, &all->issue[n]);
	json_close(&j, ']');
	json_close(&j, '}');
	json_close(&j, ']');
	json_close(&j, '}');
	json_end(&j);
}
