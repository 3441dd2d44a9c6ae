/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The machine of the unit tests: some RAM, a device page, a clock, and an
 * observer of stage-2 tables. Tests set and read it all directly.
 */
#ifndef FAKE_H
#define FAKE_H

#include <stdint.h>

/* RAM: the page pool is taken from here. */
#define FAKE_RAM	0x80000000ull
#define FAKE_RAM_SIZE	(4u << 20)
extern uint8_t fake_ram[FAKE_RAM_SIZE];

/* One device; accesses outside of it, or in the last byte and on, abort. */
#define FAKE_DEV	0x9000000ull
#define FAKE_DEV_SIZE	0x4000u
extern uint8_t fake_dev[FAKE_DEV_SIZE];
extern unsigned fake_dev_accesses;

struct fake_s2 {
	unsigned levels;
	unsigned root_pages;
	uint32_t block_levels;	/* bit n: level n may have leaves */
	unsigned flushes;
	unsigned breaks;	/* valid entries that changed without a flush */
	unsigned unpublished;	/* found by fake_s2_check() */
};
extern struct fake_s2 fake_s2;

/* A new machine; the shape of stage 2 is kept. */
void fake_reset(void);

/* Have all changes of this page of tables been published? Counts. */
void fake_s2_check(const void *table);

#endif
