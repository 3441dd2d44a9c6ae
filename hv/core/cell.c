/* SPDX-License-Identifier: GPL-2.0-only */
/* Cells come into being and go: prepared, committed, revoked. */
#include "cell.h"
#include <abi/hypercall.h>
#include <arch/cell.h>
#include <arch/pte.h>
#include "cell_mem.h"
#include "console.h"
#include "core.h"
#include "page.h"
#include "pcpu.h"
#include "string.h"

/* Pages for the structures that a cell description becomes. */
#define CELL_ARENA_PAGES	8

struct cell root_cell;
struct cell *cells[CELL_MAX] = { &root_cell };
struct spinlock control_lock;

int root_cell_init(void)
{
	int err;

	root_cell.cfg = system_cfg.root;
	root_cell.cpus = system_cfg.root.cpus;
	root_cell.irqs = system_cfg.root.irqs;
	err = s2_init(&root_cell.s2, 1);
	if (!err)
		err = root_mem_init();
	if (!err)
		err = arch_cell_prepare(&root_cell);
	return err;
}

/* A locked cell forbids every change of the partitioning. */
static bool locked_by_other(const struct cell *self)
{
	uint32_t i;

	for (i = 1; i < CELL_MAX; i++) {
		if (!cells[i] || cells[i] == self ||
		    cell_state(cells[i]) != CB_CELL_RUNNING_LOCKED)
			continue;
		report_add("cell-locked", "cell \"%s\" has locked the "
			   "partitioning", cells[i]->cfg.name);
		return true;
	}
	return false;
}

static uint32_t free_id(void)
{
	uint32_t i;

	for (i = 1; i < CELL_MAX; i++)
		if (!cells[i])
			return i;
	return 0;
}

static uint32_t page_count(uint64_t size)
{
	return (uint32_t)(page_up(size) >> PAGE_SHIFT);
}

static int no_memory(const char *what)
{
	report_add("limit-exceeded", "no memory for %s: %u of %u pages of the "
		   "hypervisor in use", what, page_pool_used(),
		   page_pool_size());
	return -CB_ENOMEM;
}

/* The structure and the hypervisor's own copy of the description. */
static int new_cell(uint64_t size, struct cell **out)
{
	struct cell *cell = page_alloc(page_count(sizeof(*cell)));

	if (!cell)
		return no_memory("the cell");
	cell->store_pages = page_count(size) + CELL_ARENA_PAGES;
	cell->store = page_alloc(cell->store_pages);
	if (!cell->store) {
		page_free(cell, page_count(sizeof(*cell)));
		return no_memory("the description");
	}
	*out = cell;
	return 0;
}

static void free_cell(struct cell *cell)
{
	if (cell->comm)
		page_free(cell->comm, 1);
	if (cell->s2.root)
		s2_free(&cell->s2);
	page_free(cell->store, cell->store_pages);
	page_free(cell, page_count(sizeof(*cell)));
}

static uint32_t live_configs(const struct cfg_cell *live[CELL_MAX])
{
	uint32_t i, count = 0;

	for (i = 1; i < CELL_MAX; i++)
		if (cells[i])
			live[count++] = &cells[i]->cfg;
	return count;
}

static int judge(struct cell *cell, uint64_t size, struct plan *plan)
{
	const struct cfg_cell *live[CELL_MAX];
	uint32_t live_count = live_configs(live);
	struct cfg_arena arena = {
		.base = (uint8_t *)cell->store +
			((uint64_t)page_count(size) << PAGE_SHIFT),
		.size = CELL_ARENA_PAGES * PAGE_SIZE,
	};
	uint32_t used;
	int err;

	err = config_load_cell(cell->store, (uint32_t)size, &system_cfg,
			       &arena, report_sink(), &cell->cfg);
	if (!err)
		err = config_judge_cell(&system_cfg, live, live_count,
					&cell->cfg, &arena, report_sink(),
					plan);
	if (err)
		return err;
	used = page_count(size) + page_count(arena.used);
	page_free((uint8_t *)cell->store + ((uint64_t)used << PAGE_SHIFT),
		  cell->store_pages - used);
	cell->store_pages = used;
	return 0;
}

/* The root cell must have let go of the CPUs (PSCI CPU_OFF and the like). */
static int claim_cpus(const struct cell *cell)
{
	const struct pcpu *busy = cpus_claim(cell->cfg.cpus.bits);

	if (!busy)
		return 0;
	report_add("cpu-busy", "CPU %u is still in use by cell \"%s\"",
		   busy->id, busy->cell->cfg.name);
	return -CB_EBUSY;
}

static int prepare(struct cell *cell, const struct plan *plan)
{
	int err;

	if (cell->cfg.comm.present) {
		cell->comm = page_alloc(1);
		if (!cell->comm)
			return no_memory("the comm region");
	}
	err = s2_init(&cell->s2, cell->id + 1);
	if (!err)
		err = arch_cell_prepare(cell);
	if (!err)
		err = cell_mem_prepare(cell, plan);
	return err == -CB_ENOMEM ? no_memory("page tables") : err;
}

static void commit(struct cell *cell, const struct plan *plan)
{
	uint32_t w;

	cell->state = CB_CELL_SHUT_DOWN;
	cell->cpus = cell->cfg.cpus;
	cell->irqs = cell->cfg.irqs;
	for (w = 0; w < ARRAY_SIZE(cell->irqs.bits); w++)
		root_cell.irqs.bits[w] &= ~cell->irqs.bits[w];
	root_cell.cpus.bits &= ~cell->cpus.bits;
	cells[cell->id] = cell;
	cell_mem_commit(cell, plan);
	arch_irq_move(cell);
	if (cpus_assign(cell->cpus.bits, cell))
		core_panic("CPUs of cell \"%s\" do not answer",
			   cell->cfg.name);
}

int64_t cell_create(paddr_t blob, uint64_t size)
{
	struct cell *cell;
	struct plan plan;
	int err;

	report_begin();
	if (locked_by_other(NULL))
		return -CB_EPERM;
	if (size > CFG_MAX_CELL_BLOB || !free_id()) {
		report_add("limit-exceeded", "%llu bytes of description, at "
			   "most %u; at most %u cells",
			   (ull)size, (unsigned)CFG_MAX_CELL_BLOB,
			   CELL_MAX - 1);
		return -CB_E2BIG;
	}
	err = new_cell(size, &cell);
	if (err)
		return err;
	cell->id = free_id();
	err = root_copy(cell->store, blob.v, size);
	if (err)
		report_add("bad-value", "the description is not in the root "
			   "cell's memory");
	if (!err)
		err = judge(cell, size, &plan);
	if (err)
		goto free;
	err = claim_cpus(cell);
	if (!err)
		err = prepare(cell, &plan);
	if (err)
		goto unclaim;
	cell->plan = plan;
	commit(cell, &plan);
	printk("Created cell \"%s\"\n", cell->cfg.name);
	cells_tell_others(cell);
	return cell->id;
unclaim:
	cpus_unclaim(cell->cfg.cpus.bits);
free:
	free_cell(cell);
	return err;
}

static void give_back(struct cell *cell)
{
	uint32_t w;

	arch_irq_quiesce(cell);
	for (w = 0; w < ARRAY_SIZE(cell->irqs.bits); w++)
		root_cell.irqs.bits[w] |= cell->irqs.bits[w] &
					  root_cell.cfg.irqs.bits[w];
	root_cell.cpus.bits |= cell->cpus.bits;
	if (cpus_assign(cell->cpus.bits, &root_cell))
		core_panic("CPUs of cell \"%s\" do not answer",
			   cell->cfg.name);
	cell_mem_loadable(cell, false);
	cell_mem_revoke(cell, &cell->plan);
}

int64_t cell_destroy(uint32_t id, bool force)
{
	struct cell *cell;
	int err;

	report_begin();
	cell = cell_get(id);
	if (!cell)
		return -CB_ENOENT;
	if (!force && locked_by_other(cell))
		return -CB_EPERM;
	err = cell_shut_down(cell, !force);
	if (err)
		return err;
	give_back(cell);
	cells[id] = NULL;
	printk("Destroyed cell \"%s\"\n", cell->cfg.name);
	free_cell(cell);
	cells_tell_others(NULL);
	return 0;
}
