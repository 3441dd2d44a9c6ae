/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Cells and their life: prepared (may fail, nothing visible), committed
 * (cannot fail), started, stopped, destroyed.
 */
#ifndef CELL_H
#define CELL_H

#include <abi/comm.h>
#include <config/config.h>
#include "console.h"
#include "s2.h"

#define CELL_MAX	16	/* live cells, the root cell included */

struct cell {
	uint32_t id;			/* 0: root */
	uint32_t pages;			/* comm page, blob, arena behind */
	struct cfg_cell cfg;		/* the root's CPUs and IRQs: now */
	struct s2 s2;
	struct cb_comm_page *comm;	/* may be unmapped; root: NULL */
	uint32_t state;			/* CB_CELL_*, the hypervisor's word */
	bool loadable;			/* root has access to LOADABLE memory */
	uint64_t deadline;		/* of its answer to a request, or 0 */
	struct plan plan;		/* what it takes from the root cell */
	struct cell_console console;
	void *arch;			/* arch_cell_prepare() makes it */
};

extern struct cfg_system system_cfg;
extern struct cell root_cell;
extern struct cell *cells[CELL_MAX];	/* by id; [0] is the root cell */

/* Without the root cell. Any cell may ask, without a lock. */
extern uint32_t cell_count;

/*
 * Walks live cells but the root cell, as: while ((c = cell_next(c))). With the
 * control lock.
 */
static inline struct cell *cell_next(const struct cell *prev)
{
	uint32_t id = prev ? prev->id + 1 : 1;

	while (id < CELL_MAX && !cells[id])
		id++;
	return id < CELL_MAX ? cells[id] : NULL;
}

#define for_each(p, array, n)	for ((p) = (array); (p) < (array) + (n); (p)++)

/* m: each piece of what a cell sees. */
#define for_each_mem(m, cell)						\
	for_each(m, (cell)->cfg.mem, (cell)->cfg.mem_count)

/* r: each range that a cell has taken from the root cell. */
#define for_each_taken(r, cell)						\
	for_each(r, (cell)->plan.take.r, (cell)->plan.take.count)

/* Serialises management; interrupts of the guest wait meanwhile. */
extern struct spinlock control_lock;

/* What user space sees: the cell's own word where it may have one. */
uint32_t cell_state(const struct cell *cell);

/* Sets up the root cell; its cfg is the system's. */
int root_cell_init(void);

/*
 * Asks the cell, if it is to be asked, and stops it. 0, -CB_EAGAIN (its answer
 * is out: again later), -CB_EPERM (it denied), -CB_EIO (a CPU does not answer).
 */
int cell_shut_down(struct cell *cell, bool ask);

/* Tells the other cells that the partitioning has changed. */
void cells_tell_others(const struct cell *except);

/* The management hypercalls; the caller is a CPU of the root cell. */
int64_t cell_create(paddr_t blob, uint64_t size);
int64_t cell_start(struct cell *cell, uint64_t arg);
int64_t cell_set_loadable(struct cell *cell, uint64_t arg);
int64_t cell_destroy(struct cell *cell, uint64_t force);
int64_t cell_load_address(struct cell *cell, uint64_t addr);
int64_t cell_load_room(struct cell *cell, uint64_t addr);

/* Stops and destroys all cells without asking: the machine goes down. */
void cells_force_end(void);

/*
 * The memory side. "Prepare" may fail, and then nothing of it is seen; the
 * others cannot fail.
 */

/* The root cell's whole map, and what it may read of the hypervisor. */
int root_mem_init(void);

/* The cell's own tables, and the root cell's split at the plan's ends. */
int cell_mem_prepare(struct cell *cell);

/* Takes the plan's ranges from the root cell and wipes the cell's RAM. */
void cell_mem_commit(const struct cell *cell);

/* Wipes the cell's RAM and gives the ranges back to the root cell. */
void cell_mem_revoke(struct cell *cell);

/* Lets the root cell write to LOADABLE memory, or ends it. */
void cell_mem_loadable(struct cell *cell, bool loadable);

/* What was loaded must be in memory when the cell runs without caches. */
void cell_mem_flush(const struct cell *cell);

/*
 * Copies from the root cell's RAM; -CB_EFAULT when a page is not its own
 * readable RAM.
 */
int root_copy(void *dst, uint64_t ip, uint64_t size);

#endif
