// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli.h"
#include "stats.h"

#define TOTAL	"vmexits_total"

static int by_name(const void *a, const void *b)
{
	const char *x = *(char *const *)a, *y = *(char *const *)b;
	bool tx = !strcmp(x, TOTAL), ty = !strcmp(y, TOTAL);

	return tx != ty ? ty - tx : strcmp(x, y);
}

static bool is_cpu(const char *name)
{
	return !strncmp(name, "cpu", 3) && isdigit((unsigned char)name[3]);
}

static DIR *open_statistics(const struct stats *s)
{
	char *path = xasprintf("%s/cells/%u/statistics", sysfs_root(),
			       s->cell.id);
	DIR *dir = opendir(path);

	free(path);
	return dir;
}

enum status stats_open(struct stats *s, const struct sysfs_cell *cell)
{
	struct dirent *e;
	DIR *dir;

	memset(s, 0, sizeof(*s));
	s->cell = *cell;
	dir = open_statistics(s);
	while (dir && (e = readdir(dir))) {
		if (e->d_type == DT_DIR || e->d_name[0] == '.' ||
		    is_cpu(e->d_name) || !strcmp(e->d_name, "uevent"))
			continue;
		s->counter = xrealloc(s->counter, (s->counters + 1) *
						  sizeof(*s->counter));
		s->counter[s->counters++] = xstrdup(e->d_name);
	}
	if (dir)
		closedir(dir);
	if (!s->counters) {
		complain("cell %u has no statistics", cell->id);
		return STATUS_REFUSED;
	}
	qsort(s->counter, s->counters, sizeof(*s->counter), by_name);
	s->delivery = sysfs_line("delivery");
	return STATUS_OK;
}

void stats_close(struct stats *s)
{
	while (s->counters)
		free(s->counter[--s->counters]);
	free(s->counter);
	free(s->delivery);
}

/* `dir` is "" or "cpuN/". Returns false if nothing could be read. */
static bool read_values(const struct stats *s, const char *dir,
			uint64_t **value)
{
	bool any = false;
	char *line;
	size_t n;

	*value = xmalloc(s->counters * sizeof(**value));
	for (n = 0; n < s->counters; n++) {
		line = sysfs_line("cells/%u/statistics/%s%s", s->cell.id, dir,
				  s->counter[n]);
		if (!line)
			continue;
		(*value)[n] = strtoull(line, NULL, 10);
		any = true;
		free(line);
	}
	return any;
}

static int by_cpu(const void *a, const void *b)
{
	const struct stats_cpu *x = a, *y = b;

	return (x->cpu > y->cpu) - (x->cpu < y->cpu);
}

static void read_cpus(const struct stats *s, struct stats_sample *sample)
{
	DIR *dir = open_statistics(s);
	struct stats_cpu cpu;
	struct dirent *e;
	char *sub;

	while (dir && (e = readdir(dir))) {
		if (!is_cpu(e->d_name))
			continue;
		cpu.cpu = (uint32_t)strtoul(e->d_name + 3, NULL, 10);
		sub = xasprintf("%s/", e->d_name);
		if (read_values(s, sub, &cpu.value)) {
			sample->cpu = xrealloc(sample->cpu,
				(sample->cpus + 1) * sizeof(cpu));
			sample->cpu[sample->cpus++] = cpu;
		} else {
			free(cpu.value);
		}
		free(sub);
	}
	if (dir)
		closedir(dir);
	if (sample->cpus)
		qsort(sample->cpu, sample->cpus, sizeof(cpu), by_cpu);
}

bool stats_read(const struct stats *s, struct stats_sample *sample)
{
	struct timespec t;

	memset(sample, 0, sizeof(*sample));
	clock_gettime(CLOCK_MONOTONIC, &t);
	sample->seconds = (double)t.tv_sec + (double)t.tv_nsec / 1e9;
	if (!read_values(s, "", &sample->value)) {
		stats_sample_free(sample);
		return false;
	}
	read_cpus(s, sample);
	return true;
}

void stats_sample_free(struct stats_sample *sample)
{
	while (sample->cpus)
		free(sample->cpu[--sample->cpus].value);
	free(sample->cpu);
	free(sample->value);
	memset(sample, 0, sizeof(*sample));
}

const struct stats_cpu *stats_find_cpu(const struct stats_sample *sample,
				       uint32_t cpu)
{
	size_t n;

	for (n = 0; n < sample->cpus; n++)
		if (sample->cpu[n].cpu == cpu)
			return &sample->cpu[n];
	return NULL;
}

uint64_t stats_difference(uint64_t now, uint64_t before)
{
	return now >= before ? now - before : now;
}
