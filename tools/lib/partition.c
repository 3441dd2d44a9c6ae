// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include <libfdt.h>

#include <lib/partition.h>

/* Pages that are not written cost nothing. */
#define ARENA_SIZE	(CFG_ARENA_SYSTEM(CFG_MAX_SYSTEM_BLOB) + \
			 CFG_MAX_CELLS * (CFG_ARENA_CELL + CFG_MAX_CELL_BLOB))

enum status partition_read(struct partition *p, int argc, char *argv[],
			   const struct compile_options *opts)
{
	enum status worst = STATUS_OK, status;
	uint32_t n;

	memset(p, 0, sizeof(*p));
	if (argc > 1 + CFG_MAX_CELLS) {
		complain("%d cells; more than %d cannot be", argc - 1,
			 CFG_MAX_CELLS);
		return STATUS_CANNOT;
	}
	p->parties.party = p->party;
	for (n = 0; n < (uint32_t)argc; n++) {
		status = description_read(argv[n], opts, n ?
					  CFG_MAX_CELL_BLOB :
					  CFG_MAX_SYSTEM_BLOB, &p->d[n]);
		if (status > worst)
			worst = status;
		p->party[n] = (struct party){ n ? "" : "system", &p->d[n] };
	}
	p->count = (uint32_t)argc;
	p->parties.count = p->count;
	return worst;
}

static const char *cell_name(const struct description *d)
{
	int len;
	const char *name = fdt_getprop(d->blob.data, 0, "cell-name", &len);

	return name && len > 0 && !name[len - 1] ? name : "";
}

/* Complains. */
static bool right_kind(const struct description *d, bool system)
{
	enum cfg_blob_kind kind = config_blob_kind(d->blob.data);

	if (kind == (system ? CFG_BLOB_SYSTEM : CFG_BLOB_CELL))
		return true;
	if (system && kind == CFG_BLOB_CELL)
		complain("%s: describes a cell; the system it is for comes first",
			 d->file);
	else if (system)
		complain("%s: no system: no node has compatible = \"cellblock,hypervisor\"",
			 d->file);
	else if (kind == CFG_BLOB_SYSTEM)
		complain("%s: describes a second system; behind the first, cells are wanted",
			 d->file);
	else
		complain("%s: no cell: the root node lacks compatible = \"cellblock,cell\"",
			 d->file);
	return false;
}

static void gate(struct partition *p, uint32_t n, struct cfg_report *report)
{
	struct description *d = &p->d[n];

	p->parties.self = n;
	if (config_gate(d->blob.data, (uint32_t)d->blob.size,
			n ? CFG_MAX_CELL_BLOB : CFG_MAX_SYSTEM_BLOB, report) ||
	    !right_kind(d, !n))
		return;
	p->state[n] = PART_GATED;
	if (n)
		p->party[n].name = cell_name(d);
}

/* Hands findings on; counts those that only say: not yet. */
struct counted {
	struct cfg_report report;	/* first: emit() gets its address */
	struct cfg_report *to;
	uint32_t not_yet;
};

static void count(struct cfg_report *report, const struct cfg_finding *f)
{
	struct counted *c = (struct counted *)report;

	c->not_yet += !strcmp(f->id, "link-unsupported");
	c->to->emit(c->to, f);
}

/* True if no error stands but those. */
static bool hand_on(const struct counted *c)
{
	c->to->errors += c->report.errors;
	c->to->warnings += c->report.warnings;
	return c->report.errors == c->not_yet;
}

static void judge_system(struct partition *p, struct cfg_report *report)
{
	struct counted c = { .report = { .emit = count }, .to = report };
	const struct bytes *blob = &p->d[0].blob;

	p->parties.self = 0;
	if (config_load_system(blob->data, (uint32_t)blob->size, &p->arena,
			       report, &p->system))
		return;
	p->state[0] = PART_LOADED;
	config_judge_system(&p->system, &c.report);
	if (hand_on(&c))
		p->state[0] = PART_ADMITTED;
}

static void judge_cell(struct partition *p, uint32_t n,
		       struct cfg_report *report)
{
	const struct bytes *system = &p->d[0].blob, *blob = &p->d[n].blob;
	struct counted c = { .report = { .emit = count }, .to = report };
	struct cfg_cell *cell = &p->cell[n - 1];

	p->parties.self = n;
	if (config_link(blob->data, (uint32_t)blob->size, system->data,
			(uint32_t)system->size, report))
		return;
	p->state[n] = PART_LINKED;
	if (config_load_cell(blob->data, (uint32_t)blob->size, &p->system,
			     &p->arena, report, cell))
		return;
	p->state[n] = PART_LOADED;
	if (!config_judge_cell(&p->system, p->live, p->live_count, cell,
			       &p->arena, &c.report, &p->plan[n - 1]))
		p->state[n] = PART_ADMITTED;
	/* What is refused for now is there for those behind it. */
	if (hand_on(&c))
		p->live[p->live_count++] = cell;
}

enum status partition_gate(struct partition *p, struct cfg_report *report)
{
	bool readable = true;
	uint32_t n;

	for (n = 0; n < p->count; n++) {
		if (!p->gate_tried)
			gate(p, n, report);
		readable = readable && p->state[n] != PART_READ;
	}
	p->gate_tried = true;
	return readable ? STATUS_OK : STATUS_CANNOT;
}

enum status partition_judge(struct partition *p, struct cfg_report *report)
{
	enum status status;
	uint32_t n;

	p->arena.base = xmalloc(ARENA_SIZE);
	p->arena.size = ARENA_SIZE;
	status = partition_gate(p, report);
	if (p->state[0] == PART_GATED)
		judge_system(p, report);
	/* Against a system that is wrong, a cell's findings mean nothing. */
	for (n = 1; n < p->count && p->state[0] == PART_ADMITTED; n++)
		if (p->state[n] == PART_GATED)
			judge_cell(p, n, report);
	if (status != STATUS_OK)
		return status;
	return report->errors ? STATUS_REFUSED : STATUS_OK;
}

struct description *partition_of(struct partition *p, const void *fdt)
{
	uint32_t n;

	for (n = 0; fdt && n < p->count; n++)
		if (p->d[n].blob.data == fdt)
			return &p->d[n];
	return NULL;
}

void partition_free(struct partition *p)
{
	uint32_t n;

	for (n = 0; n < p->count; n++)
		description_free(&p->d[n]);
	free(p->arena.base);
	p->arena.base = NULL;
	p->count = 0;
}
