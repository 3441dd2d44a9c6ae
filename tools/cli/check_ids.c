// SPDX-License-Identifier: GPL-2.0-only
/* Every id that a finding can have; --list-checks and --explain. */
#include <stdlib.h>
#include <string.h>

#include <check/advice.h>
#include <check/schema.h>
#include <lib/explain.h>
#include <lib/json.h>
#include <lib/words.h>

#include "check.h"

static struct check_id ids[MAX_CHECKS];
static uint32_t id_count;

static void add(const char *id, uint32_t severity, enum issue_source source)
{
	int n = check_find(id);
	struct check_id *c;

	if (n < 0) {
		if (id_count == MAX_CHECKS)
			abort();	/* the tables are ours */
		n = (int)id_count++;
		ids[n] = (struct check_id){ id, CFG_NOTE, true, 0 };
	}
	c = &ids[n];
	if (severity > c->severity)
		c->severity = severity;
	c->enforced = c->enforced && severity == CFG_ERROR &&
		      (source == ISSUE_HV || source == ISSUE_COMPILER);
	c->sources |= 1u << source;
}

static int by_name(const void *a, const void *b)
{
	const struct check_id *x = a, *y = b;

	return strcmp(x->id, y->id);
}

const struct check_id *check_ids(uint32_t *count)
{
	const struct cfg_check *row;
	uint32_t i;

	if (!id_count) {
		for (i = 0; (row = config_check_row(i)); i++)
			add(row->id, row->severity, ISSUE_HV);
		for (i = 0; i <= SCHEMA_MISSING_PROPERTY; i++)
			add(schema_class_id(i), CFG_ERROR, ISSUE_SCHEMA);
		for (i = 0; (row = advice_check_row(i)); i++)
			add(row->id, row->severity, ISSUE_ADVICE);
		add(ID_SOURCE, CFG_ERROR, ISSUE_COMPILER);
		add(ID_SOURCE_ODD, CFG_WARNING, ISSUE_COMPILER);
		add(ID_UNUSED, CFG_WARNING, ISSUE_CHECKER);
		add(ID_INVALID, CFG_ERROR, ISSUE_CHECKER);
		qsort(ids, id_count, sizeof(ids[0]), by_name);
	}
	*count = id_count;
	return ids;
}

int check_find(const char *id)
{
	uint32_t i;

	for (i = 0; i < id_count; i++)
		if (!strcmp(ids[i].id, id))
			return (int)i;
	return -1;
}

int check_find_or_complain(const char *id)
{
	const char *best = NULL;
	unsigned int distance = 0;
	uint32_t count, i;
	int n;

	check_ids(&count);
	n = check_find(id);
	if (n >= 0)
		return n;
	for (i = 0; i < count; i++)
		word_nearest(id, ids[i].id, &best, &distance);
	if (best)
		complain("no check is called '%s'; did you mean '%s'?", id,
			 best);
	else
		complain("no check is called '%s' (see %s config check --list-checks)",
			 id, PROGRAM);
	return -1;
}

static const char *const source_names[] = {
	[ISSUE_HV] = "hypervisor",
	[ISSUE_COMPILER] = "compiler",
	[ISSUE_SCHEMA] = "schema",
	[ISSUE_ADVICE] = "advice",
	[ISSUE_CHECKER] = "checker",
};

#define NR_SOURCES	(sizeof(source_names) / sizeof(source_names[0]))

static void list_json(const struct check_id *c)
{
	const struct explanation *e = config_check_explain(c->id);
	struct json j = { stdout, false };
	uint32_t s;

	json_open(&j, NULL, '{');
	json_string(&j, "id", c->id);
	json_string(&j, "severity", severity_name(c->severity));
	json_open(&j, "by", '[');
	for (s = 0; s < NR_SOURCES; s++)
		if (c->sources >> s & 1)
			json_string(&j, NULL, source_names[s]);
	json_close(&j, ']');
	json_bool(&j, "enforced", c->enforced);
	json_string(&j, "why", e ? e->why : "");
	json_close(&j, '}');
	json_end(&j);
}

static void list_text(const struct check_id *c)
{
	uint32_t s;

	printf("%-24s %-8s", c->id, severity_name(c->severity));
	for (s = 0; s < NR_SOURCES; s++)
		if (c->sources >> s & 1)
			printf(" %s", source_names[s]);
	putchar('\n');
}

void check_list(bool json)
{
	const struct check_id *all;
	uint32_t count, i;

	all = check_ids(&count);
	for (i = 0; i < count; i++) {
		if (json)
			list_json(&all[i]);
		else
			list_text(&all[i]);
	}
}

/* Words in lines of at most 76 columns. */
static void print_wrapped(const char *text)
{
	size_t len, col = 0;

	for (; *text; text += len + strspn(text + len, " ")) {
		len = strcspn(text, " ");
		if (col && col + 1 + len > 76) {
			putchar('\n');
			col = 0;
		}
		col += (size_t)printf("%s%.*s", col ? " " : "", (int)len,
				      text);
	}
	putchar('\n');
}

static void print_indented(const char *text)
{
	size_t len;

	for (; *text; text += len + (text[len] == '\n')) {
		len = strcspn(text, "\n");
		printf("    %.*s\n", (int)len, text);
	}
}

enum status check_explain(const char *id)
{
	const struct explanation *e;
	int n = check_find_or_complain(id);

	if (n < 0)
		return STATUS_CANNOT;
	e = config_check_explain(id);
	printf("%s (%s%s)\n\n", id, severity_name(ids[n].severity),
	       !ids[n].enforced ? "" :
	       ids[n].sources == 1u << ISSUE_HV ?
	       ", enforced by the hypervisor" : ", fatal");
	if (!e)
		return STATUS_OK;
	print_wrapped(e->why);
	if (*e->example) {
		printf("\nExample:\n\n");
		print_indented(e->example);
	}
	if (*e->mend) {
		printf("\nRemedy:\n\n");
		print_wrapped(e->mend);
	}
	return STATUS_OK;
}
