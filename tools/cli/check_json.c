// SPDX-License-Identifier: GPL-2.0-only
/* One JSON object for each finding, one line each, and one for the sum. */
#include <string.h>

#include <lib/json.h>
#include <lib/labels.h>

#include "check.h"

static void place_members(struct json *j, const struct issue_place *p)
{
	const char *label;

	json_string(j, "file", issue_file(p));
	if (p->source.line) {
		json_number(j, "line", p->source.line);
		json_number(j, "column", p->source.col);
	}
	if (!p->d)
		return;
	json_string(j, "description", p->d->file);
	if (!*p->path)
		return;
	json_string(j, "node", p->path);
	label = label_of(p->d->blob.data, p->path);
	if (label)
		json_string(j, "label", label);
	if (*p->prop)
		json_string(j, "property", p->prop);
}

static void write_issue(const struct issue *i)
{
	struct json j = { stdout, false };

	json_open(&j, NULL, '{');
	json_string(&j, "id", i->id);
	json_string(&j, "severity", severity_name(i->severity));
	json_string(&j, "text", i->text);
	place_members(&j, &i->where);
	if (i->other.d) {
		json_open(&j, "other", '{');
		place_members(&j, &i->other);
		json_close(&j, '}');
	}
	if (i->help)
		json_string(&j, "help", i->help);
	if (i->allowed)
		json_string(&j, "suppressed", i->allowed);
	json_close(&j, '}');
	json_end(&j);
}

void check_write_json(const struct issues *all, const struct summary *s)
{
	struct json j = { stdout, false };
	size_t n;

	for (n = 0; n < all->count; n++)
		write_issue(&all->issue[n]);
	json_open(&j, NULL, '{');
	json_open(&j, "summary", '{');
	json_number(&j, "descriptions", s->descriptions);
	json_number(&j, "unjudged", s->unjudged);
	json_number(&j, "checks", s->checks);
	json_number(&j, "off", s->off);
	json_number(&j, "schemas", s->schemas);
	json_number(&j, "schema-problems", s->left_out);
	json_number(&j, "errors", s->errors);
	json_number(&j, "warnings", s->warnings);
	json_number(&j, "notes", s->notes);
	json_number(&j, "suppressed", s->suppressed);
	json_number(&j, "exit", s->status);
	json_close(&j, '}');
	json_close(&j, '}');
	json_end(&j);
}
