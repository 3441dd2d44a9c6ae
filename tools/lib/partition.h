/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A system and cells from the user, taken through the hypervisor's own gate,
 * reader and judge, off line.
 *
 *	p = xmalloc(sizeof(*p));
 *	status = partition_read(p, argc, argv, &opts);
 *	if (status == STATUS_OK)
 *		status = partition_judge(p, report);
 *	partition_free(p);
 *	free(p);
 */
#ifndef TOOLS_PARTITION_H
#define TOOLS_PARTITION_H

#include <lib/finding_print.h>
#include <lib/link.h>
#include <lib/status.h>

/* How far a description got; each step presumes the ones before. */
enum part_state {
	PART_READ,		/* bytes */
	PART_GATED,		/* a sound blob, of the right kind */
	PART_LINKED,		/* of a cell: labels are phandles now */
	PART_LOADED,		/* its cfg_ structure is there */
	PART_ADMITTED,		/* without errors; of a system, those apart
				   that only say what is refused for now */
};

struct partition {
	uint32_t count;			/* of descriptions, >= 1 */
	bool gate_tried;
	struct description d[1 + CFG_MAX_CELLS];	/* [0]: the system */
	enum part_state state[1 + CFG_MAX_CELLS];
	struct cfg_arena arena;
	struct cfg_system system;	/* if state[0] >= PART_LOADED */
	/* of d[1 + n], if state[1 + n] >= PART_LOADED; if it is PART_LINKED,
	   what was understood of it */
	struct cfg_cell cell[CFG_MAX_CELLS];
	/* if PART_ADMITTED */
	struct plan plan[CFG_MAX_CELLS];
	/* those admitted, in their order, and those refused for now alone */
	const struct cfg_cell *live[CFG_MAX_CELLS];
	uint32_t live_count;
	/* for finding_print_cfg() */
	struct party party[1 + CFG_MAX_CELLS];
	struct parties parties;
};

/*
 * argv: SYSTEM [CELL]..., source or blobs. Complains. On failure, too, what
 * was read is to be freed. All files are tried, and the worst status counts.
 */
enum status partition_read(struct partition *p, int argc, char *argv[],
			   const struct compile_options *opts);

/*
 * Only the gate: afterwards a description is PART_GATED, or it was complained
 * or reported what is wrong with it (STATUS_CANNOT). Optional.
 */
enum status partition_gate(struct partition *p, struct cfg_report *report);

/*
 * Gate, link, load, judge; cells in their order, each against those admitted
 * before it, and none against a system with errors. STATUS_CANNOT: a blob is
 * damaged or of the wrong kind (complained or reported). STATUS_REFUSED:
 * errors were reported. Everything that p->state promises holds in each case.
 */
enum status partition_judge(struct partition *p, struct cfg_report *report);

/* The description that a finding speaks of, or NULL. */
struct description *partition_of(struct partition *p, const void *fdt);

/* All but the structure itself. */
void partition_free(struct partition *p);

#endif
