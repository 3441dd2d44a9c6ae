// SPDX-License-Identifier: GPL-2.0-only
/* Findings for the caller of a request; the form: struct cb_report_page. */

#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "cellblock.h"

/* Where in the description that came with the request. */
struct place {
	const char *node, *prop;
};

/* Names come from anywhere: no byte of theirs ends a field or a line. */
static void vput(struct cb_report *rep, u32 *at, const char *fmt, va_list args)
{
	char *text = rep->text + *at;

	*at += vscnprintf(text, sizeof(rep->text) - *at, fmt, args);
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			*text = '?';
}

static void __printf(3, 4)
put(struct cb_report *rep, u32 *at, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vput(rep, at, fmt, args);
	va_end(args);
}

static void end_fields(struct cb_report *rep, u32 *at, u32 count)
{
	while (count-- && *at < sizeof(rep->text) - 1)
		rep->text[(*at)++] = '\t';
}

/* id, severity, place, three fields that the driver leaves empty, text */
static void __printf(5, 0)
add(struct cb_report *rep, const char *severity, const char *id,
    const struct place *place, const char *fmt, va_list args)
{
	u32 at = rep->used;

	put(rep, &at, "%s", id);
	end_fields(rep, &at, 1);
	put(rep, &at, "%s", severity);
	end_fields(rep, &at, 1);
	if (place) {
		put(rep, &at, "self");
		end_fields(rep, &at, 1);
		put(rep, &at, "/%.64s", place->node);
		end_fields(rep, &at, 1);
		put(rep, &at, "%s", place->prop);
	}
	end_fields(rep, &at, place ? 4 : 6);
	vput(rep, &at, fmt, args);
	if (at + 1 >= sizeof(rep->text))
		return;		/* a line that does not fit whole is left out */
	rep->text[at] = '\n';
	rep->used = at + 1;
}

int cb_refuse(struct cb_report *rep, int err, const char *id,
	      const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add(rep, "error", id, NULL, fmt, args);
	va_end(args);
	return err;
}

int cb_refuse_at(struct cb_report *rep, int err, const char *id,
		 const char *node, const char *prop, const char *fmt, ...)
{
	struct place place = { node, prop };
	va_list args;

	va_start(args, fmt);
	add(rep, "error", id, &place, fmt, args);
	va_end(args);
	return err;
}

void cb_warn(struct cb_report *rep, const char *id, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add(rep, "warning", id, NULL, fmt, args);
	va_end(args);
}

/* Up to size, back to the end of the last whole line. */
static u32 whole_lines(const char *text, u32 size)
{
	while (size && text[size - 1] != '\n')
		size--;
	return size;
}

void cb_report_hypervisor(struct cb_report *rep, const char *what, int err)
{
	const struct cb_report_page *page = cb.report_page;
	u32 used = min_t(u32, READ_ONCE(page->used), sizeof(page->text));
	u32 lost = READ_ONCE(page->lost);
	u32 room = sizeof(rep->text) - rep->used;
	u32 n = min(used, room);

	memcpy(rep->text + rep->used, page->text, n);
	rep->used += whole_lines(rep->text + rep->used, n);
	if (lost)
		cb_warn(rep, "driver-findings-lost",
			"%u more findings had no room in the report", lost);
	if (!used)
		cb_refuse(rep, err, "driver-hypervisor-refused",
			  "the hypervisor refused to %s (error %d) and gave no reason; see its console",
			  what, -err);
}

int cb_report_deliver(const struct cb_report *rep, struct cb_report_buf *buf)
{
	u32 n = min(buf->size, rep->used);

	buf->used = 0;
	if (!buf->text || !n)
		return 0;
	n = whole_lines(rep->text, n);
	if (copy_to_user(u64_to_user_ptr(buf->text), rep->text, n))
		return -EFAULT;
	buf->used = n;
	return 0;
}
