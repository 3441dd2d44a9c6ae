/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Contract: what an architecture adds to a cell.
 */
#ifndef ARCH_CELL_H
#define ARCH_CELL_H

#include "types.h"

struct cell;
struct cb_comm_page;

/* May fail and allocates; nothing visible yet. Goes with the cell's tables. */
int arch_cell_prepare(struct cell *cell);

/*
 * The cell's interrupts become its own: masked, not pending, not active,
 * aimed at its first CPU. cell->irqs and the root cell's are already set.
 */
void arch_irq_move(struct cell *cell);
/* All interrupts of the cell masked, not pending, not active. */
void arch_irq_quiesce(struct cell *cell);

/* The architecture's part of the comm page. */
void arch_comm_fill(const struct cell *cell, struct cb_comm_page *comm);

#endif
