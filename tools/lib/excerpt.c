// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <lib/excerpt.h>
#include <lib/io.h>

#define LINES_MAX	(16u << 20)

/* The line without its end, from malloc, or NULL. */
static char *line_of(const struct source_place *place)
{
	unsigned int n = place->line;
	struct bytes text;
	char *s, *line;

	if (!n || file_read(place->file, LINES_MAX, &text))
		return NULL;
	for (s = (char *)text.data; s && --n; ) {
		s = strchr(s, '\n');
		if (s)
			s++;
	}
	line = s ? strndup(s, strcspn(s, "\r\n")) : NULL;
	bytes_free(&text);
	return line;
}

static bool is_name_char(char c)
{
	return isalnum((unsigned char)c) || (c && strchr(",._+?#-@", c));
}

static bool is_whole(const char *line, const char *at, size_t len)
{
	return (at == line || !is_name_char(at[-1])) && !is_name_char(at[len]);
}

void place_refine(struct source_place *place, const char *name)
{
	size_t len = strlen(name), col = 0;
	char *line = line_of(place), *s;

	if (!line)
		return;
	for (s = line; len && (s = strstr(s, name)); s++) {
		if (!is_whole(line, s, len))
			continue;
		if (col && (size_t)(s - line) + 1 > place->col)
			break;
		col = (size_t)(s - line) + 1;
	}
	if (!col)	/* a brace on a line of its own, or a macro */
		col = place->col <= strlen(line) ? place->col :
						   strspn(line, " \t") + 1;
	place->col = (unsigned int)col;
	free(line);
}

unsigned int place_column_in_characters(const struct source_place *place)
{
	char *line = line_of(place);
	unsigned int n, col = 1;

	if (!line)
		return place->col;
	for (n = 0; n + 1 < place->col && line[n]; n++)
		col += (line[n + 1] & 0xc0) != 0x80;
	free(line);
	return col;
}

void excerpt_print(FILE *out, const struct source_place *place)
{
	char *line = line_of(place);
	size_t n;

	if (!line)
		return;
	fprintf(out, "%s\n", line);
	/* Tabs stay tabs, so that the caret stands right at any width. */
	for (n = 0; n + 1 < place->col && line[n]; n++)
		if (((unsigned char)line[n] & 0xc0) != 0x80)
			fputc(line[n] == '\t' ? '\t' : ' ', out);
	fprintf(out, "%s^%s\n", ink(out, INK_CARET), ink(out, INK_OFF));
	free(line);
}

void severity_print(FILE *out, const char *severity)
{
	enum ink which = *severity == 'e' ? INK_ERROR :
			 *severity == 'w' ? INK_WARNING : INK_NOTE;

	fprintf(out, "%s%s:%s ", ink(out, which), severity,
		ink(out, INK_OFF));
}

void place_print_head(FILE *out, const struct source_place *place,
		      const char *severity)
{
	fprintf(out, "%s%s:%u:%u:%s ", ink(out, INK_BOLD), place->file,
		place->line, place->col, ink(out, INK_OFF));
	severity_print(out, severity);
}
