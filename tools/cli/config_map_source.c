// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "config_map.h"
#include "describe.h"

/* Findings are printed as they come, and kept for the page. */
struct kept_report {
	struct cfg_report report;	/* first: emit() gets its address */
	struct map_source *source;
};

static void emit(struct cfg_report *report, const struct cfg_finding *f)
{
	struct map_source *s = ((struct kept_report *)report)->source;
	const struct description *d = partition_of(&s->part, f->where.fdt);
	struct map_finding *kept;

	finding_print_cfg(f, &s->part.parties);
	s->finding = xrealloc(s->finding, (s->finding_count + 1) *
					  sizeof(*s->finding));
	kept = &s->finding[s->finding_count++];
	kept->severity = f->severity;
	kept->id = xstrdup(f->id);
	kept->path = xasprintf("%s: %s", d ? d->file : "", f->where.path);
	kept->text = xstrdup(f->text);
}

/*
 * The judge looks at no cell when the system has errors; a picture can show
 * them all the same.
 */
static void load_unjudged(struct partition *p, uint32_t n,
			  struct cfg_report *report)
{
	const struct bytes *system = &p->d[0].blob, *blob = &p->d[n].blob;

	p->parties.self = n;
	if (!config_link(blob->data, (uint32_t)blob->size, system->data,
			 (uint32_t)system->size, report) &&
	    !config_load_cell(blob->data, (uint32_t)blob->size, &p->system,
			      &p->arena, report, &p->cell[n - 1]))
		p->state[n] = PART_LOADED;
}

/* Is there anything that cannot be drawn? */
static bool all_loaded(const struct partition *p)
{
	bool all = true;
	uint32_t n;

	for (n = 0; n < p->count; n++) {
		/* a cell is not even tried without a system */
		if (p->state[n] >= PART_LOADED ||
		    (n && p->state[0] < PART_LOADED))
			continue;
		complain("%s: cannot be shown with these errors",
			 p->d[n].file);
		all = false;
	}
	return all;
}

enum status map_source_read(struct map_source *s, int argc, char *argv[],
			    const struct compile_options *opts)
{
	struct kept_report kept = { .report = { .emit = emit }, .source = s };
	const struct cfg_cell *cells[CFG_MAX_CELLS];
	struct partition *p = &s->part;
	enum status status;
	uint32_t n;

	memset(s, 0, sizeof(*s));
	status = partition_read(p, argc, argv, opts);
	if (status != STATUS_OK)
		return STATUS_CANNOT;
	status = partition_judge(p, &kept.report);
	for (n = 1; n < p->count && p->state[0] == PART_LOADED; n++)
		if (p->state[n] == PART_GATED)
			load_unjudged(p, n, &kept.report);
	s->errors = kept.report.errors;
	if (!all_loaded(p) || status == STATUS_CANNOT)
		return STATUS_CANNOT;
	for (n = 1; n < p->count; n++)
		cells[n - 1] = &p->cell[n - 1];
	map_build(&s->map, &p->system, cells, p->count - 1);
	return s->errors ? STATUS_REFUSED : STATUS_OK;
}

void map_source_free(struct map_source *s)
{
	uint32_t n;

	for (n = 0; n < s->finding_count; n++) {
		free(s->finding[n].id);
		free(s->finding[n].path);
		free(s->finding[n].text);
	}
	free(s->finding);
	map_free(&s->map);
	partition_free(&s->part);
}

FILE *output_open(const char *name)
{
	FILE *out = name ? fopen(name, "we") : stdout;

	if (!out)
		complain("%s: %s", name, strerror(errno));
	return out;
}

enum status output_close(FILE *out, const char *name, enum status status)
{
	bool bad = ferror(out);

	/* standard output is looked at when the program ends */
	if (out == stdout)
		return status;
	if (fclose(out) || bad) {
		complain("%s: cannot be written", name);
		return STATUS_CANNOT;
	}
	return status;
}
