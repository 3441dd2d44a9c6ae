/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Arbitrary bytes as descriptions. Input: a system and a cell, one behind the
 * other, both as long as their headers say; what is cut off ends with the
 * input. Each is loaded from a copy of exactly its size. Whatever passes must
 * keep the promises of config.h.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <config/config.h>
#include <lib/link.h>

/* LINK: tools/lib/link.c */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void emit(struct cfg_report *report, const struct cfg_finding *f)
{
	const char *c;

	(void)report;
	for (c = f->text; *c; c++)
		assert(*c >= ' ' && *c <= '~');
	assert(f->id && f->severity <= CFG_ERROR);
	assert(memchr(f->text, 0, sizeof(f->text)));
	assert(memchr(f->where.path, 0, sizeof(f->where.path)));
	assert(memchr(f->other.path, 0, sizeof(f->other.path)));
}

static uint8_t *copy(const uint8_t *data, size_t size)
{
	uint8_t *mem = malloc(size ? size : 1);

	assert(mem);
	memcpy(mem, data, size);
	return mem;
}

/* What the header says, but not beyond the input. */
static size_t blob_size(const uint8_t *data, size_t size)
{
	size_t said;

	if (size < 8)
		return size;
	said = (size_t)data[4] << 24 | (size_t)data[5] << 16 |
	       (size_t)data[6] << 8 | data[7];
	return said < size ? said : size;
}

static void check_cell(const struct cfg_system *sys, const struct cfg_cell *c)
{
	uint32_t i, j;

	for (i = 0; i < c->mem_count; i++) {
		const struct cfg_mem *m = &c->mem[i];
		struct cfg_range r = { m->phys, m->size };

		assert(m->size && m->virt + m->size > m->virt);
		assert(!i || c->mem[i - 1].virt + c->mem[i - 1].size <=
		       m->virt);
		if (m->flags & CFG_MEM_COMM)
			continue;
		assert(m->phys + m->size > m->phys);
		for (j = 0; j < sys->prot_count; j++)
			assert(!cfg_range_meets(sys->prot[j].range, r) ||
			       (c == &sys->root &&
				sys->prot[j].kind == CFG_PROT_ROOT));
	}
}

static void check_ports(const struct cfg_system *sys, const struct cfg_cell *c)
{
	uint32_t i, j;

	for (i = 0; i < c->ports.count; i++) {
		struct cfg_range r = c->ports.r[i];
		bool owned = false;

		assert(r.size && cfg_range_end(r) <= CFG_PORTS);
		assert(!i || cfg_range_end(c->ports.r[i - 1]) < r.base);
		assert(!cfg_range_meets(r, (struct cfg_range){ 0xcf8, 8 }));
		for (j = 0; j < sys->root.ports.count; j++)
			owned |= cfg_range_meets(r, sys->root.ports.r[j]);
		assert(owned);
	}
}

static void check_plan(const struct cfg_system *sys,
		       const struct cfg_cell *cell, const struct plan *plan)
{
	uint32_t i, j;

	check_cell(sys, cell);
	check_ports(sys, cell);
	assert(cell->cpus.bits);
	assert(sys->root.cpus.bits & ~cell->cpus.bits);
	for (i = 0; i < plan->take.count; i++) {
		struct cfg_range r = plan->take.r[i];
		bool owned = false;

		assert(r.size && !((r.base | r.size) & (CFG_PAGE_SIZE - 1)));
		assert(!i || cfg_range_end(plan->take.r[i - 1]) < r.base);
		for (j = 0; j < sys->root.mem_count; j++)
			owned |= cfg_range_meets(r, (struct cfg_range){
				sys->root.mem[j].phys, sys->root.mem[j].size });
		assert(owned);
	}
}

static void try_cell(const uint8_t *data, size_t size,
		     const uint8_t *system_blob, size_t system_size,
		     const struct cfg_system *sys, struct cfg_arena *arena)
{
	struct cfg_report report = { .emit = emit };
	struct cfg_cell cell;
	struct plan plan;
	uint8_t *blob = copy(data, size);

	config_link(blob, (uint32_t)size, system_blob, (uint32_t)system_size,
		    &report);
	report.errors = 0;
	if (!config_load_cell(blob, (uint32_t)size, sys, arena, &report,
			      &cell) &&
	    !config_judge_cell(sys, NULL, 0, &cell, arena, &report, &plan)) {
		assert(!report.errors);
		check_plan(sys, &cell, &plan);
	}
	free(blob);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cfg_report report = { .emit = emit };
	size_t n = blob_size(data, size);
	uint8_t *blob = copy(data, n);
	struct cfg_system sys;
	struct cfg_arena arena = { .size = 1 << 18 };

	arena.base = malloc(arena.size);
	assert(arena.base);
	if (!config_load_system(blob, (uint32_t)n, &arena, &report, &sys) &&
	    !config_judge_system(&sys, &report)) {
		check_cell(&sys, &sys.root);
		check_ports(&sys, &sys.root);
		assert(!report.errors && sys.hv_mem.size);
		try_cell(data + n, size - n, blob, n, &sys, &arena);
	}
	free(arena.base);
	free(blob);
	return 0;
}
