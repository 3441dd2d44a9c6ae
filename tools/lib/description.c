// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include <lib/description.h>
#include <lib/mapfile.h>
#include <lib/recall.h>

static const uint8_t fdt_magic[4] = { 0xd0, 0x0d, 0xfe, 0xed };

static bool is_blob(const struct bytes *b)
{
	return b->size >= 4 && memcmp(b->data, fdt_magic, 4) == 0;
}

static bool is_source(const char *file, const struct bytes *b)
{
	size_t len = strlen(file);

	if (memchr(b->data, 0, b->size))
		return false;
	if (len > 4 && strcmp(file + len - 4, ".dts") == 0)
		return true;
	return strstr((const char *)b->data, "/dts-v1/") != NULL;
}

static enum status compile(struct description *d, const struct bytes *source)
{
	enum status status;

	status = compile_preprocess(d->file, source, &d->opts, &d->text);
	if (status != STATUS_OK)
		return status;
	return compile_blob(d->file, &d->text, &d->opts, &d->blob);
}

enum status description_read(const char *file,
			     const struct compile_options *opts,
			     size_t max, struct description *d)
{
	enum status status = STATUS_OK;
	struct bytes content;

	memset(d, 0, sizeof(*d));
	if (file_read_or_complain(file, SOURCE_MAX, &content))
		return STATUS_CANNOT;
	d->file = xstrdup(file);
	d->opts = *opts;
	if (is_blob(&content)) {
		d->blob = content;
		/* before anything is linked in it */
		d->map = mapfile_read(file, &content);
		d->map_tried = d->map;
	} else if (is_source(file, &content)) {
		status = compile(d, &content);
		bytes_free(&content);
	} else {
		complain("%s: neither a device-tree blob nor its source (.dts)",
			 file);
		bytes_free(&content);
		status = STATUS_CANNOT;
	}
	if (status == STATUS_OK && d->blob.size > max) {
		complain("%s: a blob of %zu bytes; the limit is %zu", file,
			 d->blob.size, max);
		status = STATUS_CANNOT;
	}
	if (status != STATUS_OK)
		description_free(d);
	return status;
}

void description_free(struct description *d)
{
	free(d->file);
	free(d->note);
	bytes_free(&d->blob);
	bytes_free(&d->text);
	srcmap_free(d->map);
	memset(d, 0, sizeof(*d));
}

const struct srcmap *description_map(struct description *d)
{
	struct bytes annotated;

	if (d->map_tried)
		return d->map;
	d->map_tried = true;
	if (!d->text.data && d->recall)
		recall_source(d);
	if (d->map || !d->text.data)
		return d->map;
	if (compile_annotated(d->file, &d->text, &d->opts, &annotated))
		return NULL;
	d->map = srcmap_parse(&annotated, d->file);
	bytes_free(&annotated);
	return d->map;
}

/* # 1 "file" or #line 1 "file"; the name's escapes are undone in place. */
static char *marker_file(char *line)
{
	char *to, *s;

	line += 1 + strspn(line + 1, " \t");
	if (strncmp(line, "line ", 5) == 0)
		line += 5;
	line += strspn(line, "0123456789 \t");
	if (*line++ != '"')
		return NULL;
	for (s = to = line; *s && *s != '"'; s++) {
		if (*s == '\\' && s[1])
			s++;
		*to++ = *s;
	}
	if (*s != '"')
		return NULL;
	*to = 0;
	return *line && *line != '<' ? line : NULL;
}

struct source_list {
	void (*each)(const char *file, void *arg);
	void *arg;
};

static void list_source(void *arg, const char *path, const char *prop,
			const struct source_place *place)
{
	struct source_list *list = arg;

	(void)path;
	(void)prop;
	list->each(place->file, list->arg);
}

void description_sources(struct description *d,
			 void (*each)(const char *file, void *arg), void *arg)
{
	struct source_list list = { each, arg };
	char *copy, *line, *save, *file;

	if (!d->text.data) {
		if (d->map)
			srcmap_each(d->map, list_source, &list);
		return;
	}
	copy = xstrdup((const char *)d->text.data);
	for (line = strtok_r(copy, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		file = *line == '#' ? marker_file(line) : NULL;
		if (file)
			each(file, arg);
	}
	free(copy);
}
