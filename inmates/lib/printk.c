/* SPDX-License-Identifier: BSD-2-Clause */
#include <stdbool.h>
#include <stdint.h>

#include "console.h"
#include "cpu.h"
#include "printk.h"
#include "string.h"

struct spec {
	unsigned int width, longs;
	bool zero, left;
};

static struct spinlock printk_lock;

static void put_padding(unsigned int n, char c)
{
	while (n--)
		console_putc(c);
}

static void put_string(const struct spec *spec, const char *s, size_t len)
{
	unsigned int pad = len < spec->width ? spec->width - len : 0;

	if (!spec->left)
		put_padding(pad, ' ');
	while (len--)
		console_putc(*s++);
	if (spec->left)
		put_padding(pad, ' ');
}

static void put_number(struct spec *spec, uint64_t value, unsigned int base,
		       bool negative)
{
	char text[24], *p = text + sizeof(text);

	do {
		*--p = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);

	if (spec->zero && !spec->left) {
		unsigned int digits = text + sizeof(text) - p + negative;

		if (negative)
			console_putc('-');
		put_padding(digits < spec->width ? spec->width - digits : 0,
			    '0');
		spec->width = 0;
	} else if (negative) {
		*--p = '-';
	}
	put_string(spec, p, text + sizeof(text) - p);
}

static const char *parse_spec(const char *fmt, struct spec *spec)
{
	for (;; fmt++) {
		if (*fmt == '0')
			spec->zero = true;
		else if (*fmt == '-')
			spec->left = true;
		else
			break;
	}
	for (; *fmt >= '0' && *fmt <= '9'; fmt++)
		spec->width = spec->width * 10 + *fmt - '0';
	for (; *fmt == 'l' || *fmt == 'z'; fmt++)
		spec->longs++;
	return fmt;
}

/* size_t is as wide as long on each architecture here. */
static int64_t get_signed(const struct spec *spec, va_list *ap)
{
	if (!spec->longs)
		return va_arg(*ap, int);
	return spec->longs == 1 ? va_arg(*ap, long) : va_arg(*ap, long long);
}

static uint64_t get_unsigned(const struct spec *spec, va_list *ap)
{
	if (!spec->longs)
		return va_arg(*ap, unsigned int);
	return spec->longs == 1 ? va_arg(*ap, unsigned long) :
				  va_arg(*ap, unsigned long long);
}

static void put_arg(char conversion, struct spec *spec, va_list *ap)
{
	uint64_t value;
	const char *s;
	char c;

	switch (conversion) {
	case 'c':
		c = va_arg(*ap, int);
		put_string(spec, &c, 1);
		return;
	case 's':
		s = va_arg(*ap, const char *);
		put_string(spec, s, strlen(s));
		return;
	case 'p':
		console_putc('0');
		console_putc('x');
		put_number(spec, va_arg(*ap, uintptr_t), 16, false);
		return;
	case 'd':
	case 'i':
		value = get_signed(spec, ap);
		if ((int64_t)value < 0)
			put_number(spec, -value, 10, true);
		else
			put_number(spec, value, 10, false);
		return;
	case 'u':
	case 'x':
		put_number(spec, get_unsigned(spec, ap),
			   conversion == 'x' ? 16 : 10, false);
		return;
	default:
		console_putc(conversion);
	}
}

void vprintk(const char *fmt, va_list ap)
{
	unsigned long flags = irq_save();
	va_list args;

	va_copy(args, ap);
	spin_lock(&printk_lock);
	for (; *fmt; fmt++) {
		struct spec spec = { 0 };

		if (*fmt != '%') {
			console_putc(*fmt);
			continue;
		}
		fmt = parse_spec(fmt + 1, &spec);
		if (!*fmt)
			break;
		put_arg(*fmt, &spec, &args);
	}
	spin_unlock(&printk_lock);
	va_end(args);
	irq_restore(flags);
}

void printk(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vprintk(fmt, ap);
	va_end(ap);
}
