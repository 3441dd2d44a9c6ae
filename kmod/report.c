// SPDX-License-Identifier: GPL-2.0-only
/* Findings for the caller of a request; the form: struct cb_report_page. */

#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "cellblock.h"

/* id, severity, seven fields that the driver leaves empty, text */
static void __printf(4, 0)
add(struct cb_report *rep, const char *severity, const char *id,
    const char *fmt, va_list args)
{
	u32 start = rep->used;
	u32 room = sizeof(rep->text) - start;
	char *text;
	u32 n;

	n = scnprintf(rep->text + start, room, "%s\t%s\t\t\t\t\t\t\t", id,
		      severity);
	text = rep->text + start + n;
	n += vscnprintf(text, room - n, fmt, args);
	for (; *text; text++)
		if (*text < ' ' || *text > '~')
			*text = '?';	/* names come from anywhere */
	if (n + 1 >= room)
		return;		/* a line that does not fit whole is left out */
	rep->text[start + n] = '\n';
	rep->used = start + n + 1;
}

int cb_refuse(struct cb_report *rep, int err, const char *id,
	      const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add(rep, "error", id, fmt, args);
	va_end(args);
	return err;
}

void cb_warn(struct cb_report *rep, const char *id, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	add(rep, "warning", id, fmt, args);
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
