/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * judge [-a|-q|-s|-c] [-r] [-f] [-m N] [-w FILE] [-A] [-b BOARD.dtb]
 *	[-i IMAGE]… SYSTEM.dtb [CELL.dtb…]
 *
 * Links, loads and judges on the host. Prints findings, one per line with
 * tabs (severity, id, path, property, other path, other property, text), and
 * the model of what was accepted: of all (-a, the default), of nothing (-q),
 * of the system and its root cell (-s), of the other cells (-c). -r: cells
 * are linked already. -w: writes the last cell as it was linked. -A: advice
 * as well, -b: against that tree of the board. -i NAME@ADDRESS:SIZE: a file
 * for the last cell. -m: bytes of the arena. -f: cells even against a system
 * that is refused. Exit status 0: accepted, 1: refused, 2: could not run.
 *
 * Of the mutants' build: -S lists the places that report, and $MUTE is one
 * that is silent.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <check/advice.h>
#include <lib/link.h>

#include "listing.h"
#include "mute.h"

#define MAX_IMAGES	8

static int mode;	/* q, s, c or 0 */
static bool linked, force, advise;
static const char *out, *board_file;
static struct advice_image images[MAX_IMAGES];
static uint32_t image_count, arena_size = 16 << 20;

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

/* NAME@ADDRESS:SIZE */
static bool add_image(char *text)
{
	char *at = strrchr(text, '@');
	char *end;

	if (!at || image_count == MAX_IMAGES)
		return false;
	*at = '\0';
	images[image_count].file = text;
	images[image_count].address = strtoull(at + 1, &end, 0);
	if (*end != ':')
		return false;
	images[image_count++].size = strtoull(end + 1, &end, 0);
	return !*end;
}

static bool read_options(int argc, char **argv)
{
	int opt;

	while ((opt = getopt(argc, argv, "aqscrfASw:b:i:m:")) >= 0) {
		if (strchr("qsc", opt))
			mode = opt;
		linked |= opt == 'r';
		force |= opt == 'f';
		advise |= opt == 'A';
		out = opt == 'w' ? optarg : out;
		board_file = opt == 'b' ? optarg : board_file;
		if (opt == 'm')
			arena_size = (uint32_t)strtoul(optarg, NULL, 0);
		if (opt == 'S')
			mute_list();
		if (opt == '?' || (opt == 'i' && !add_image(optarg)))
			return false;
	}
	return argc - optind >= 1 && argc - optind <= 1 + LIST_MAX_CELLS;
}

/* Of all that can be loaded; what cannot has been reported. */
static bool give_advice(struct blob system, const struct blob *cells,
			uint32_t count, struct cfg_arena *arena,
			struct cfg_report *report)
{
	struct cfg_cell cell[LIST_MAX_CELLS];
	const struct cfg_cell *given[LIST_MAX_CELLS], *all[LIST_MAX_CELLS];
	struct cfg_report silent = { .emit = NULL };
	struct advice_input in = { .cells = given, .linked = all };
	uint32_t errors = report->errors;
	struct blob board = { NULL, 0 };
	struct cfg_system sys;
	uint32_t i;

	arena->used = 0;
	if (config_load_system(system.data, system.size, arena, &silent, &sys))
		return true;
	for (i = 0; i < count; i++) {
		if (config_gate(cells[i].data, cells[i].size,
				CFG_MAX_CELL_BLOB, &silent))
			continue;
		all[in.linked_count++] = &cell[i];
		if (!config_load_cell(cells[i].data, cells[i].size, &sys,
				      arena, &silent, &cell[i]))
			given[in.cell_count++] = &cell[i];
	}
	if (board_file)
		board = read_file(board_file);
	in.system = &sys;
	in.board = board.data;
	in.board_size = board.size;
	advice_run(&in, report);
	for (i = 0; in.cell_count && i < image_count; i++)
		images[i].cell = given[in.cell_count - 1];
	if (in.cell_count)
		advice_images(images, image_count, report);
	free((void *)(uintptr_t)board.data);
	return report->errors == errors;
}

int main(int argc, char **argv)
{
	struct blob cells[LIST_MAX_CELLS];
	struct cfg_report report = { .emit = print_finding };
	struct cfg_arena arena = { .size = 0 };
	struct listing l = { print };
	struct blob system;
	int refused = 0;
	uint32_t n = 0;

	if (!read_options(argc, argv))
		return 2;
	arena.size = arena_size;
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
		refused = list_all(&l, system, cells, n, &arena, force);
	if (advise)
		refused |= !give_advice(system, cells, n, &arena, &report);
	for (; n; n--)
		free((void *)(uintptr_t)cells[n - 1].data);
	free((void *)(uintptr_t)system.data);
	free(arena.base);
	return refused ? 1 : 0;
}
