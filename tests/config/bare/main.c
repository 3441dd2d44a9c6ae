/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What tests/config/judge.c does, without a C library, with hv/config and
 * libfdt as they are built for a hypervisor. Files come through host.h: "list"
 * names a system and its cells in each line.
 */
#include <string.h>

#include <lib/link.h>

#include "host.h"
#include "listing.h"

void main(void);

static uint8_t memory[16 << 20] __attribute__((aligned(16)));
static uint8_t files[4 << 20] __attribute__((aligned(16)));
static char list_text[1 << 18];
static uint32_t files_used;

static void put(struct listing *l, const char *text)
{
	(void)l;
	host_write(text, strlen(text));
}

static struct listing out = { put };

/* Of the C library, tools/lib/link.c needs this beyond what hv/core has. */
char *strchr(const char *s, int c)
{
	for (; *s != (char)c; s++)
		if (!*s)
			return NULL;
	return (char *)s;
}

static uint32_t read_file(const char *name, void *buf, uint32_t room)
{
	long size = host_read(name, buf, room);

	if (size < 0) {
		put(&out, "cannot read ");
		put(&out, name);
		put(&out, "\n");
		host_exit(2);
	}
	return (uint32_t)size;
}

static struct blob load(const char *name)
{
	struct blob b = { files + files_used, 0 };

	b.size = read_file(name, files + files_used,
			   sizeof(files) - files_used);
	files_used += (b.size + 15) & ~15u;
	return b;
}

static void emit(struct cfg_report *report, const struct cfg_finding *f)
{
	(void)report;
	list_finding(&out, f);
}

/* names: NUL-separated, ends with an empty one. */
static void run(const char *name)
{
	struct cfg_report report = { .emit = emit };
	struct cfg_arena arena = { memory, sizeof(memory), 0 };
	struct blob cells[LIST_MAX_CELLS];
	struct blob system;
	uint32_t n = 0;
	int err = 0;

	files_used = 0;
	system = load(name);
	for (name += strlen(name) + 1; *name && n < LIST_MAX_CELLS;
	     name += strlen(name) + 1) {
		cells[n] = load(name);
		err |= config_link((void *)(uintptr_t)cells[n].data,
				   cells[n].size, system.data, system.size,
				   &report);
		n++;
	}
	if (!err)
		err = list_all(&out, system, cells, n, &arena, false);
	put(&out, err ? "== 1\n" : "== 0\n");
}

void main(void)
{
	uint32_t size = read_file("list", list_text, sizeof(list_text) - 2);
	uint32_t start = 0;
	uint32_t i;

	for (i = 0; i < size; i++) {
		if (list_text[i] == ' ')
			list_text[i] = '\0';
		if (list_text[i] != '\n')
			continue;
		/* Two NULs end the names; the next line's head comes back. */
		char head = list_text[i + 1];

		list_text[i] = '\0';
		list_text[i + 1] = '\0';
		run(list_text + start);
		list_text[i + 1] = head;
		start = i + 1;
	}
	host_exit(0);
}
