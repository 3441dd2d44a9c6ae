/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Who owns what: the picture of a partition before it is drawn.
 *
 * Physical addresses are cut wherever somebody's piece begins or ends, so
 * that within a segment nothing changes; CPUs and interrupts have owners in
 * the same way. Cells need not be admissible: what the judge refuses because
 * two want it is a clash here. Pure; reads no blob.
 */
#ifndef TOOLS_MAP_MODEL_H
#define TOOLS_MAP_MODEL_H

#include <config/config.h>

/* Owners by number. */
#define MAP_HYPERVISOR	0u
#define MAP_ROOT	1u
#define MAP_CELL	2u	/* and on: the cells in their order */
#define MAP_MAX_OWNERS	(MAP_CELL + CFG_MAX_CELLS)

struct map_set {
	uint64_t bits[(MAP_MAX_OWNERS + 63) / 64];
};

enum map_kind {
	MAP_KIND_RAM,
	MAP_KIND_IO,
	MAP_KIND_LINK,
	MAP_KIND_HYPERVISOR,
	MAP_KIND_INTC,
	MAP_KIND_IOMMU,
	MAP_KIND_ECAM,
};

enum map_state {
	MAP_FREE,	/* nobody's: no RAM, no device that is known */
	MAP_ALONE,
	MAP_SHARED,	/* as declared on all sides */
	MAP_STRAY,	/* wanted by a cell, and not the root cell's to give */
	MAP_CLASH,	/* wanted by several that do not share it */
};

/* What one owner says that it has. */
struct map_piece {
	struct cfg_range range;		/* physical */
	uint32_t owner;
	uint32_t kind;			/* enum map_kind */
	uint32_t flags;			/* enum cfg_mem_flags */
	uint64_t virt;			/* the owner's address */
	const void *fdt;		/* node: there; -1: of no single node */
	int32_t node;
};

struct map_segment {
	struct cfg_range range;
	struct map_set owners;
	enum map_state state;
	enum map_kind kind;
	const struct cfg_region *reserved;	/* all of it lies there */
};

struct map_cpu {
	struct map_set owners;
	enum map_state state;
};

/* Interrupts first to last, of the same owners. */
struct map_irqs {
	uint32_t first, last;	/* INTID */
	struct map_set owners;
	enum map_state state;
};

struct map {
	const struct cfg_system *system;
	const struct cfg_cell *cell[CFG_MAX_CELLS];
	uint32_t owner_count;		/* MAP_CELL and the cells */
	struct map_piece *piece;	/* sorted by address */
	uint32_t piece_count;
	struct map_segment *segment;	/* in order, without holes from 0 on */
	uint32_t segment_count;
	struct map_cpu cpu[CFG_MAX_CPUS];
	struct map_irqs *irqs;		/* those of nobody are left out */
	uint32_t irqs_count;
};

/* system and cells have to outlive the map; all were loaded. */
void map_build(struct map *m, const struct cfg_system *system,
	       const struct cfg_cell *const *cells, uint32_t count);
void map_free(struct map *m);

/* The first piece from p on that meets the range, or NULL. */
const struct map_piece *map_piece_meeting(const struct map *m,
					  const struct map_piece *p,
					  struct cfg_range range);

/* Is the piece still its owner's in that segment, not given to a cell? */
bool map_piece_counts(const struct map_piece *p, const struct map_segment *s);

/* All owners of segments that meet the range, and the worst state there. */
enum map_state map_owners(const struct map *m, struct cfg_range range,
			  struct map_set *owners);

/* Bytes of RAM that the owner has, alone or with others. */
uint64_t map_ram_of(const struct map *m, uint32_t owner);

/* Clashes and strays, of memory, CPUs and interrupts. */
uint32_t map_trouble(const struct map *m);

static inline bool map_set_test(const struct map_set *s, uint32_t owner)
{
	return s->bits[owner / 64] >> owner % 64 & 1;
}

static inline void map_set_add(struct map_set *s, uint32_t owner)
{
	s->bits[owner / 64] |= 1ull << owner % 64;
}

uint32_t map_set_count(const struct map_set *s);

/* A gap as there are many between devices: not worth a line of its own. */
static inline bool map_small_gap(const struct map_segment *s)
{
	return s->state == MAP_FREE && s->range.size < 16ull << 20;
}

#endif
