/* SPDX-License-Identifier: GPL-2.0-only */
/* Counters of a cell, one sample of them, and the live view. */
#ifndef CLI_STATS_H
#define CLI_STATS_H

#include <lib/status.h>
#include <lib/sysfs.h>

struct stats_cpu {
	uint32_t cpu;
	uint64_t *value;	/* one for each counter */
};

struct stats_sample {
	uint64_t *value;	/* sum of the cell */
	struct stats_cpu *cpu;	/* sorted */
	size_t cpus;
	double seconds;		/* monotonic clock */
};

struct stats {
	struct sysfs_cell cell;	/* borrowed strings */
	char *delivery;		/* how interrupts arrive, or NULL */
	char **counter;		/* names; the total first, then by alphabet */
	size_t counters;
};

/* Finds the counters. STATUS_REFUSED if the cell has none. */
enum status stats_open(struct stats *s, const struct sysfs_cell *cell);
void stats_close(struct stats *s);

/* Returns false when the cell is gone. */
bool stats_read(const struct stats *s, struct stats_sample *sample);
void stats_sample_free(struct stats_sample *sample);

/* The CPU in an earlier sample, or NULL. */
const struct stats_cpu *stats_find_cpu(const struct stats_sample *sample,
				       uint32_t cpu);

/* now - before; a counter that went back was reset. */
uint64_t stats_difference(uint64_t now, uint64_t before);

/* The live view, until q. */
enum status stats_view(const struct stats *s, double interval);

#endif
