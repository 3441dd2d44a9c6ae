// SPDX-License-Identifier: GPL-2.0-only
/* The list of checks that only advise, and their words. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <libfdt.h>

#include "advice_internal.h"

static const struct cfg_check rows[ADVICE_COUNT] = {
#define ADVICE(name, id, severity, text) { id, severity, text },
#include "advice.def"
#undef ADVICE
};

/* Each looks at the whole input; NULL ends the list. */
static advice_fn *const all[] = {
	advice_pages, advice_unused, advice_units, advice_rights,
	advice_links, advice_consoles, advice_irqs, advice_dma,
	advice_streams, advice_board, advice_pci, advice_msix, advice_vpci,
	advice_colors, NULL,
};

void advice_run(const struct advice_input *in, struct cfg_report *report)
{
	advice_fn *const *check;

	for (check = all; *check; check++)
		(*check)(in, report);
}

const struct cfg_check *advice_check_row(uint32_t i)
{
	return i < ADVICE_COUNT ? &rows[i] : NULL;
}

const char *tree_name(const void *fdt, int32_t node)
{
	const char *name = node > 0 ? fdt_get_name(fdt, node, NULL) : NULL;

	return name ? name : "/";
}

static void add(char *text, const char *word)
{
	size_t len = strlen(text);

	/* Names come from blobs: nothing that a terminal obeys. */
	for (; *word && len + 1 < CFG_TEXT_LEN; word++)
		text[len++] = *word < ' ' || *word > '~' ? '?' : *word;
	text[len] = '\0';
}

static void add_template(char *text, const char *t, struct at where,
			 struct at other, va_list *args)
{
	const struct cfg_range *r;
	char word[48];

	for (; *t; t++) {
		snprintf(word, sizeof(word), "%c", *t);
		if (*t != '%') {
			add(text, word);
			continue;
		}
		t++;
		if (*t == 'u') {
			snprintf(word, sizeof(word), "%u",
				 va_arg(*args, uint32_t));
		} else if (*t == 'x') {
			snprintf(word, sizeof(word), "0x%" PRIx64,
				 va_arg(*args, uint64_t));
		} else if (*t == 'r') {
			r = va_arg(*args, const struct cfg_range *);
			snprintf(word, sizeof(word),
				 "[0x%" PRIx64 "..0x%" PRIx64 ")", r->base,
				 cfg_range_end(*r));
		}
		add(text, *t == 'n' ? tree_name(where.fdt, where.node) :
			  *t == 'o' ? tree_name(other.fdt, other.node) :
			  *t == 'p' ? where.prop :
			  *t == 's' ? va_arg(*args, const char *) : word);
	}
}

static void put_place(struct cfg_place *place, struct at where)
{
	static const char cut[] = "\xe2\x80\xa6/";	/* …/ */

	place->fdt = where.fdt;
	if (where.fdt && where.node >= 0 &&
	    fdt_get_path(where.fdt, where.node, place->path, CFG_PATH_LEN))
		snprintf(place->path, CFG_PATH_LEN, "%s%.120s", cut,
			 tree_name(where.fdt, where.node));
	if (where.fdt && where.prop)
		snprintf(place->prop, sizeof(place->prop), "%s", where.prop);
}

void advice_say(struct cfg_report *report, enum advice_check check,
		struct at where, struct at other, ...)
{
	struct cfg_finding f = { .id = rows[check].id,
				 .severity = rows[check].severity };
	va_list args;

	put_place(&f.where, where);
	put_place(&f.other, other);
	va_start(args, other);
	add_template(f.text, rows[check].text, where, other, &args);
	va_end(args);
	report->errors += f.severity == CFG_ERROR;
	report->warnings += f.severity == CFG_WARNING;
	if (report->emit)
		report->emit(report, &f);
}
