/* SPDX-License-Identifier: GPL-2.0-only */
/* Findings into the page that the root cell reads; the form: abi/image.h. */
#include <abi/image.h>
#include "cell.h"
#include "console.h"
#include "core.h"
#include "lock.h"
#include "string.h"

struct cb_report_page report_page
	__attribute__((section(".root_ro"), aligned(PAGE_SIZE)));

static void emit(struct cfg_report *report, const struct cfg_finding *f);

static struct cfg_report sink = { .emit = emit };
static struct spinlock lock;	/* at boot, all CPUs may report */

void report_begin(void)
{
	sink = (struct cfg_report){ .emit = emit };
	memset(&report_page, 0, sizeof(report_page));
}

struct cfg_report *report_sink(void)
{
	return &sink;
}

/* A line in the making, behind what counts. */
struct line {
	uint32_t end;
	bool full;
};

static void put(struct line *line, char c)
{
	if (line->end < sizeof(report_page.text))
		report_page.text[line->end++] = c;
	else
		line->full = true;
}

/* One field and what ends it; the text cannot contain either. */
static void put_field(struct line *line, const char *s, char end)
{
	for (; *s; s++)
		put(line, (uint8_t)*s < ' ' ? '?' : *s);
	put(line, end);
}

static const char *blob_name(const void *fdt)
{
	uint32_t i;

	if (!fdt)
		return "";
	if (fdt == system_cfg.fdt)
		return "system";
	for (i = 1; i < CELL_MAX; i++)
		if (cells[i] && cells[i]->cfg.fdt == fdt)
			return cells[i]->cfg.name;
	return "self";
}

static void put_place(struct line *line, const struct cfg_place *place)
{
	put_field(line, blob_name(place->fdt), '\t');
	put_field(line, place->path, '\t');
	put_field(line, place->prop, '\t');
}

static void emit(struct cfg_report *report, const struct cfg_finding *f)
{
	static const char *const severities[] = {
		[CFG_NOTE] = "note",
		[CFG_WARNING] = "warning",
		[CFG_ERROR] = "error",
	};
	struct line line;

	(void)report;
	spin_lock(&lock);
	line = (struct line){ .end = report_page.used };
	put_field(&line, f->id, '\t');
	put_field(&line, severities[f->severity], '\t');
	put_place(&line, &f->where);
	put_place(&line, &f->other);
	put_field(&line, f->text, '\n');
	if (line.full)
		report_page.lost++;
	else
		report_page.used = line.end;
	spin_unlock(&lock);
	if (f->severity == CFG_ERROR)
		printk_limited("error: %s [%s]\n", f->text, f->id);
}

void report_add(const char *id, const char *fmt, ...)
{
	struct cfg_finding f = { .id = id, .severity = CFG_ERROR };
	va_list args;

	va_start(args, fmt);
	format(f.text, sizeof(f.text), fmt, args);
	va_end(args);
	sink.errors++;
	emit(&sink, &f);
}
