/* SPDX-License-Identifier: GPL-2.0-only */
/* Cells come into being and go: prepared, committed, revoked. */
#include "cell.h"
#include "core.h"
#include "page.h"
#include "pcpu.h"

/* Pages for the structures that a cell description becomes. */
#define CELL_ARENA_PAGES	8

struct cell root_cell;
struct cell *cells[CELL_MAX] = { &root_cell };
uint32_t cell_count;
struct spinlock control_lock;

int root_cell_init(void)
{
	return s2_init(&root_cell.s2, 1) ?: root_mem_init() ?:
	       arch_cell_prepare(&root_cell);
}

/* A locked cell forbids every change of the partitioning. */
static int locked_by_other(const struct cell *self)
{
	const struct cell *cell = NULL;

	while ((cell = cell_next(cell)))
		if (cell != self && cell_state(cell) == CB_CELL_RUNNING_LOCKED)
			return refuse(-CB_EPERM, "cell-locked", "cell \"%s\" "
				      "has locked the partitioning",
				      cell->cfg.name);
	return 0;
}

static int no_memory(void)
{
	return refuse(-CB_ENOMEM, "limit-exceeded", "no memory for the cell: "
		      "%u of %u pages of the hypervisor in use",
		      page_pool_used, page_pool_size);
}

static void free_cell(struct cell *cell)
{
	page_free(cell->arch, ARCH_CELL_PAGES);
	if (cell->s2.root)
		s2_free(&cell->s2);
	page_free(cell, cell->pages);
}

/* The hypervisor's own copy of the description, and what comes of it. */
static int load(struct cell *cell, paddr_t blob, uint32_t size)
{
	const struct cfg_cell *live[CELL_MAX];
	const struct cell *other = NULL;
	uint8_t *copy = (uint8_t *)cell->comm + PAGE_SIZE;
	struct cfg_arena arena = {
		.base = copy + page_up(size),
		.size = CELL_ARENA_PAGES * PAGE_SIZE,
	};
	uint32_t unused, live_count = 0;
	int err = root_copy(copy, blob.v, size);

	if (err)
		return refuse(err, "bad-value", "the description is not in the "
			      "root cell's memory");
	while ((other = cell_next(other)))
		live[live_count++] = &other->cfg;
	err = config_load_cell(copy, size, &system_cfg, &arena, &report_sink,
			       &cell->cfg) ?:
	      config_judge_cell(&system_cfg, live, live_count, &cell->cfg,
				&arena, &report_sink, &cell->plan);
	unused = CELL_ARENA_PAGES - page_count(arena.used);
	cell->pages -= unused;
	page_free((uint8_t *)cell + cell->pages * PAGE_SIZE, unused);
	return err;
}

/* The root cell must have let go of the CPUs (PSCI CPU_OFF and the like). */
static int claim_cpus(const struct cell *cell)
{
	const struct pcpu *busy = cpus_claim(cell->cfg.cpus.bits);

	if (!busy)
		return 0;
	return refuse(-CB_EBUSY, "cpu-busy", "CPU %u is still in use by cell "
		      "\"%s\"", busy->id, busy->cell->cfg.name);
}

static int prepare(struct cell *cell)
{
	int err = s2_init(&cell->s2, cell->id + 1) ?:
		  arch_cell_prepare(cell) ?: cell_mem_prepare(cell);

	return err == -CB_ENOMEM ? no_memory() : err;
}

/* The cell's CPUs and interrupts change hands; the CPUs are switched off. */
static void hand_over(struct cell *cell, struct cell *to)
{
	uint32_t w, bits;

	for (w = 0; w < ARRAY_SIZE(cell->cfg.irqs.bits); w++) {
		bits = cell->cfg.irqs.bits[w];
		root_cell.cfg.irqs.bits[w] &= ~bits;
		to->cfg.irqs.bits[w] |= bits & system_cfg.root.irqs.bits[w];
	}
	root_cell.cfg.cpus.bits &= ~cell->cfg.cpus.bits;
	to->cfg.cpus.bits |= cell->cfg.cpus.bits;
	if (cpus_assign(cell->cfg.cpus.bits, to))
		core_panic("CPUs of cell \"%s\" do not answer",
			   cell->cfg.name);
}

static void commit(struct cell *cell)
{
	cell->state = CB_CELL_SHUT_DOWN;
	cells[cell->id] = cell;
	cell_count++;
	arch_cells_changed();
	cell_mem_commit(cell);
	hand_over(cell, cell);
	arch_irq_move(cell);
}

int64_t cell_create(paddr_t blob, uint64_t size)
{
	uint32_t id = 1, own = page_count(sizeof(struct cell)), pages;
	struct cell *cell;
	int err;

	while (id < CELL_MAX && cells[id])
		id++;
	if (locked_by_other(NULL))
		return -CB_EPERM;
	if (size > CFG_MAX_CELL_BLOB || id == CELL_MAX)
		return refuse(-CB_E2BIG, "limit-exceeded", "%llu bytes of "
			      "description, at most %u; at most %u cells",
			      (ull)size, (unsigned)CFG_MAX_CELL_BLOB,
			      CELL_MAX - 1);
	pages = own + 1 + page_count(size) + CELL_ARENA_PAGES;
	cell = page_alloc(pages);
	if (!cell)
		return no_memory();
	cell->id = id;
	cell->pages = pages;
	cell->comm = (void *)((uint8_t *)cell + own * PAGE_SIZE);
	err = load(cell, blob, (uint32_t)size) ?: claim_cpus(cell) ?:
	      prepare(cell);
	if (err) {
		/* without effect on CPUs that have not been claimed */
		cpus_unclaim(cell->cfg.cpus.bits);
		free_cell(cell);
		return err;
	}
	commit(cell);
	printk("Created cell \"%s\"\n", cell->cfg.name);
	cells_tell_others(cell);
	return id;
}

int64_t cell_destroy(struct cell *cell, uint64_t force)
{
	bool ask = force != CB_DESTROY_FORCE;
	int err;

	if (ask && locked_by_other(cell))
		return -CB_EPERM;
	err = cell_shut_down(cell, ask);
	if (err)
		return err;
	hand_over(cell, &root_cell);
	cell_mem_revoke(cell);
	cells[cell->id] = NULL;
	cell_count--;
	arch_cells_changed();
	printk("Destroyed cell \"%s\"\n", cell->cfg.name);
	free_cell(cell);
	cells_tell_others(NULL);
	return 0;
}
