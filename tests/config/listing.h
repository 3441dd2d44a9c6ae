/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What hv/config made of two blobs, as text that any two builds can be
 * compared by. No C library: it also runs on a bare machine.
 */
#ifndef TESTS_LISTING_H
#define TESTS_LISTING_H

#include <config/config.h>

struct listing {
	void (*put)(struct listing *l, const char *text);
};

void list_finding(struct listing *l, const struct cfg_finding *f);
void list_system(struct listing *l, const struct cfg_system *sys);
void list_cell(struct listing *l, const struct cfg_cell *cell);
void list_plan(struct listing *l, const struct plan *plan);

/*
 * Loads and judges a system and cells, each cell against those before it.
 * Findings and models go to the listing. arena is scratch; cells are linked
 * already. force: cells are judged against a system and cells with errors,
 * too, if those could be loaded. Returns 0 if everything was accepted.
 */
struct blob {
	const void *data;
	uint32_t size;
};

#define LIST_MAX_CELLS	64

int list_all(struct listing *l, struct blob system, const struct blob *cells,
	     uint32_t count, struct cfg_arena *arena, bool force);

#endif
