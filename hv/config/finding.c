/* SPDX-License-Identifier: GPL-2.0-only */
/* Putting a finding into words. */
#include <stdarg.h>
#include <string.h>

#include "internal.h"

static const struct cfg_check rows[CHECK_COUNT] = {
#define CHECK(name, id, severity, text) { id, severity, text },
#include "checks.def"
#undef CHECK
};

const struct cfg_check *config_check_row(uint32_t i)
{
	return i < CHECK_COUNT ? &rows[i] : NULL;
}

/* Its bytes are zeros to begin with: it is terminated at any time. */
struct text {
	char *buf;
	uint32_t size;
	uint32_t len;
};

static void put_char(struct text *t, char c)
{
	if (t->len + 1 < t->size)
		t->buf[t->len++] = c;
}

/* Some strings are the caller's bytes: nothing that a terminal obeys. */
static void put_string(struct text *t, const char *s)
{
	for (; *s; s++)
		put_char(t, *s < ' ' || *s > '~' ? '?' : *s);
}

static void put_decimal(struct text *t, uint32_t v)
{
	uint32_t unit = 1000000000;

	while (unit > 1 && v < unit)
		unit /= 10;
	for (; unit; unit /= 10)
		put_char(t, (char)('0' + v / unit % 10));
}

static void put_hex(struct text *t, uint64_t v)
{
	int shift = 60;

	while (shift > 0 && !(v >> shift))
		shift -= 4;
	put_string(t, "0x");
	for (; shift >= 0; shift -= 4)
		put_char(t, "0123456789abcdef"[v >> shift & 15]);
}

static void put_range(struct text *t, const struct cfg_range *r)
{
	put_char(t, '[');
	put_hex(t, r->base);
	put_string(t, "..");
	put_hex(t, cfg_range_end(*r));
	put_char(t, ')');
}

static void put_template(struct text *t, const char *s, struct at where,
			 struct at other, va_list *args)
{
	for (; *s; s++) {
		if (*s != '%')
			put_char(t, *s);
		else if (*++s == 'n')
			put_string(t, node_name(where.fdt, where.node));
		else if (*s == 'o')
			put_string(t, node_name(other.fdt, other.node));
		else if (*s == 'p')
			put_string(t, where.prop);
		else if (*s == 's')
			put_string(t, va_arg(*args, const char *));
		else if (*s == 'u')
			put_decimal(t, va_arg(*args, uint32_t));
		else if (*s == 'x')
			put_hex(t, va_arg(*args, uint64_t));
		else
			put_range(t, va_arg(*args, struct cfg_range *));
	}
}

/* A path that is too long is cut in front: the end tells nodes apart. */
static void put_path(char *path, const void *fdt, int32_t node)
{
	static const char cut[] = "\xe2\x80\xa6";	/* … */
	const char *name = node_name(fdt, node);
	size_t len = strlen(name);

	if (!fdt_get_path(fdt, node, path, CFG_PATH_LEN))
		return;
	memcpy(path, cut, sizeof(cut));
	if (len + sizeof(cut) + 1 > CFG_PATH_LEN)
		return;
	path[sizeof(cut) - 1] = '/';
	memcpy(&path[sizeof(cut)], name, len + 1);
}

static void put_place(struct cfg_place *place, struct at at)
{
	struct text prop = { place->prop, sizeof(place->prop), 0 };

	place->fdt = at.fdt;
	if (at.fdt && at.node >= 0)
		put_path(place->path, at.fdt, at.node);
	if (at.fdt && at.prop)
		put_string(&prop, at.prop);
}

bool config_say(struct cfg_report *report, uint32_t check, struct at where,
		struct at other, ...)
{
	struct cfg_finding f = { .id = rows[check].id,
				 .severity = rows[check].severity };
	struct text text = { f.text, sizeof(f.text), 0 };
	va_list args;

	put_place(&f.where, where);
	put_place(&f.other, other);
	va_start(args, other);
	put_template(&text, rows[check].text, where, other, &args);
	va_end(args);
	report->errors += f.severity == CFG_ERROR;
	report->warnings += f.severity == CFG_WARNING;
	if (report->emit)
		report->emit(report, &f);
	return false;
}

/* Each label is a property: a list of "path:property:offset". */
const char *fixup_label(struct at where, uint32_t offset)
{
	int fixups = fdt_subnode_offset(where.fdt, 0, "__fixups__");
	char place[CFG_PATH_LEN + 48] = "";
	struct text text = { place, sizeof(place), 0 };
	struct tag t;

	if (fixups < 0 ||
	    fdt_get_path(where.fdt, where.node, place, CFG_PATH_LEN))
		return "?";
	text.len = (uint32_t)strlen(place);
	put_char(&text, ':');
	put_string(&text, where.prop);
	put_char(&text, ':');
	put_decimal(&text, offset);
	t = tag_read(where.fdt, fixups);
	while (prop_next(where.fdt, &t))
		if (strings_contain(t.prop, place))
			return t.name;
	return "?";
}

int ctx_result(const struct ctx *c)
{
	if (c->out_of_memory)
		return -CFG_ENOMEM;
	return c->report->errors == c->errors ? 0 : -CFG_EINVAL;
}
