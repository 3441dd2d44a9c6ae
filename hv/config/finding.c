/* SPDX-License-Identifier: GPL-2.0-only */
/* Putting a finding into words. */
#include <stdarg.h>
#include <string.h>

#include "internal.h"

const struct cfg_check config_checks[CHECK_COUNT] = {
#define CHECK(name, id, text) { id, CFG_ERROR, text },
#define WARNING(name, id, text) { id, CFG_WARNING, text },
#include "checks.def"
};

struct text {
	char *buf;
	size_t size;
	size_t len;
	bool safe;		/* strings without what a terminal obeys */
	const char *names[3];	/* for %n, %o and %p */
	va_list args;
};

static void put_char(struct text *t, char c)
{
	if (t->len + 1 < t->size)
		t->buf[t->len++] = c;
}

static void put_string(struct text *t, const char *s)
{
	for (s = s ? s : "(null)"; *s; s++)
		put_char(t, t->safe && (*s < ' ' || *s > '~') ? '?' : *s);
}

static void put_number(struct text *t, uint64_t v, uint32_t base,
		       uint32_t width)
{
	char digits[24] = "", *end = &digits[sizeof(digits) - 1], *p = end;

	do {
		*--p = "0123456789abcdef"[v % base];
		v /= base;
	} while (p > digits && (v || end - p < width));
	put_string(t, p);
}

static void put_range(struct text *t, const struct cfg_range *r)
{
	put_string(t, "[0x");
	put_number(t, r->base, 16, 0);
	put_string(t, "..0x");
	put_number(t, cfg_range_end(*r), 16, 0);
	put_char(t, ')');
}

/* What follows a '%'; returns what is behind it. */
static const char *convert(struct text *t, const char *p)
{
	uint32_t width = 0;
	bool is_long;

	for (; *p >= '0' && *p <= '9'; p++)
		width = width * 10 + (uint32_t)(*p - '0');
	for (is_long = *p == 'l'; *p == 'l'; p++)
		;
	switch (*p) {
	case '\0':
		return p;
	case 'n':
	case 'o':
	case 'p':
		put_string(t, t->names[*p - 'n']);
		break;
	case 'r':
		put_range(t, va_arg(t->args, struct cfg_range *));
		break;
	case 's':
		put_string(t, va_arg(t->args, const char *));
		break;
	case 'u':
	case 'x':
		put_number(t, is_long ? va_arg(t->args, unsigned long long) :
			   va_arg(t->args, unsigned int),
			   *p == 'x' ? 16 : 10, width);
		break;
	default:
		put_char(t, *p == '%' ? '%' : '?');
	}
	return p + 1;
}

static size_t put_format(struct text *t, const char *fmt, va_list args)
{
	va_copy(t->args, args);
	while (*fmt) {
		if (*fmt == '%')
			fmt = convert(t, fmt + 1);
		else
			put_char(t, *fmt++);
	}
	va_end(t->args);
	if (t->size)
		t->buf[t->len] = '\0';
	return t->len;
}

size_t config_format(char *out, size_t size, const char *fmt, va_list args)
{
	struct text t = { .buf = out, .size = size };

	return put_format(&t, fmt, args);
}

static void put_place(struct cfg_place *place, struct at at)
{
	struct text path = { .buf = place->path, .size = sizeof(place->path) };
	struct text prop = {
		.buf = place->prop, .size = sizeof(place->prop), .safe = true,
	};

	place->fdt = at.fdt;
	/* What is too long is cut in front: the end tells nodes apart. */
	if (at.fdt && at.node >= 0 &&
	    fdt_get_path(at.fdt, at.node, path.buf, (int)path.size)) {
		put_string(&path, "\xe2\x80\xa6/");
		put_string(&path, node_name(at.fdt, at.node));
		path.buf[path.len] = '\0';
	}
	if (at.fdt && at.prop)
		put_string(&prop, at.prop);
}

bool config_say(struct cfg_report *report, const struct cfg_check *check,
		struct at where, struct at other, ...)
{
	struct cfg_finding f = { .id = check->id, .severity = check->severity };
	struct text text = {
		.buf = f.text, .size = sizeof(f.text), .safe = true,
		.names = { node_name(where.fdt, where.node),
			   node_name(other.fdt, other.node), where.prop },
	};
	va_list args;

	put_place(&f.where, where);
	put_place(&f.other, other);
	va_start(args, other);
	put_format(&text, check->text, args);
	va_end(args);
	report->errors += f.severity == CFG_ERROR;
	report->warnings += f.severity == CFG_WARNING;
	if (report->emit)
		report->emit(report, &f);
	return false;
}

int ctx_result(const struct ctx *c)
{
	if (c->out_of_memory)
		return -CFG_ENOMEM;
	return c->report->errors == c->errors ? 0 : -CFG_EINVAL;
}
