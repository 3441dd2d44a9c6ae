// SPDX-License-Identifier: GPL-2.0-only
/* The judgement of the hypervisor, off line: gate, load, link, judge. */
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "describe.h"

#define ARENA_SIZE	(16u << 20)

struct check {
	struct description d[1 + CFG_MAX_CELLS];	/* [0]: the system */
	struct party party[1 + CFG_MAX_CELLS];
	struct parties parties;
	struct printed_report report;
	struct cfg_arena arena;
	struct cfg_system system;
	struct cfg_cell cell[CFG_MAX_CELLS];
	const struct cfg_cell *live[CFG_MAX_CELLS];
	uint32_t lives;
	uint32_t count;		/* of descriptions */
	bool unreadable;
};

static const char *party_name(const struct description *d)
{
	const char *name = fdt_getprop(d->blob.data, 0, "cell-name", NULL);

	return name ? name : "";
}

/* Returns whether the description can be looked at further. */
static bool examine(struct check *c, uint32_t n)
{
	struct description *d = &c->d[n];
	uint32_t max = n ? CFG_MAX_CELL_BLOB : CFG_MAX_SYSTEM_BLOB;
	struct cfg_report *r = &c->report.report;

	c->party[n] = (struct party){ n ? "" : "system", d };
	c->parties.party = c->party;
	c->parties.count = n + 1;
	c->parties.self = n;
	if (config_gate(d->blob.data, (uint32_t)d->blob.size, max, r)) {
		c->unreadable = true;
		return false;
	}
	if (n)
		c->party[n].name = party_name(d);
	return true;
}

static void check_system(struct check *c)
{
	const struct description *d = &c->d[0];
	struct cfg_report *r = &c->report.report;

	if (examine(c, 0) &&
	    config_load_system(d->blob.data, (uint32_t)d->blob.size,
			       &c->arena, r, &c->system) == 0)
		config_judge_system(&c->system, r);
}

static void check_cell(struct check *c, uint32_t n)
{
	struct bytes *system = &c->d[0].blob, *blob = &c->d[n].blob;
	struct cfg_cell *cell = &c->cell[n - 1];
	struct cfg_report *r = &c->report.report;
	struct plan plan;

	if (!examine(c, n) ||
	    config_link(blob->data, (uint32_t)blob->size, system->data,
			(uint32_t)system->size, r) ||
	    config_load_cell(blob->data, (uint32_t)blob->size, &c->system,
			     &c->arena, r, cell) ||
	    config_judge_cell(&c->system, c->live, c->lives, cell, &c->arena,
			      r, &plan))
		return;
	c->live[c->lives++] = cell;
}

static enum status judge(struct check *c)
{
	const struct cfg_report *r = &c->report.report;
	uint32_t checked, n;
	bool system_ok;

	c->arena.base = xmalloc(ARENA_SIZE);
	c->arena.size = ARENA_SIZE;
	printed_report_init(&c->report, &c->parties);
	check_system(c);
	/* Against a system that is wrong, a cell's findings mean nothing. */
	system_ok = !r->errors;
	for (n = 1; n < c->count && system_ok; n++)
		check_cell(c, n);
	free(c->arena.base);
	checked = system_ok ? c->count : 1;
	fprintf(stderr, "%s: %u of %u checked: %u %s, %u %s\n", PROGRAM,
		checked, c->count,
		r->errors, r->errors == 1 ? "error" : "errors",
		r->warnings, r->warnings == 1 ? "warning" : "warnings");
	if (c->unreadable)
		return STATUS_CANNOT;
	return r->errors ? STATUS_REFUSED : STATUS_OK;
}

static enum status read_all(struct check *c, int argc, char *argv[],
			    const struct compile_options *opts)
{
	enum status worst = STATUS_OK, status;
	uint32_t n;

	if (argc > 1 + CFG_MAX_CELLS)
		return usage_error("more than %d cells", CFG_MAX_CELLS);
	for (n = 0; n < (uint32_t)argc; n++) {
		status = description_read(argv[n], opts, n ?
					  CFG_MAX_CELL_BLOB :
					  CFG_MAX_SYSTEM_BLOB, &c->d[n]);
		if (status > worst)
			worst = status;
	}
	c->count = (uint32_t)argc;
	return worst;
}

static enum status run(int argc, char *argv[])
{
	static const struct option options[] = {
		{ "include", required_argument, NULL, 'I' },
		HELP_OPTION
	};
	struct compile_options opts = { .count = 0 };
	enum status status;
	struct check *c;
	uint32_t n;

	while (next_option(argc, argv, ":I:h", options) != -1) {
		status = compile_add_folder(&opts, optarg);
		if (status != STATUS_OK)
			return status;
	}
	if (optind == argc)
		return usage_error("no SYSTEM given");
	c = xmalloc(sizeof(*c));
	status = read_all(c, argc - optind, argv + optind, &opts);
	if (status == STATUS_OK)
		status = judge(c);
	for (n = 0; n < c->count; n++)
		description_free(&c->d[n]);
	free(c);
	return status;
}

const struct command cmd_config_check = {
	.name = "config check",
	.args = "[-I DIR]... SYSTEM [CELL]...",
	.summary = "Judge descriptions as the hypervisor would",
	.help = "Cells are judged in the order given, each against the system and those before it.\n\n"
		INCLUDE_HELP,
	.run = run,
};
