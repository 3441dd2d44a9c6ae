// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <lib/dtc_message.h>
#include <lib/excerpt.h>

static char *skip_number(char *s)
{
	while (isdigit((unsigned char)*s))
		s++;
	return s;
}

/* At ":line.col[-[line.]col]"? Returns what follows it, else NULL. */
static char *position_end(char *s)
{
	char *t;

	if (*s++ != ':')
		return NULL;
	t = skip_number(s);
	if (t == s || *t++ != '.')
		return NULL;
	s = skip_number(t);
	if (s == t || (*s != '-' && *s != ' ' && *s != ':'))
		return NULL;
	if (*s == '-') {
		s = skip_number(s + 1);
		if (*s == '.')
			s = skip_number(s + 1);
	}
	return s;
}

/* Splits "file:line.col-… rest" and returns the rest, or NULL. */
static char *split_place(char *line, struct source_place *place)
{
	char *s, *rest = NULL;

	for (s = line + 1; *line && *s; s++) {
		rest = position_end(s);
		if (rest)
			break;
	}
	if (!rest)
		return NULL;
	place->file = line + (path_from_here(line) - line);
	place->line = (unsigned int)strtoul(s + 1, NULL, 10);
	place->col = (unsigned int)strtoul(strchr(s, '.') + 1, NULL, 10);
	*s = 0;
	return rest + strspn(rest, ": ");
}

static bool take(char **s, const char *word)
{
	size_t len = strlen(word);

	if (strncmp(*s, word, len) != 0)
		return false;
	*s += len;
	return true;
}

/* "(check): text" → check ended, text returned; "" as check if none. */
static char *split_check(char *s, const char **check)
{
	char *end;

	*check = "";
	s += strspn(s, " ");
	if (*s != '(')
		return s;
	end = strstr(s, "): ");
	if (!end)
		return s;
	*end = 0;
	*check = s + 1;
	return end + 3;
}

static void message(char *line, const struct compile_options *opts)
{
	struct source_place place;
	const char *severity = "error", *check;
	char *whole = xstrdup(line), *text = line;

	take(&text, "Error: ");
	text = split_place(text, &place);
	if (!text) {
		/* "Unable to parse", "has errors, aborting" add nothing */
		if (strncmp(whole, "FATAL ERROR: Unable to", 22) != 0 &&
		    !strstr(whole, "aborting (use -f"))
			fprintf(stderr, "dtc: %s\n", whole);
		free(whole);
		return;
	}
	if (take(&text, "Warning"))
		severity = "warning";
	else
		take(&text, "ERROR");
	text = split_check(text, &check);
	if (opts->tell) {
		opts->tell(opts->tell_arg, &place, *severity == 'e', check,
			   text);
		free(whole);
		return;
	}
	place_print_head(stderr, &place, severity);
	fprintf(stderr, "%s [dtc%s%s]\n", text, *check ? "-" : "", check);
	excerpt_print(stderr, &place);
	free(whole);
}

void dtc_messages(const struct bytes *text,
		  const struct compile_options *opts)
{
	char *copy = xstrdup((const char *)text->data), *line, *save;

	for (line = strtok_r(copy, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save))
		/* "  also defined at …" goes with the line before */
		if (!isspace((unsigned char)*line))
			message(line, opts);
		else if (!opts->tell)
			fprintf(stderr, "%s\n", line);
	free(copy);
}

/* "file:line:col: error: text", as GCC and Clang have it. */
static char *split_cpp(char *line, struct source_place *place, bool *error)
{
	static const char *const words[] = { ": fatal error: ", ": error: ",
					     ": warning: " };
	char *text = NULL, *colon;
	size_t n;

	for (n = 0; n < sizeof(words) / sizeof(words[0]) && !text; n++) {
		text = strstr(line, words[n]);
		*error = n < 2;
		if (text) {
			*text = 0;
			text += strlen(words[n]);
		}
	}
	colon = text ? strrchr(line, ':') : NULL;
	if (!colon || !isdigit((unsigned char)colon[1]))
		return NULL;
	place->col = (unsigned int)strtoul(colon + 1, NULL, 10);
	*colon = 0;
	colon = strrchr(line, ':');
	if (!colon || !isdigit((unsigned char)colon[1]))
		return NULL;
	place->line = (unsigned int)strtoul(colon + 1, NULL, 10);
	*colon = 0;
	place->file = line + (path_from_here(line) - line);
	return *line && place->line ? text : NULL;
}

void cpp_messages(const struct bytes *text, const struct compile_options *opts)
{
	char *copy, *line, *save, *words;
	struct source_place place;
	bool known = false, error;

	copy = xstrdup((const char *)text->data);
	for (line = opts->tell ? strtok_r(copy, "\n", &save) : NULL; line;
	     line = strtok_r(NULL, "\n", &save)) {
		words = split_cpp(line, &place, &error);
		if (!words)
			continue;
		opts->tell(opts->tell_arg, &place, error, "", words);
		known = true;
	}
	if (!known)
		fwrite(text->data, 1, text->size, stderr);
	free(copy);
}
