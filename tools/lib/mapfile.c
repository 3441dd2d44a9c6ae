// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <lib/mapfile.h>
#include <lib/save.h>

#define HEADER		"cellblock-map 1"
#define MAP_MAX		(64u << 20)
#define SOURCE_MAX	(16u << 20)
#define MAX_FILES	1024

/* FNV-1a: against mistakes, not against malice. */
static uint64_t sum(const struct bytes *b)
{
	uint64_t h = 0xcbf29ce484222325;
	size_t n;

	for (n = 0; n < b->size; n++)
		h = (h ^ b->data[n]) * 0x100000001b3;
	return h;
}

static char *map_name(const char *blob_file)
{
	return xasprintf("%s.map", blob_file);
}

static char *folder_of(const char *file)
{
	char *copy = xstrdup(file), *dir = xstrdup(dirname(copy));

	free(copy);
	return dir;
}

/* Both absolute and without links. From malloc. */
static char *relative(const char *folder, const char *file)
{
	size_t n, same = 0;
	char *path, *up;

	for (n = 0; folder[n] && folder[n] == file[n]; n++)
		if (folder[n] == '/')
			same = n + 1;
	if (!folder[n] && file[n] == '/')
		return xstrdup(file + n + 1);
	path = xstrdup(file + same);
	for (folder += same; folder; folder = strchr(folder, '/')) {
		folder += *folder == '/';
		up = xasprintf("../%s", path);
		free(path);
		path = up;
	}
	return path;
}

struct writer {
	FILE *out;
	const char *folder;
	char *file[MAX_FILES];
	unsigned int count;
	int err;
};

/* The number of the file; it is noted when it is new. */
static int file_number(struct writer *w, const char *file)
{
	char real[PATH_MAX], *name;
	struct bytes text;
	unsigned int n;

	for (n = 0; n < w->count; n++)
		if (!strcmp(w->file[n], file))
			return (int)n;
	if (n == MAX_FILES || !realpath(file, real) || strpbrk(real, "\n\t") ||
	    file_read(file, SOURCE_MAX, &text))
		return -1;
	name = relative(w->folder, real);
	fprintf(w->out, "file\t%016" PRIx64 "\t%s\n", sum(&text), name);
	free(name);
	bytes_free(&text);
	w->file[w->count++] = xstrdup(file);
	return (int)n;
}

static void write_entry(void *arg, const char *path, const char *prop,
			const struct source_place *place)
{
	struct writer *w = arg;
	int n = file_number(w, place->file);

	if (n < 0)
		return;
	fprintf(w->out, "%u\t%u\t%d\t%s", place->line, place->col, n, path);
	fprintf(w->out, *prop ? "\t%s\n" : "\n", prop);
}

int mapfile_write(const char *blob_file, const struct bytes *blob,
		  const struct srcmap *map)
{
	char *folder = folder_of(blob_file), *name = map_name(blob_file);
	char real[PATH_MAX], *text = NULL;
	struct writer w = { .folder = real };
	size_t size;
	int err = -EIO;

	w.out = realpath(folder, real) ? open_memstream(&text, &size) : NULL;
	if (w.out) {
		fprintf(w.out, HEADER "\nblob\t%016" PRIx64 "\n", sum(blob));
		srcmap_each(map, write_entry, &w);
		err = fclose(w.out) ? -ENOMEM : file_save(name, text, size);
	}
	while (w.count)
		free(w.file[--w.count]);
	free(text);
	free(name);
	free(folder);
	return err;
}

struct reader {
	struct srcmap *map;
	const char *folder;
	char *file[MAX_FILES];		/* NULL: it has changed */
	unsigned int count;
};

/* As seen from here, from malloc; NULL if its sum is another by now. */
static char *source_of(const struct reader *r, const char *name,
		       uint64_t expected)
{
	char *joined = *name == '/' ? xstrdup(name) :
				      xasprintf("%s/%s", r->folder, name);
	char real[PATH_MAX], *file = NULL;
	struct bytes text;

	if (realpath(joined, real) && !file_read(real, SOURCE_MAX, &text)) {
		if (sum(&text) == expected)
			file = xstrdup(path_from_here(real));
		bytes_free(&text);
	}
	free(joined);
	return file;
}

/* A number and the tab behind it; false: it is none. */
static bool take_number(char **s, int base, uint64_t *value)
{
	char *end;

	if (!isxdigit((unsigned char)**s))
		return false;
	errno = 0;
	*value = strtoull(*s, &end, base);
	if (errno || (*end && *end != '\t'))
		return false;
	*s = *end ? end + 1 : end;
	return true;
}

static bool take_file(struct reader *r, char *line)
{
	uint64_t expected;

	if (r->count == MAX_FILES || !take_number(&line, 16, &expected) ||
	    !*line)
		return false;
	r->file[r->count++] = source_of(r, line, expected);
	return true;
}

static bool take_entry(struct reader *r, char *line)
{
	struct source_place place;
	uint64_t row, col, n;
	char *prop;

	if (!take_number(&line, 10, &row) || !take_number(&line, 10, &col) ||
	    !take_number(&line, 10, &n) || *line != '/' || n >= r->count ||
	    !row || row > UINT_MAX || !col || col > UINT_MAX)
		return false;
	prop = strchr(line, '\t');
	if (prop)
		*prop++ = 0;
	place.file = r->file[n];
	place.line = (unsigned int)row;
	place.col = (unsigned int)col;
	if (place.file)
		srcmap_add(r->map, line, prop ? prop : "", &place);
	return true;
}

static bool parse(struct reader *r, char *text, const struct bytes *blob)
{
	char *line, *save;
	uint64_t expected;

	line = strtok_r(text, "\n", &save);
	if (!line || strcmp(line, HEADER))
		return false;
	line = strtok_r(NULL, "\n", &save);
	if (!line || strncmp(line, "blob\t", 5))
		return false;
	line += 5;
	if (!take_number(&line, 16, &expected) || *line ||
	    expected != sum(blob))
		return false;
	while ((line = strtok_r(NULL, "\n", &save)))
		if (!strncmp(line, "file\t", 5) ? !take_file(r, line + 5) :
						  !take_entry(r, line))
			return false;
	return true;
}

struct srcmap *mapfile_read(const char *blob_file, const struct bytes *blob)
{
	char *name = map_name(blob_file), *folder = folder_of(blob_file);
	struct reader r = { .folder = folder };
	struct bytes text;

	if (!file_read(name, MAP_MAX, &text)) {
		r.map = srcmap_new(blob_file);
		if (strlen((char *)text.data) != text.size ||
		    !parse(&r, (char *)text.data, blob)) {
			srcmap_free(r.map);
			r.map = NULL;
		}
		bytes_free(&text);
	}
	while (r.count)
		free(r.file[--r.count]);
	free(name);
	free(folder);
	return r.map;
}
