// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include <lib/finding_print.h>
#include <lib/labels.h>

static struct description *party_find(const struct parties *parties,
				      const char *name)
{
	size_t n;

	if (strcmp(name, "self") == 0)
		return parties->party[parties->self].d;
	for (n = 0; n < parties->count; n++)
		if (strcmp(parties->party[n].name, name) == 0)
			return parties->party[n].d;
	return NULL;
}

/* "the system", "cell "x"", or the file when it is known. */
static void blob_name_print(const char *blob, const struct description *d)
{
	if (d)
		fprintf(stderr, "%s", d->file);
	else if (strcmp(blob, "system") == 0)
		fputs("the active system", stderr);
	else
		fprintf(stderr, "cell \"%s\"", blob);
}

/* Without source: "board.dtb: /memory@0 (&ram), reg: error: ". */
static void node_print(const char *blob, const char *path, const char *prop,
		       const struct description *d, const char *severity)
{
	const char *label = d ? label_of(d->blob.data, path) : NULL;

	fputs(ink(stderr, INK_BOLD), stderr);
	blob_name_print(blob, d);
	if (*path)
		fprintf(stderr, ": %s", path);
	if (label)
		fprintf(stderr, " (&%s)", label);
	if (*prop)
		fprintf(stderr, ", %s", prop);
	fprintf(stderr, ":%s ", ink(stderr, INK_OFF));
	severity_print(stderr, severity);
}

static int find_source(struct description *d, const char *path,
		       const char *prop, struct source_place *place)
{
	const struct srcmap *map = d ? description_map(d) : NULL;

	return map && *path ? srcmap_find(map, path, prop, place) : -1;
}

static void message_print(const struct parties *parties, const char *blob,
			  const char *path, const char *prop,
			  const char *severity, const char *text)
{
	struct description *d = party_find(parties, blob);
	struct source_place place;

	if (find_source(d, path, prop, &place) == 0) {
		place_print_head(stderr, &place, severity);
		fprintf(stderr, "%s\n", text);
		excerpt_print(stderr, &place);
		return;
	}
	if (*blob) {
		node_print(blob, path, prop, d, severity);
	} else {
		fputs(PROGRAM ": ", stderr);
		severity_print(stderr, severity);
	}
	fprintf(stderr, "%s\n", text);
}

struct suggestion {
	const struct parties *parties;
	const struct finding *f;
};

static void suggest(void *arg, const char *label, const char *like)
{
	struct suggestion *s = arg;
	char *text;

	if (!like)
		return;
	text = xasprintf("'%s': did you mean '%s'?", label, like);
	message_print(s->parties, s->f->blob, s->f->path, s->f->prop, "note",
		      text);
	free(text);
}

static void suggest_labels(const struct finding *f,
			   const struct parties *parties)
{
	struct description *cell = party_find(parties, f->blob);
	struct description *system = party_find(parties, "system");
	struct suggestion s = { parties, f };

	if (cell && system && cell != system)
		labels_undefined(cell->blob.data, system->blob.data, f->path,
				 f->prop, suggest, &s);
}

static void other_print(const struct finding *f, const struct parties *parties)
{
	const char *slash = strrchr(f->other_path, '/');
	char *text;

	if (slash && slash[1])
		text = xasprintf("%s is here", slash + 1);
	else
		text = xstrdup("the other one is here");
	message_print(parties, f->other_blob, f->other_path, f->other_prop,
		      "note", text);
	free(text);
}

void finding_print(const struct finding *f, const struct parties *parties)
{
	char *text = xasprintf("%s [%s]", f->text, f->id);

	fflush(stdout);
	message_print(parties, f->blob, f->path, f->prop, f->severity, text);
	free(text);
	if (strcmp(f->id, "label-undefined") == 0)
		suggest_labels(f, parties);
	if (*f->other_blob && *f->other_path)
		other_print(f, parties);
}

/* The name of the party whose blob this is; "" if none. */
static const char *name_of_blob(const void *fdt, const struct parties *parties)
{
	size_t n;

	for (n = 0; fdt && n < parties->count; n++)
		if (parties->party[n].d->blob.data == fdt)
			return parties->party[n].name;
	return "";
}

void finding_print_cfg(const struct cfg_finding *f,
		       const struct parties *parties)
{
	static const char *const severity[] = {
		[CFG_NOTE] = "note",
		[CFG_WARNING] = "warning",
		[CFG_ERROR] = "error",
	};
	struct finding out = {
		.id = f->id,
		.severity = severity[f->severity],
		.blob = name_of_blob(f->where.fdt, parties),
		.path = f->where.path,
		.prop = f->where.prop,
		.other_blob = name_of_blob(f->other.fdt, parties),
		.other_path = f->other.path,
		.other_prop = f->other.prop,
		.text = f->text,
	};

	finding_print(&out, parties);
}

/* Nine fields separated by tabs; the last takes the rest. */
static bool line_parse(char *line, struct finding *f)
{
	const char **field[] = {
		&f->id, &f->severity, &f->blob, &f->path, &f->prop,
		&f->other_blob, &f->other_path, &f->other_prop,
	};
	size_t n;
	char *tab;

	for (n = 0; n < sizeof(field) / sizeof(field[0]); n++) {
		tab = strchr(line, '\t');
		if (!tab)
			return false;
		*tab = 0;
		*field[n] = line;
		line = tab + 1;
	}
	f->text = line;
	return true;
}

unsigned int report_print(const char *report, size_t size,
			  const struct parties *parties)
{
	char *copy = strndup(report, size), *line, *save, *whole;
	unsigned int errors = 0;
	struct finding f;

	for (line = copy ? strtok_r(copy, "\n", &save) : NULL; line;
	     line = strtok_r(NULL, "\n", &save)) {
		whole = xstrdup(line);
		if (line_parse(line, &f))
			finding_print(&f, parties);
		else
			complain("%s", whole);
		errors += line_parse(whole, &f) &&
			  strcmp(f.severity, "error") == 0;
		free(whole);
	}
	free(copy);
	return errors;
}
