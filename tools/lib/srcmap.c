// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <lib/srcmap.h>

#define CUT	"\xe2\x80\xa6"		/* … */

struct entry {
	char *path;
	char *prop;		/* "" for the node itself */
	struct source_place place;
};

struct srcmap {
	char *main_file;
	struct entry *entry;
	size_t count;
};

/*
 * One site, "file:line:col-line:col", read from its end because the file's
 * name may hold anything. Ends it after the file's name.
 */
static bool site_parse(char *site, struct source_place *place)
{
	unsigned int number[4];
	char *colon;
	int n;

	for (n = 3; n >= 0; n--) {
		colon = strrchr(site, n == 2 ? '-' : ':');
		if (!colon || !isdigit((unsigned char)colon[1]))
			return false;
		number[n] = (unsigned int)strtoul(colon + 1, NULL, 10);
		*colon = 0;
	}
	/* some preprocessors name files by their full path */
	place->file = site + (path_from_here(site) - site);
	place->line = number[0];
	place->col = number[1];
	return *site != 0;
}

/* The comma behind a site: one in a file's name rarely follows a digit. */
static char *site_end(char *s)
{
	while ((s = strstr(s, ", "))) {
		if (isdigit((unsigned char)s[-1]))
			return s;
		s++;
	}
	return NULL;
}

/* sites: "a:1:2-3:4, b:5:6-7:8". Returns whether *place was set. */
static bool sites_choose(char *sites, const char *main_file,
			 struct source_place *place)
{
	bool found = false, in_main = false, is_main;
	struct source_place site;
	char *s = sites, *next;

	for (; s; s = next) {
		next = *s ? site_end(s + 1) : NULL;
		if (next) {
			*next = 0;
			next += 2;
		}
		if (!site_parse(s, &site))
			continue;
		is_main = strcmp(site.file, main_file) == 0;
		if (in_main && !is_main)
			continue;
		*place = site;
		in_main = is_main;
		found = true;
	}
	return found;
}

/* Splits "text … / * sites * /" and returns the sites, or NULL. */
static char *split_comment(char *line)
{
	size_t len = strlen(line);
	char *s, *last = NULL;

	if (len < 6 || strcmp(line + len - 3, " */") != 0)
		return NULL;
	line[len - 3] = 0;
	for (s = line; (s = strstr(s, "/* ")); s++)
		last = s;
	if (!last)
		return NULL;
	*last = 0;
	return last + 3;
}

/* The name in "label: label: name {" or "name = …;". Ends it. */
static char *name_of(char *line)
{
	char *s = line + strspn(line, " \t"), *end;

	for (;;) {
		end = s + strcspn(s, " \t=;{");
		if (end == s || end[-1] != ':')
			break;
		s = end + strspn(end, " \t");
	}
	*end = 0;
	return s;
}

void srcmap_add(struct srcmap *map, const char *path, const char *prop,
		const struct source_place *place)
{
	struct entry *e;

	map->entry = xrealloc(map->entry, (map->count + 1) * sizeof(*e));
	e = &map->entry[map->count++];
	e->path = xstrdup(*path ? path : "/");
	e->prop = xstrdup(prop);
	e->place = *place;
	e->place.file = xstrdup(place->file);
}

static void add(struct srcmap *map, const char *path, const char *prop,
		char *sites)
{
	struct source_place place;

	if (sites_choose(sites, map->main_file, &place))
		srcmap_add(map, path, prop, &place);
}

static void enter(char **path, const char *name)
{
	char *longer;

	if (strcmp(name, "/") == 0)
		return;
	longer = xasprintf("%s/%s", *path, name);
	free(*path);
	*path = longer;
}

static void leave(char *path)
{
	char *slash = strrchr(path, '/');

	if (slash)
		*slash = 0;
}

static void line_parse(struct srcmap *map, char *line, char **path)
{
	char *sites = split_comment(line);
	size_t len = strlen(line);
	char *text = line + strspn(line, " \t"), *name;
	char last;

	while (len && isspace((unsigned char)line[len - 1]))
		line[--len] = 0;
	if (!*text)
		return;
	last = line[len - 1];
	if (strcmp(text, "};") == 0) {
		leave(*path);
		return;
	}
	name = *text == '/' && text[1] == ' ' ? strcpy(text, "/") :
						name_of(text);
	if (last == '{') {
		enter(path, name);
		if (sites)
			add(map, *path, "", sites);
	} else if (last == ';' && sites) {
		add(map, *path, name, sites);
	}
}

struct srcmap *srcmap_new(const char *main_file)
{
	struct srcmap *map = xmalloc(sizeof(*map));

	map->main_file = xstrdup(path_from_here(main_file));
	return map;
}

void srcmap_each(const struct srcmap *map,
		 void (*each)(void *arg, const char *path, const char *prop,
			      const struct source_place *place),
		 void *arg)
{
	size_t n;

	for (n = 0; n < map->count; n++)
		each(arg, map->entry[n].path, map->entry[n].prop,
		     &map->entry[n].place);
}

struct srcmap *srcmap_parse(const struct bytes *annotated,
			    const char *main_file)
{
	struct srcmap *map = srcmap_new(main_file);
	char *path = xstrdup(""), *text, *line, *save;

	text = xstrdup((const char *)annotated->data);
	for (line = strtok_r(text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save))
		line_parse(map, line, &path);
	free(text);
	free(path);
	return map;
}

void srcmap_free(struct srcmap *map)
{
	size_t n;

	if (!map)
		return;
	for (n = 0; n < map->count; n++) {
		free(map->entry[n].path);
		free(map->entry[n].prop);
		free(map->entry[n].place.file);
	}
	free(map->entry);
	free(map->main_file);
	free(map);
}

static bool path_matches(const char *have, const char *want)
{
	size_t lh = strlen(have), lw = strlen(want), cut = strlen(CUT);

	if (strncmp(want, CUT, cut) != 0)
		return strcmp(have, want) == 0;
	want += cut;
	lw -= cut;
	return lh >= lw && strcmp(have + lh - lw, want) == 0;
}

static const struct entry *find(const struct srcmap *map, const char *path,
				const char *prop)
{
	const struct entry *found = NULL;
	size_t n;

	for (n = 0; n < map->count; n++) {
		if (strcmp(map->entry[n].prop, prop) != 0 ||
		    !path_matches(map->entry[n].path, path))
			continue;
		if (found)
			return NULL;
		found = &map->entry[n];
	}
	return found;
}

int srcmap_find(const struct srcmap *map, const char *path, const char *prop,
		struct source_place *place)
{
	const struct entry *e = NULL;
	const char *name = prop;

	if (*prop)
		e = find(map, path, prop);
	if (!e) {
		e = find(map, path, "");
		name = strrchr(path, '/');
		name = !name || !name[1] ? "/" : name + 1;
	}
	if (!e)
		return -ENOENT;
	*place = e->place;
	place_refine(place, name);
	return 0;
}
