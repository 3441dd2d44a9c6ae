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
#include "vote.h"

#define CELL_MAX	16	/* live cells, the root cell included */

struct cell {
	uint32_t id;			/* 0: root */
	struct cfg_cell cfg;
	struct cfg_cpu_set cpus;	/* now; the root's shrinks and grows */
	struct cfg_irq_set irqs;	/* the same */
	struct s2 s2;
	struct cb_comm_page *comm;	/* NULL without one */
	uint32_t state;			/* CB_CELL_*, the hypervisor's word */
	bool loadable;			/* root has access to LOADABLE memory */
	struct vote vote;
	struct plan plan;		/* what it took from the root cell */
	void *store;			/* blob, then arena */
	uint32_t store_pages;
	struct cell_console console;
};

extern struct cfg_system system_cfg;
extern struct cell root_cell;
extern struct cell *cells[CELL_MAX];	/* by id; [0] is the root cell */

/* Serialises management; interrupts of the guest wait meanwhile. */
extern struct spinlock control_lock;

/* What user space sees: the cell's own word where it may have one. */
uint32_t cell_state(const struct cell *cell);

/* Sets up the root cell from system_cfg. */
int root_cell_init(void);

/* A live cell that is not the root cell; NULL after a finding. */
struct cell *cell_get(uint32_t id);

/*
 * Asks the cell, if it is to be asked, and stops it. 0, -CB_EAGAIN (its answer
 * is out: again later), -CB_EPERM (it denied), -CB_EIO (a CPU does not answer).
 */
int cell_shut_down(struct cell *cell, bool ask);

/* Tells the other cells that the partitioning has changed. */
void cells_tell_others(const struct cell *except);

/* The management hypercalls; caller is a CPU of the root cell. */
int64_t cell_create(paddr_t blob, uint64_t size);
int64_t cell_start(uint32_t id);
int64_t cell_set_loadable(uint32_t id);
int64_t cell_destroy(uint32_t id, bool force);
int64_t cell_load_address(uint32_t id, uint64_t addr, bool room);

/* A CPU of the cell failed: is the whole cell failed now? */
void cell_cpu_failed(struct cell *cell);

/* Stops and destroys all cells without asking: the machine goes down. */
void cells_force_end(void);

#endif
