/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Stage 2: what a cell sees of physical memory. The walker is generic; the
 * architecture encodes entries (arch/pte.h).
 *
 * Largest possible blocks are used. Changing a mapping never needs memory
 * where the range has been split before: prepare splits (may fail, changes
 * nothing that can be seen), commit unmaps (cannot fail).
 * Callers hold the control lock; a CPU that faults meanwhile takes s2->lock.
 */
#ifndef S2_H
#define S2_H

#include <config/config.h>
#include "lock.h"
#include "types.h"

/* Attributes: the flags of a piece of memory that stage 2 knows. */
#define S2_READ		((uint32_t)CFG_MEM_READ)
#define S2_WRITE	((uint32_t)CFG_MEM_WRITE)
#define S2_EXEC		((uint32_t)CFG_MEM_EXEC)
#define S2_DEVICE	((uint32_t)CFG_MEM_IO)
#define S2_ATTR		(S2_READ | S2_WRITE | S2_EXEC | S2_DEVICE)

struct s2 {
	struct spinlock lock;	/* held while tables change */
	uint32_t changes;	/* counts them, with the lock */
	void *root;		/* arch_s2_root_pages() contiguous pages */
	bool hidden;
	uint32_t id;		/* tag of the translations (VMID, ASID) */
};

/* Returns 0 or -CB_ENOMEM. */
int s2_init(struct s2 *s2, uint32_t id);
/* Frees all tables, not hidden; nothing may use them any more. */
void s2_free(struct s2 *s2);

/*
 * Maps [ip, ip + size) to pa; all page multiples. Entries that exist there
 * are replaced only where they are leaves of the same level (a remap after
 * an unmap). Returns 0, -CB_ENOMEM (what was mapped by this call is unmapped
 * again) or -CB_EEXIST when something else is mapped there.
 */
int s2_map(struct s2 *s2, ipaddr_t ip, paddr_t pa, uint64_t size,
	   uint32_t attr);

/*
 * Steps of a change to a range. Split: its ends become table boundaries,
 * without changing any translation; only this may fail (-CB_ENOMEM, undone).
 * Unmap: removes all translations and flushes; ends inside a block are not
 * permitted (split first). Merge: joins what can be one block again around the
 * range, frees tables that became empty, and flushes where needed.
 */
#define S2_SPLIT	1u
#define S2_UNMAP	2u
#define S2_MERGE	4u
int s2_change(struct s2 *s2, uint32_t steps, ipaddr_t ip, uint64_t size);

/*
 * Takes everything away at once, or gives it back if it was taken: a CPU that
 * does not listen to the hypervisor's interrupt faults at its next instruction.
 */
void s2_hide(struct s2 *s2, bool hidden);

/* Translates: S2_*, or 0 when nothing is mapped. pa may be NULL. */
uint32_t s2_query(const struct s2 *s2, ipaddr_t ip, paddr_t *pa);

#endif
