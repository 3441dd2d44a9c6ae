/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Semantic checks beyond those of the hypervisor: what is admissible, and yet
 * hardly meant. They look at structures that hv/config has loaded.
 */
#ifndef CHECK_ADVICE_H
#define CHECK_ADVICE_H

#include <config/config.h>

struct advice_input {
	const struct cfg_system *system;	/* loaded */
	/* loaded, in the order given; each refers to the linked blob */
	const struct cfg_cell *const *cells;
	uint32_t cell_count;
	/*
	 * those, and among them cells that hv/config refused to load: what it
	 * has understood of them. Their blobs have passed the gate.
	 */
	const struct cfg_cell *const *linked;
	uint32_t linked_count;
	/* another tree of the same board, e.g. the vendor's: gated; or NULL */
	const void *board;
	uint32_t board_size;
};

/*
 * Reports what it finds. Places are in the blobs of the input; each finding
 * is counted in report->errors and warnings as config_say() does. The order
 * is of no importance: the caller sorts.
 */
void advice_run(const struct advice_input *in, struct cfg_report *report);

/* A file that is to be loaded into a cell. */
struct advice_image {
	const struct cfg_cell *cell;	/* loaded */
	const char *file;		/* as the user named it */
	uint64_t address;		/* where the cell sees it */
	uint64_t size;
};

/* Reports images that do not fit, in the manner of advice_run(). */
void advice_images(const struct advice_image *images, uint32_t count,
		   struct cfg_report *report);

/* The table of its checks: row i, or NULL behind the last. */
const struct cfg_check *advice_check_row(uint32_t i);

#endif
