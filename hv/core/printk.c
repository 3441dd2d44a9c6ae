/* SPDX-License-Identifier: GPL-2.0-only */
#include "console.h"

#define MAX_WIDTH	99

struct out {
	char *buf;
	size_t size;
	size_t len;
};

/* One conversion. */
struct spec {
	uint32_t width;
	bool zero;
	uint32_t longs;		/* l's in front of the letter */
};

static void put(struct out *o, char c)
{
	if (o->len + 1 < o->size)
		o->buf[o->len++] = c;
}

static void pad(struct out *o, char c, uint32_t len, uint32_t width)
{
	for (; len < width; len++)
		put(o, c);
}

static void put_string(struct out *o, const char *s, uint32_t width)
{
	uint32_t len = 0;

	if (!s)
		s = "(null)";
	for (; *s; s++, len++)
		put(o, *s);
	pad(o, ' ', len, width);
}

static void put_number(struct out *o, const struct spec *spec, uint64_t v,
		       uint32_t base, bool negative)
{
	char text[MAX_WIDTH + 2], *p = &text[sizeof(text) - 1], *end = p;
	int min = spec->zero && spec->width ? (int)spec->width - negative : 1;

	*p = '\0';
	for (; v || end - p < min; v /= base)
		*--p = "0123456789abcdef"[v % base];
	if (negative)
		*--p = '-';
	pad(o, ' ', (uint32_t)(end - p), spec->width);
	put_string(o, p, 0);
}

/* Width and length of a conversion; returns its letter's place. */
static const char *parse(const char *p, struct spec *spec)
{
	*spec = (struct spec){ .zero = *p == '0' };
	for (; *p >= '0' && *p <= '9' && spec->width <= MAX_WIDTH / 10; p++)
		spec->width = spec->width * 10 + (uint32_t)(*p - '0');
	for (; *p == 'l'; p++)
		spec->longs++;
	return p;
}

static uint64_t next_unsigned(const struct spec *spec, va_list *args)
{
	if (spec->longs > 1)
		return va_arg(*args, unsigned long long);
	if (spec->longs)
		return va_arg(*args, unsigned long);
	return va_arg(*args, unsigned int);
}

static void convert(struct out *o, const struct spec *spec, char letter,
		    va_list *args)
{
	int64_t v;

	switch (letter) {
	case 's':
		put_string(o, va_arg(*args, const char *), spec->width);
		break;
	case 'c':
		put(o, va_arg(*args, int));
		break;
	case 'd':
		v = next_unsigned(spec, args);
		if (spec->longs < 2)
			v = spec->longs ? (long)v : (int)v;
		put_number(o, spec, v < 0 ? -(uint64_t)v : (uint64_t)v, 10,
			   v < 0);
		break;
	case 'u':
	case 'x':
		put_number(o, spec, next_unsigned(spec, args),
			   letter == 'x' ? 16 : 10, false);
		break;
	default:
		put(o, letter == '%' ? '%' : '?');
	}
}

size_t format(char *out, size_t size, const char *fmt, va_list args)
{
	struct out o = { out, size, 0 };
	struct spec spec;
	va_list rest;

	va_copy(rest, args);
	for (; *fmt; fmt++) {
		if (*fmt != '%') {
			put(&o, *fmt);
			continue;
		}
		fmt = parse(fmt + 1, &spec);
		if (!*fmt)
			break;
		convert(&o, &spec, *fmt, &rest);
	}
	va_end(rest);
	if (size)
		out[o.len] = '\0';
	return o.len;
}
