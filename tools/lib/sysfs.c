// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <lib/sysfs.h>

#define LINE_MAX_LEN	65536

const char *sysfs_root(void)
{
	const char *root = getenv("CELLBLOCK_SYSFS");

	return root && *root ? root : "/sys/devices/cellblock";
}

bool sysfs_module_loaded(void)
{
	struct stat st;

	return stat(sysfs_root(), &st) == 0;
}

bool sysfs_enabled(void)
{
	char *line = sysfs_line("enabled");
	bool enabled = line && strcmp(line, "1") == 0;

	free(line);
	return enabled;
}

int sysfs_blob(const char *relative, size_t max, struct bytes *out)
{
	char *path = xasprintf("%s/%s", sysfs_root(), relative);
	int err = file_read(path, max, out);

	free(path);
	return err;
}

char *sysfs_line(const char *fmt, ...)
{
	struct bytes text;
	char *relative;
	va_list args;
	int err;

	va_start(args, fmt);
	err = vasprintf(&relative, fmt, args);
	va_end(args);
	if (err < 0)
		return NULL;
	err = sysfs_blob(relative, LINE_MAX_LEN, &text);
	free(relative);
	if (err)
		return NULL;
	text.data[strcspn((char *)text.data, "\n")] = 0;
	return (char *)text.data;
}

static bool cell_read(const char *id, struct sysfs_cell *cell)
{
	cell->id = (uint32_t)strtoul(id, NULL, 10);
	cell->name = sysfs_line("cells/%s/name", id);
	cell->state = sysfs_line("cells/%s/state", id);
	cell->cpus = sysfs_line("cells/%s/cpus_assigned_list", id);
	cell->cpus_failed = sysfs_line("cells/%s/cpus_failed_list", id);
	return cell->name && cell->state && cell->cpus && cell->cpus_failed;
}

static void cell_free(struct sysfs_cell *cell)
{
	free(cell->name);
	free(cell->state);
	free(cell->cpus);
	free(cell->cpus_failed);
}

static int by_id(const void *a, const void *b)
{
	const struct sysfs_cell *ca = a, *cb = b;

	return (ca->id > cb->id) - (ca->id < cb->id);
}

void sysfs_cells_read(struct sysfs_cells *cells)
{
	char *path = xasprintf("%s/cells", sysfs_root());
	DIR *dir = opendir(path);
	struct sysfs_cell cell;
	struct dirent *e;

	cells->cell = NULL;
	cells->count = 0;
	free(path);
	if (!dir)
		return;
	while ((e = readdir(dir))) {
		if (!isdigit((unsigned char)e->d_name[0]))
			continue;
		if (!cell_read(e->d_name, &cell)) {
			cell_free(&cell);
			continue;
		}
		cells->cell = xrealloc(cells->cell, (cells->count + 1) *
						    sizeof(cell));
		cells->cell[cells->count++] = cell;
	}
	closedir(dir);
	if (cells->count)
		qsort(cells->cell, cells->count, sizeof(cell), by_id);
}

void sysfs_cells_free(struct sysfs_cells *cells)
{
	size_t n;

	for (n = 0; n < cells->count; n++)
		cell_free(&cells->cell[n]);
	free(cells->cell);
	cells->cell = NULL;
	cells->count = 0;
}
