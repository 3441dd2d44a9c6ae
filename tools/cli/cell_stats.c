// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <lib/json.h>

#include "cli.h"
#include "stats.h"

struct stats_args {
	const char *cell_text;
	struct cb_cell_id cell;
	bool once, json;
	double interval;	/* 0: not given */
};

static enum status take_cell(struct stats_args *a, const char *text,
			     bool is_name)
{
	if (a->cell_text)
		return usage_error("one argument too many: '%s'", text);
	a->cell_text = text;
	return cell_id_parse(text, is_name, &a->cell);
}

static enum status set_interval(struct stats_args *a, const char *text)
{
	char *end;

	a->interval = strtod(text, &end);
	if (end == text || *end || !(a->interval >= 0.1) ||
	    a->interval > 3600)
		return usage_error("'%s' is no interval between 0.1 and 3600 seconds",
				   text);
	return STATUS_OK;
}

static enum status parse(int argc, char *argv[], struct stats_args *a)
{
	static const struct option options[] = {
		{ "name", required_argument, NULL, 'n' },
		{ "once", no_argument, NULL, 'o' },
		{ "json", no_argument, NULL, 'j' },
		{ "interval", required_argument, NULL, 'i' },
		HELP_OPTION
	};
	enum status status = STATUS_OK;
	int c;

	while (status == STATUS_OK &&
	       (c = next_option(argc, argv, ":i:h", options)) != -1) {
		if (c == 'n')
			status = take_cell(a, optarg, true);
		else if (c == 'i')
			status = set_interval(a, optarg);
		else if (c == 'j')
			a->json = true;
		else
			a->once = true;
	}
	while (status == STATUS_OK && optind < argc)
		status = take_cell(a, argv[optind++], false);
	if (status == STATUS_OK && !a->cell_text)
		status = usage_error("which cell? give its id or name");
	return status;
}

static const struct sysfs_cell *find_cell(const struct sysfs_cells *cells,
					  const struct cb_cell_id *id)
{
	const struct sysfs_cell *c;
	size_t n;

	for (n = 0; n < cells->count; n++) {
		c = &cells->cell[n];
		if (id->id == CB_ID_BY_NAME ? !strcmp(c->name, id->name) :
					      c->id == (uint32_t)id->id)
			return c;
	}
	return NULL;
}

/* before is NULL when there is one sample only. */
static double rate(uint64_t now, const uint64_t *before, double seconds)
{
	if (!before || seconds <= 0)
		return 0;
	return (double)stats_difference(now, *before) / seconds;
}

static void print_table(const struct stats *s, const struct stats_sample *now,
			const struct stats_sample *before)
{
	double seconds = before ? now->seconds - before->seconds : 0;
	size_t n, c;

	printf("%-24s%12s", "COUNTER", "SUM");
	if (before)
		printf("%12s", "PER SEC");
	for (c = 0; c < now->cpus; c++)
		printf("%9s%-3u", "CPU", now->cpu[c].cpu);
	putchar('\n');
	for (n = 0; n < s->counters; n++) {
		printf("%-24s%12" PRIu64, s->counter[n], now->value[n]);
		if (before)
			printf("%12.1f", rate(now->value[n],
					      &before->value[n], seconds));
		for (c = 0; c < now->cpus; c++)
			printf("%12" PRIu64, now->cpu[c].value[n]);
		putchar('\n');
	}
}

static void json_counters(struct json *j, const struct stats *s,
			  const uint64_t *now, const uint64_t *before,
			  double seconds)
{
	size_t n;

	json_open(j, "counters", '{');
	for (n = 0; n < s->counters; n++) {
		json_open(j, s->counter[n], '{');
		json_number(j, "sum", now[n]);
		if (before)
			json_real(j, "per_second",
				  rate(now[n], &before[n], seconds));
		json_close(j, '}');
	}
	json_close(j, '}');
}

static void print_json(const struct stats *s, const struct stats_sample *now,
		       const struct stats_sample *before)
{
	double seconds = before ? now->seconds - before->seconds : 0;
	struct json j = { .out = stdout };
	const struct stats_cpu *old;
	size_t c;

	json_open(&j, NULL, '{');
	json_number(&j, "id", s->cell.id);
	json_string(&j, "name", s->cell.name);
	json_string(&j, "state", s->cell.state);
	if (s->delivery)
		json_string(&j, "delivery", s->delivery);
	json_counters(&j, s, now->value, before ? before->value : NULL,
		      seconds);
	json_open(&j, "cpus", '[');
	for (c = 0; c < now->cpus; c++) {
		old = before ? stats_find_cpu(before, now->cpu[c].cpu) : NULL;
		json_open(&j, NULL, '{');
		json_number(&j, "cpu", now->cpu[c].cpu);
		json_counters(&j, s, now->cpu[c].value,
			      old ? old->value : NULL, seconds);
		json_close(&j, '}');
	}
	json_close(&j, ']');
	json_close(&j, '}');
	json_end(&j);
}

static void wait_seconds(double seconds)
{
	struct timespec t = {
		.tv_sec = (time_t)seconds,
		.tv_nsec = (long)((seconds - (double)(time_t)seconds) * 1e9),
	};

	while (nanosleep(&t, &t) < 0)
		;
}

static enum status print_once(const struct stats *s,
			      const struct stats_args *a)
{
	struct stats_sample before = { 0 }, now;
	bool two = a->interval > 0;

	if (two && stats_read(s, &before))
		wait_seconds(a->interval);
	if (!stats_read(s, &now)) {
		complain("cell %s is gone", a->cell_text);
		stats_sample_free(&before);
		return STATUS_REFUSED;
	}
	two = two && before.value;
	if (a->json)
		print_json(s, &now, two ? &before : NULL);
	else
		print_table(s, &now, two ? &before : NULL);
	stats_sample_free(&before);
	stats_sample_free(&now);
	return STATUS_OK;
}

static enum status show(const struct sysfs_cell *cell,
			const struct stats_args *a)
{
	enum status status;
	struct stats s;

	status = stats_open(&s, cell);
	if (status == STATUS_OK && (a->once || a->json))
		status = print_once(&s, a);
	else if (status == STATUS_OK)
		status = stats_view(&s, a->interval > 0 ? a->interval : 1);
	stats_close(&s);
	return status;
}

static enum status run(int argc, char *argv[])
{
	struct stats_args a = { 0 };
	const struct sysfs_cell *cell;
	struct sysfs_cells cells;
	enum status status;

	status = parse(argc, argv, &a);
	if (status != STATUS_OK)
		return status;
	if (!sysfs_module_loaded()) {
		complain("the kernel module is not loaded (no %s); try: modprobe cellblock",
			 sysfs_root());
		return STATUS_CANNOT;
	}
	if (!a.once && !a.json && !isatty(STDOUT_FILENO)) {
		complain("the live view needs a terminal; use --once or --json");
		return STATUS_CANNOT;
	}
	sysfs_cells_read(&cells);
	cell = find_cell(&cells, &a.cell);
	if (cell) {
		status = show(cell, &a);
	} else {
		complain("there is no cell %s%s", a.cell_text,
			 cells.count || sysfs_enabled() ? "" :
			 ": the hypervisor is not enabled");
		status = STATUS_REFUSED;
	}
	sysfs_cells_free(&cells);
	return status;
}

const struct command cmd_cell_stats = {
	.name = "cell stats",
	.args = "{ID | [--name] NAME} [--once] [--json] [-i SECONDS]",
	.summary = "Show how often a cell enters the hypervisor, and why",
	.help = "Without --once or --json a live view. Keys: q quits, c changes between the sum\n"
		"of the cell and each CPU, arrows scroll.\n\n"
		"      --once            print one table\n"
		"      --json            print one JSON object\n"
		"  -i, --interval SECONDS  of the live view (default 1); with --once or --json,\n"
		"                        wait as long between two samples and print rates, too\n"
		"      --name NAME       NAME is a name even if it is a number\n",
	.run = run,
};
