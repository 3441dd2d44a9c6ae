/* SPDX-License-Identifier: GPL-2.0-only */
/* Findings into the page that the root cell reads; the form: abi/image.h. */
#include "cell.h"
#include "core.h"

struct cb_report_page report_page
	__attribute__((section(".root_ro"), aligned(PAGE_SIZE)));

static struct spinlock lock;	/* at boot, all CPUs may report */

/*
 * One field and what ends it, which the text cannot contain. Returns where the
 * next one begins: behind the page if something did not fit.
 */
static uint32_t put_field(uint32_t at, const char *s, char end)
{
	do {
		char c = (uint8_t)*s < ' ' ? '?' : *s;

		if (at < sizeof(report_page.text))
			report_page.text[at] = *s ? c : end;
		at++;
	} while (*s++);
	return at;
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
	static const char *const severities[] = { "note", "warning", "error" };
	const char *const fields[] = {
		f->id, severities[f->severity],
		blob_name(f->where.fdt), f->where.path, f->where.prop,
		blob_name(f->other.fdt), f->other.path, f->other.prop,
		f->text,
	};
	uint32_t at, i;

	spin_lock(&lock);
	at = report_page.used;
	for (i = 0; i < ARRAY_SIZE(fields); i++)
		at = put_field(at, fields[i], i < 8 ? '\t' : '\n');
	if (at > sizeof(report_page.text))
		report_page.lost++;
	else
		report_page.used = at;
	spin_unlock(&lock);
	if (f->severity == CFG_ERROR)
		printk_limited("error: %s [%s]\n", f->text, f->id);
}

struct cfg_report report_sink = { .emit = emit };

void report_begin(void)
{
	report_sink.errors = 0;
	report_page.used = 0;
	report_page.lost = 0;
}

int refuse(int err, const char *id, const char *fmt, ...)
{
	struct cfg_finding f = { .id = id, .severity = CFG_ERROR };
	va_list args;

	va_start(args, fmt);
	config_format(f.text, sizeof(f.text), fmt, args);
	va_end(args);
	report_sink.errors++;
	emit(&report_sink, &f);
	return err;
}
