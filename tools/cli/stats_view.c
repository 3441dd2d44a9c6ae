// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <ncurses.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli.h"
#include "stats.h"

#define CTRL_C	3

struct view {
	const struct stats *stats;
	struct stats_sample now, before;
	bool per_cpu;
	int top;		/* first line shown */
	int line;		/* that is drawn next */
};

/* A line of the body, if it is in the window. */
static bool place(struct view *v)
{
	int row = v->line++ - v->top + 2;

	if (row < 2 || row >= LINES - 1)
		return false;
	move(row, 0);
	return true;
}

static void draw_counters(struct view *v, const uint64_t *now,
			  const uint64_t *before)
{
	double seconds = v->now.seconds - v->before.seconds;
	size_t n;

	for (n = 0; now && n < v->stats->counters; n++) {
		if (!place(v))
			continue;
		printw("%-24.24s%14" PRIu64, v->stats->counter[n], now[n]);
		if (before && seconds > 0)
			printw("%14.0f", (double)stats_difference(now[n],
							before[n]) / seconds);
	}
}

static void draw_cpus(struct view *v)
{
	const struct stats_cpu *cpu, *old;
	size_t n;

	for (n = 0; n < v->now.cpus; n++) {
		cpu = &v->now.cpu[n];
		old = stats_find_cpu(&v->before, cpu->cpu);
		attron(A_BOLD);
		if (place(v))
			printw("CPU %u", cpu->cpu);
		attroff(A_BOLD);
		draw_counters(v, cpu->value, old ? old->value : NULL);
	}
}

static void draw(struct view *v)
{
	const struct stats *s = v->stats;
	char *state = sysfs_line("cells/%u/state", s->cell.id);

	erase();
	mvprintw(0, 0, "Cell %u \"%s\", %s", s->cell.id, s->cell.name,
		 state ? state : "?");
	if (s->delivery)
		printw(", interrupts: %s", s->delivery);
	free(state);
	attron(A_REVERSE);
	mvprintw(1, 0, "%-24s%14s%14s", "COUNTER", "SUM", "PER SEC");
	attroff(A_REVERSE);
	v->line = 0;
	if (v->per_cpu)
		draw_cpus(v);
	else
		draw_counters(v, v->now.value, v->before.value);
	mvprintw(LINES - 1, 0, "q quit   c %s", v->per_cpu ?
		 "sum of the cell" : "each CPU");
	refresh();
}

/* Returns false to quit. */
static bool key(struct view *v, int c)
{
	int most;

	switch (c) {
	case 'q':
	case CTRL_C:
		return false;
	case 'c':
		v->per_cpu = !v->per_cpu;
		v->top = 0;
		break;
	case KEY_UP:
		v->top -= v->top > 0;
		break;
	case KEY_DOWN:
		most = v->line - (LINES - 3);
		v->top += v->top < most;
		break;
	}
	return true;
}

static double next_sample(struct view *v, double interval)
{
	struct stats_sample sample;

	if (!stats_read(v->stats, &sample))
		return -1;
	stats_sample_free(&v->before);
	v->before = v->now;
	v->now = sample;
	return v->now.seconds + interval;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Returns false when the cell is gone. */
static bool loop(struct view *v, double interval)
{
	double due = next_sample(v, interval), left;
	int c;

	for (;;) {
		if (due < 0)
			return false;
		draw(v);
		left = due - now();
		timeout(left > 0 ? (int)(left * 1000) + 1 : 0);
		c = getch();
		if (c != ERR && !key(v, c))
			return true;
		if (now() >= due)
			due = next_sample(v, interval);
	}
}

enum status stats_view(const struct stats *s, double interval)
{
	struct view v = { .stats = s };
	SCREEN *screen = newterm(NULL, stdout, stdin);
	bool there;

	if (!screen) {
		complain("unknown kind of terminal (TERM=%s); use --once or --json",
			 getenv("TERM") ? getenv("TERM") : "");
		return STATUS_CANNOT;
	}
	raw();			/* Ctrl-C is a key: it must end cleanly */
	noecho();
	keypad(stdscr, TRUE);
	curs_set(0);
	there = loop(&v, interval);
	endwin();
	delscreen(screen);
	stats_sample_free(&v.now);
	stats_sample_free(&v.before);
	if (there)
		return STATUS_OK;
	complain("cell %u is gone", s->cell.id);
	return STATUS_REFUSED;
}
