/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the kernel module tells: /sys/devices/cellblock, or the directory that
 * $CELLBLOCK_SYSFS names.
 *
 *	enabled, delivery, system.dtb
 *	cells/ID/{name,state,cpus_assigned_list,cpus_failed_list}
 *	cells/ID/description.dtb
 *	cells/ID/statistics/COUNTER, cells/ID/statistics/cpuN/COUNTER
 */
#ifndef TOOLS_SYSFS_H
#define TOOLS_SYSFS_H

#include <stdbool.h>
#include <stdint.h>

#include <lib/io.h>

struct sysfs_cell {
	uint32_t id;
	char *name;
	char *state;
	char *cpus;		/* lists such as "1-3,7", may be "" */
	char *cpus_failed;
};

struct sysfs_cells {
	struct sysfs_cell *cell;	/* sorted by id */
	size_t count;
};

const char *sysfs_root(void);
bool sysfs_module_loaded(void);
bool sysfs_enabled(void);

/* First line of a file below the root, without its end; NULL if unreadable. */
__attribute__((format(printf, 1, 2))) char *sysfs_line(const char *fmt, ...);

/* Whole file below the root. 0 or a negative errno. */
int sysfs_blob(const char *relative, size_t max, struct bytes *out);

/* A cell that goes away while this runs is left out. */
void sysfs_cells_read(struct sysfs_cells *cells);
void sysfs_cells_free(struct sysfs_cells *cells);

#endif
