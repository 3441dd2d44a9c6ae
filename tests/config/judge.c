/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * judge [-a|-q|-s|-c] [-r] [-w FILE] SYSTEM.dtb [CELL.dtb…]
 *
 * Links, loads and judges on the host. Prints findings, one per line with
 * tabs (severity, id, path, property, other path, other property, text), and
 * the model of what was accepted: of all (-a, the default), of nothing (-q),
 * of the system and its root cell (-s), of the other cells (-c). -r: cells
 * are linked already. -w: writes the last cell as it was linked. Exit status
 * 0: accepted, 1: refused, 2: could not run.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <lib/link.h>

#include "listing.h"

static int mode;	/* q, s, c or 0 */

/* A finding has tabs; the listing of a cell starts with "cell". */
static bool wanted(const char *line)
{
	static int cells;

	if (strchr(line, '\t'))
		return true;
	cells += !strncmp(line, "cell ", 5);
	return mode == 's' ? cells <= 1 : mode == 'c' ? cells > 1 : !mode;
}

static void print(struct listing *l, const char *text)
{
	static char line[2048];
	static size_t len;

	(void)l;
	for (; *text; text++) {
		if (len + 1 < sizeof(line))
			line[len++] = *text;
		if (*text != '\n')
			continue;
		line[len] = '\0';
		if (wanted(line))
			fputs(line, stdout);
		len = 0;
	}
}

static void print_finding(struct cfg_report *report,
			  const struct cfg_finding *f)
{
	struct listing l = { print };

	(void)report;
	list_finding(&l, f);
}

/* Exactly as long as the file, so that a sanitizer sees every overrun. */
static struct blob read_file(const char *name)
{
	FILE *f = fopen(name, "rb");
	struct blob b = { NULL, 0 };
	uint8_t *data = NULL;
	long size = -1;

	if (f && !fseek(f, 0, SEEK_END))
		size = ftell(f);
	if (size >= 0)
		data = malloc(size ? (size_t)size : 1);
	if (!data || fseek(f, 0, SEEK_SET) ||
	    fread(data, 1, (size_t)size, f) != (size_t)size) {
		perror(name);
		exit(2);
	}
	fclose(f);
	b.data = data;
	b.size = (uint32_t)size;
	return b;
}

static void write_file(const char *name, struct blob b)
{
	FILE *f = fopen(name, "wb");

	if (!f || fwrite(b.data, 1, b.size, f) != b.size || fclose(f)) {
		perror(name);
		exit(2);
	}
}

int main(int argc, char **argv)
{
	struct blob cells[LIST_MAX_CELLS];
	struct cfg_report report = { .emit = print_finding };
	struct cfg_arena arena = { .size = 16 << 20 };
	struct listing l = { print };
	const char *out = NULL;
	bool linked = false;
	struct blob system;
	int refused = 0;
	uint32_t n = 0;
	int opt;

	while ((opt = getopt(argc, argv, "aqscrw:")) >= 0) {
		if (strchr("qsc", opt))
			mode = opt;
		linked |= opt == 'r';
		out = opt == 'w' ? optarg : out;
		if (opt == '?')
			return 2;
	}
	if (argc - optind < 1 || argc - optind > 1 + LIST_MAX_CELLS)
		return 2;
	arena.base = malloc(arena.size);
	if (!arena.base)
		return 2;
	system = read_file(argv[optind]);
	while (++optind < argc) {
		cells[n] = read_file(argv[optind]);
		if (!linked)
			refused |= config_link((void *)(uintptr_t)cells[n].data,
					       cells[n].size, system.data,
					       system.size, &report);
		n++;
	}
	if (out && n)
		write_file(out, cells[n - 1]);
	if (!refused)
		refused = list_all(&l, system, cells, n, &arena);
	for (; n; n--)
		free((void *)(uintptr_t)cells[n - 1].data);
	free((void *)(uintptr_t)system.data);
	free(arena.base);
	return refused ? 1 : 0;
}
