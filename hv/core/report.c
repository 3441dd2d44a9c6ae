/* SPDX-License-Identifier: GPL-2.0-only */
/* Findings into the page that the root cell reads; the form: abi/image.h. */
#include <abi/image.h>
#include "cell.h"
#include "console.h"
#include "core.h"
#include "lock.h"

struct cb_report_page report_page
	__attribute__((section(".root_ro"), aligned(PAGE_SIZE)));

static void emit(struct cfg_report *report, const struct cfg_finding *f);

static struct cfg_report sink = { .emit = emit };
static struct spinlock lock;	/* at boot, all CPUs may report */

void report_begin(void)
{
	sink = (struct cfg_report){ .emit = emit };
	report_page.used = 0;
	report_page.lost = 0;
}

struct cfg_report *report_sink(void)
{
	return &sink;
}

/*
 * One field and what ends it, which the text cannot contain. Returns where the
 * next one begins: behind the page if something did not fit.
 */
static uint32_t put_field(uint32_t at, const char *s, char end)
{
	for (; ; s++, at++) {
		char c = end;

		if (*s)
			c = (uint8_t)*s < ' ' ? '?' : *s;
		if (at < sizeof(report_page.text))
			report_page.text[at] = c;
		if (!*s)
			return at + 1;
	}
}

static const char *blob_name(const void *fdt)
{
	const struct cell *cell = NULL;

	if (!fdt)
		return "";
	if (fdt == system_cfg.fdt)
		return "system";
	while ((cell = cell_next(cell)))
		if (cell->cfg.fdt == fdt)
			return cell->cfg.name;
	return "self";
}

static void emit(struct cfg_report *report, const struct cfg_finding *f)
{
	static const char *const severities[] = {
		[CFG_NOTE] = "note",
		[CFG_WARNING] = "warning",
		[CFG_ERROR] = "error",
	};
	const char *const fields[] = {
		f->id, severities[f->severity],
		blob_name(f->where.fdt), f->where.path, f->where.prop,
		blob_name(f->other.fdt), f->other.path, f->other.prop,
	};
	uint32_t at, i;

	(void)report;
	spin_lock(&lock);
	at = report_page.used;
	for (i = 0; i < ARRAY_SIZE(fields); i++)
		at = put_field(at, fields[i], '\t');
	at = put_field(at, f->text, '\n');
	if (at > sizeof(report_page.text))
		report_page.lost++;
	else
		report_page.used = at;
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
