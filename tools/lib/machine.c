// SPDX-License-Identifier: GPL-2.0-only
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <lib/machine.h>

#define MAX_CPUINFO	(4u << 20)
#define MAX_CMDLINE	(64u << 10)
#define MAX_LINE	4096u
#define MAX_LOG		(16u << 20)
#define MAX_RECORD	8192u	/* of /dev/kmsg: the kernel's own limit */

static int read_below(const struct machine *m, const char *path, size_t max,
		      struct bytes *out)
{
	char *full = xasprintf("%s%s", m->root, path);
	int err = file_read(full, max, out);

	free(full);
	return err;
}

/* /dev/kmsg gives one record at a time and no end, a copy is a file. */
static void read_log(struct machine *m)
{
	char *path = xasprintf("%s/dev/kmsg", m->root), record[MAX_RECORD];
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	ssize_t got;

	free(path);
	while (fd >= 0 && m->log.size < MAX_LOG) {
		got = read(fd, record, sizeof(record));
		if (got < 0 && (errno == EPIPE || errno == EINTR))
			continue;	/* overwritten meanwhile: the next */
		if (got <= 0)
			break;
		bytes_add(&m->log, record, (size_t)got);
	}
	if (fd >= 0)
		close(fd);
}

int machine_read(struct machine *m, const char *root)
{
	int err;

	memset(m, 0, sizeof(*m));
	m->root = root;
	err = read_below(m, "/proc/cpuinfo", MAX_CPUINFO, &m->cpuinfo);
	if (err)
		return err;
	read_below(m, "/proc/cmdline", MAX_CMDLINE, &m->cmdline);
	read_log(m);
	return 0;
}

void machine_free(struct machine *m)
{
	bytes_free(&m->cpuinfo);
	bytes_free(&m->cmdline);
	bytes_free(&m->log);
}

bool machine_has(const struct machine *m, const char *path)
{
	char *full = xasprintf("%s%s", m->root, path);
	bool is_there = access(full, F_OK) == 0;

	free(full);
	return is_there;
}

static bool has_inner(const struct machine *m, const char *path,
		      const char *name, const char *inner)
{
	char *full = xasprintf("%s/%s/%s", path, name, inner);
	bool has = !*inner || machine_has(m, full);

	free(full);
	return has;
}

char *machine_first_in(const struct machine *m, const char *path,
		       const char *inner)
{
	char *full = xasprintf("%s%s", m->root, path), *first = NULL;
	DIR *dir = opendir(full);
	struct dirent *e;

	free(full);
	while (dir && (e = readdir(dir))) {
		if (e->d_name[0] == '.' ||
		    (first && strcmp(first, e->d_name) < 0) ||
		    !has_inner(m, path, e->d_name, inner))
			continue;
		free(first);
		first = xstrdup(e->d_name);
	}
	if (dir)
		closedir(dir);
	return first;
}

char *machine_line(const struct machine *m, const char *path)
{
	struct bytes file;
	char *line;

	if (read_below(m, path, MAX_LINE, &file))
		return NULL;
	line = (char *)file.data;
	if (!line)
		return xstrdup("");
	line[strcspn(line, "\n")] = '\0';
	return line;
}

/* The value behind "key\t: ", up to the line's end; NULL if none. */
static const char *value_of(const char *text, const char *key, size_t *len)
{
	size_t key_len = strlen(key);
	const char *line, *p;

	for (line = text; line && *line; line = p ? p + 1 : NULL) {
		p = strchr(line, '\n');
		if (strncmp(line, key, key_len) != 0)
			continue;
		line += key_len + strspn(line + key_len, " \t");
		if (*line != ':')
			continue;
		line++;
		line += strspn(line, " \t");
		*len = strcspn(line, "\n");
		return line;
	}
	return NULL;
}

char *machine_cpu(const struct machine *m, const char *key)
{
	const char *value;
	size_t len = 0;

	if (!m->cpuinfo.data)
		return NULL;
	value = value_of((const char *)m->cpuinfo.data, key, &len);
	return value ? xasprintf("%.*s", (int)len, value) : NULL;
}

bool machine_cpu_has(const struct machine *m, const char *key,
		     const char *word)
{
	char *value = machine_cpu(m, key), *rest = value, *w;
	bool found = false;

	while (!found && rest && (w = strsep(&rest, " ")))
		found = strcmp(w, word) == 0;
	free(value);
	return found;
}

unsigned int machine_cpus(const struct machine *m)
{
	const char *text = (const char *)m->cpuinfo.data;
	unsigned int count = 0;
	size_t len;

	while (text && (text = value_of(text, "processor", &len)))
		count++;
	return count;
}

char *machine_option(const struct machine *m, const char *start)
{
	char *words = m->cmdline.data ? xstrdup((char *)m->cmdline.data) : NULL;
	char *rest = words, *w, *last = NULL;
	size_t len = strlen(start);

	while (rest && (w = strsep(&rest, " \n"))) {
		if (strncmp(w, start, len) != 0)
			continue;
		free(last);
		last = xstrdup(w);
	}
	free(words);
	return last;
}
