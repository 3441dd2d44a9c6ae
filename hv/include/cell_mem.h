/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The memory side of a cell's life. "Prepare" functions may fail and change
 * nothing that can be seen; the others cannot fail.
 */
#ifndef CELL_MEM_H
#define CELL_MEM_H

#include "types.h"

struct cell;
struct plan;

/* The root cell's whole map, and what it may read of the hypervisor. */
int root_mem_init(void);

/*
 * The cell's own tables, and the root cell's split at the plan's ends. Where
 * it fails, the root cell's are merged again.
 */
int cell_mem_prepare(struct cell *cell, const struct plan *plan);

/* Takes the plan's ranges from the root cell and wipes the cell's RAM. */
void cell_mem_commit(struct cell *cell, const struct plan *plan);

/* Wipes the cell's RAM and gives the ranges back to the root cell. */
void cell_mem_revoke(struct cell *cell, const struct plan *plan);

/* Lets the root cell write to LOADABLE memory, or ends it. */
void cell_mem_loadable(struct cell *cell, bool loadable);

/* What was loaded must be in memory when the cell runs without caches. */
void cell_mem_flush(struct cell *cell);

/*
 * Copies from the root cell's RAM; -CB_EFAULT when a page is not its own
 * readable RAM.
 */
int root_copy(void *dst, uint64_t ip, uint64_t size);

#endif
