// SPDX-License-Identifier: GPL-2.0-only
/*
 * Annotations of GitHub's actions: "::error file=…,line=…,col=…::text". A step
 * shows ten of each level and drops the rest in silence, so the tenth tells
 * of those, which follow as plain lines of the log.
 */
#include <string.h>

#include "check.h"

#define SHOWN	10

static void escaped(const char *text, bool property)
{
	const char *set = property ? "%\r\n:," : "%\r\n";

	for (; *text; text++) {
		if (strchr(set, *text))
			printf("%%%02X", (unsigned char)*text);
		else
			putchar(*text);
	}
}

static const char *command(uint32_t severity)
{
	return severity == CFG_NOTE ? "notice" : severity_name(severity);
}

static void annotate(const struct issue *i)
{
	const struct source_place *p = &i->where.source;

	printf("::%s ", command(i->severity));
	if (*issue_file(&i->where)) {
		fputs("file=", stdout);
		escaped(issue_file(&i->where), true);
		if (p->line)
			printf(",line=%u,col=%u", p->line, p->col);
		putchar(',');
	}
	fputs("title=", stdout);
	escaped(i->id, true);
	fputs("::", stdout);
	if (!p->line && *i->where.path) {
		escaped(i->where.path, false);
		fputs(": ", stdout);
	}
	escaped(i->text, false);
	if (i->help) {
		fputs("%0A", stdout);
		escaped(i->help, false);
	}
	if (i->other.source.line) {
		printf("%%0AThe other party: ");
		escaped(i->other.source.file, false);
		printf(":%u:%u", i->other.source.line, i->other.source.col);
	}
	putchar('\n');
}

/* A line of the log that cannot be taken for a command. */
static void plain(const struct issue *i)
{
	const struct source_place *p = &i->where.source;

	fputs("  ", stdout);
	escaped(issue_file(&i->where), false);
	if (p->line)
		printf(":%u:%u", p->line, p->col);
	else if (*i->where.path)
		printf(": %s", i->where.path);
	printf(": %s: ", severity_name(i->severity));
	escaped(i->text, false);
	printf(" [%s]\n", i->id);
}

static unsigned int count(const struct issues *all, uint32_t severity)
{
	unsigned int found = 0;
	size_t n;

	for (n = 0; n < all->count; n++)
		found += !all->issue[n].allowed &&
			 all->issue[n].severity == severity;
	return found;
}

static void write_level(const struct issues *all, uint32_t severity)
{
	unsigned int total = count(all, severity), shown = 0;
	unsigned int room = total > SHOWN ? SHOWN - 1 : SHOWN;
	const struct issue *i;
	size_t n;

	for (n = 0; n < all->count; n++) {
		i = &all->issue[n];
		if (i->allowed || i->severity != severity)
			continue;
		if (shown == room && total > SHOWN)
			printf("::%s title=" PROGRAM "::%u more of this severity are in the log of this step\n",
			       command(severity), total - room);
		if (shown++ < room)
			annotate(i);
		else
			plain(i);
	}
}

void check_write_github(const struct issues *all, const struct summary *s)
{
	(void)s;
	write_level(all, CFG_ERROR);
	write_level(all, CFG_WARNING);
	write_level(all, CFG_NOTE);
}
