/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Trapped accesses: who answers for an address that stage 2 does not map.
 */
#ifndef MMIO_H
#define MMIO_H

#include "types.h"

struct cell;

struct mmio {
	uint64_t addr;		/* the cell's address */
	uint64_t value;		/* to write; or read, zero-extended */
	uint32_t size;		/* 1, 2, 4 or 8 */
	bool write;
};

/*
 * Answers an access inside the region; m->addr is inside with all its bytes
 * and aligned, offset is counted from the region's base. false: a violation,
 * the CPU is to be parked.
 */
typedef bool (*mmio_handler)(struct cell *cell, struct mmio *m,
			     uint64_t offset, void *arg);

/*
 * Intercepts a range for every cell (or for the root cell alone). At boot
 * only. -CB_ENOMEM when the table is full, -CB_EEXIST on overlap.
 */
int mmio_register(uint64_t base, uint64_t size, bool root_only,
		  mmio_handler handler, void *arg);

/*
 * An access that trapped. true: done, m->value holds what was read. false:
 * nobody answers, or not in this width: a violation.
 */
bool mmio_dispatch(struct cell *cell, struct mmio *m);

/* The access itself, at a physical address that the cell may touch. */
void mmio_forward(struct mmio *m, paddr_t phys);

#endif
