// SPDX-License-Identifier: GPL-2.0-only
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <lib/link.h>
#include <lib/mapfile.h>
#include <lib/recall.h>
#include <lib/sysfs.h>

static const char *run_dir(void)
{
	const char *dir = getenv("CELLBLOCK_RUN");

	return dir && *dir ? dir : "/run/cellblock";
}

/* NULL for a name that is no file name. */
static char *note_path(const char *name)
{
	if (!*name || strchr(name, '/') || *name == '.')
		return NULL;
	return xasprintf("%s/%s%s", run_dir(),
			 strcmp(name, "system") ? "cell." : "", name);
}

static void write_note(FILE *out, const struct description *d,
		       const char *real)
{
	unsigned int n;
	char dir[PATH_MAX];

	fprintf(out, "%s\n", real);
	for (n = 0; n < d->opts.count; n++)
		if (realpath(d->opts.dir[n], dir))
			fprintf(out, "%s\n", dir);
}

/* Small systems have no /run. */
static void make_run_dir(void)
{
	char *parent = xstrdup(run_dir());

	mkdir(dirname(parent), 0755);
	mkdir(run_dir(), 0755);
	free(parent);
}

void recall_note(const char *name, const struct description *d)
{
	char *path = note_path(name), real[PATH_MAX];
	FILE *out;

	if (!path)
		return;
	unlink(path);
	if ((d->text.data || d->map) && realpath(d->file, real)) {
		make_run_dir();
		out = fopen(path, "wxe");
		if (out) {
			write_note(out, d, real);
			fclose(out);
		}
	}
	free(path);
}

void recall_forget(const char *name)
{
	char *path = note_path(name);

	if (path)
		unlink(path);
	free(path);
}

/* "file\nfolder\n…" into d; returns the file, seen from here. */
static const char *note_parse(char *note, struct description *d)
{
	char *file, *dir, *save;

	file = strtok_r(note, "\n", &save);
	while (file && (dir = strtok_r(NULL, "\n", &save)) &&
	       d->opts.count < MAX_INCLUDE_DIRS)
		d->opts.dir[d->opts.count++] = dir;
	return file ? path_from_here(file) : NULL;
}

static void ignore(struct cfg_report *report, const struct cfg_finding *f)
{
	(void)report;
	(void)f;
}

/* An active cell was linked. On failure the blobs just differ. */
static void link_quietly(struct bytes *cell)
{
	struct cfg_report report = { .emit = ignore };
	struct bytes system;

	if (sysfs_blob("system.dtb", CFG_MAX_SYSTEM_BLOB, &system))
		return;
	if (!config_gate(system.data, (uint32_t)system.size,
			 CFG_MAX_SYSTEM_BLOB, &report) &&
	    cell->size <= CFG_MAX_CELL_BLOB &&
	    !config_gate(cell->data, (uint32_t)cell->size, CFG_MAX_CELL_BLOB,
			 &report))
		config_link(cell->data, (uint32_t)cell->size, system.data,
			    (uint32_t)system.size, &report);
	bytes_free(&system);
}

/* The blob of a source; or of a blob, which brings its map. */
static bool compiled(const char *file, const struct bytes *source,
		     struct description *d, struct bytes *blob)
{
	if (source->size >= 4 && !memcmp(source->data, "\xd0\x0d\xfe\xed", 4)) {
		d->map = mapfile_read(file, source);
		memset(blob, 0, sizeof(*blob));
		bytes_add(blob, source->data, source->size);
		return d->map;
	}
	return compile_preprocess(file, source, &d->opts, &d->text) ==
		       STATUS_OK &&
	       compile_blob(file, &d->text, &d->opts, blob) == STATUS_OK;
}

static bool gives(const char *file, const struct bytes *source,
		  const struct bytes *active, struct description *d)
{
	struct bytes blob;
	bool same;

	if (!compiled(file, source, d, &blob))
		return false;
	if (strcmp(d->recall, "system") != 0)
		link_quietly(&blob);
	same = blob.size == active->size &&
	       memcmp(blob.data, active->data, blob.size) == 0;
	bytes_free(&blob);
	return same;
}

void recall_source(struct description *d)
{
	char *path = note_path(d->recall);
	const char *file = NULL;
	struct bytes note, source;
	bool same = false;

	if (path && !file_read(path, 65536, &note)) {
		d->note = (char *)note.data;
		file = note_parse(d->note, d);
	}
	free(path);
	if (file && !file_read(file, SOURCE_MAX, &source)) {
		d->opts.quiet = true;
		same = gives(file, &source, &d->blob, d);
		bytes_free(&source);
	}
	if (!same) {
		bytes_free(&d->text);
		srcmap_free(d->map);
		d->map = NULL;
		return;
	}
	free(d->file);
	d->file = xstrdup(file);
}

int recall_active(const char *name, const char *relative, size_t max,
		  struct description *d)
{
	memset(d, 0, sizeof(*d));
	d->recall = name;
	d->file = strcmp(name, "system") == 0 ?
		  xstrdup("the active system") :
		  xasprintf("cell \"%s\"", name);
	return sysfs_blob(relative, max, &d->blob);
}
