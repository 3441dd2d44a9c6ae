// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <lib/cache.h>
#include <lib/save.h>

#define MAGIC		"cellblock cache1"
#define ENTRY_MAX	(64u << 20)
#define TOTAL_MAX	(96u << 20)

struct header {
	char magic[16];
	uint64_t size, sum;
};

/* Eight bytes at a time; against damage, not against malice. */
static uint64_t sum(const uint8_t *data, size_t size)
{
	uint64_t h = 0x9e3779b97f4a7c15 ^ size, word;
	size_t n;

	for (; size; data += n, size -= n) {
		word = 0;
		n = size < sizeof(word) ? size : sizeof(word);
		memcpy(&word, data, n);
		h = (h ^ word) * 0xff51afd7ed558ccd;
		h ^= h >> 32;
	}
	return h;
}

/* From malloc; NULL: no folder that is ours alone. */
static char *folder(bool make)
{
	const char *base = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
	char *parent, *dir;
	struct stat st;

	if (base && *base == '/')
		parent = xstrdup(base);
	else if (home && *home == '/')
		parent = xasprintf("%s/.cache", home);
	else
		return NULL;
	dir = xasprintf("%s/cellblock", parent);
	if (make) {
		mkdir(parent, 0700);
		mkdir(dir, 0700);
	}
	free(parent);
	if (!lstat(dir, &st) && S_ISDIR(st.st_mode) &&
	    st.st_uid == geteuid() && !(st.st_mode & 022))
		return dir;
	free(dir);
	return NULL;
}

bool cache_get(const char *name, struct cache_entry *entry)
{
	char *dir = folder(false), *file;
	struct header head;
	int err;

	if (!dir)
		return false;
	file = xasprintf("%s/%s", dir, name);
	free(dir);
	err = file_read(file, ENTRY_MAX + sizeof(head), &entry->file);
	free(file);
	if (err)
		return false;
	entry->data = entry->file.data + sizeof(head);
	entry->size = entry->file.size - sizeof(head);
	if (entry->file.size >= sizeof(head)) {
		memcpy(&head, entry->file.data, sizeof(head));
		if (!memcmp(head.magic, MAGIC, sizeof(head.magic)) &&
		    head.size == entry->size &&
		    head.sum == sum(entry->data, entry->size))
			return true;
	}
	bytes_free(&entry->file);
	return false;
}

struct old {
	char *path;
	off_t size;
	time_t when;
};

static int by_age(const void *a, const void *b)
{
	const struct old *x = a, *y = b;

	return (x->when < y->when) - (x->when > y->when);
}

/* Unlinks what is beyond the limit when the youngest are counted first. */
static void drop_oldest(struct old *all, size_t count)
{
	off_t total = 0;
	size_t n;

	if (count)
		qsort(all, count, sizeof(*all), by_age);
	for (n = 0; n < count; n++) {
		total += all[n].size;
		if (n && total > (off_t)TOTAL_MAX)
			unlink(all[n].path);
	}
}

static void prune(const char *dir)
{
	DIR *d = opendir(dir);
	struct old *all = NULL;
	struct dirent *e;
	struct stat st;
	size_t count = 0;
	char *path;

	while (d && (e = readdir(d))) {
		path = xasprintf("%s/%s", dir, e->d_name);
		if (lstat(path, &st) || !S_ISREG(st.st_mode)) {
			free(path);
			continue;
		}
		all = xrealloc(all, (count + 1) * sizeof(*all));
		all[count++] = (struct old){ path, st.st_size, st.st_mtime };
	}
	if (d)
		closedir(d);
	drop_oldest(all, count);
	while (count)
		free(all[--count].path);
	free(all);
}

void cache_put(const char *name, const void *data, size_t size)
{
	struct header head = { .magic = MAGIC, .size = size };
	char *dir = folder(true), *file;
	struct bytes whole = { NULL, 0 };

	if (!dir || size > ENTRY_MAX) {
		free(dir);
		return;
	}
	head.sum = sum(data, size);
	bytes_add(&whole, &head, sizeof(head));
	bytes_add(&whole, data, size);
	file = xasprintf("%s/%s", dir, name);
	if (!file_save(file, whole.data, whole.size))
		prune(dir);
	free(file);
	free(dir);
	bytes_free(&whole);
}
