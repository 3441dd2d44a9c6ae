// SPDX-License-Identifier: GPL-2.0-only
/* The judgement of the hypervisor, off line: gate, load, link, judge. */
#include <stdlib.h>

#include <lib/partition.h>

#include "cli.h"
#include "describe.h"

/* What is reported goes to standard error at once. */
static enum status judge(struct partition *p)
{
	struct printed_report report;
	enum status status;
	uint32_t checked;

	printed_report_init(&report, &p->parties);
	status = partition_judge(p, &report.report);
	checked = p->state[0] == PART_ADMITTED ? p->count : 1;
	fprintf(stderr, "%s: %u of %u checked: %u %s, %u %s\n", PROGRAM,
		checked, p->count, report.report.errors,
		report.report.errors == 1 ? "error" : "errors",
		report.report.warnings,
		report.report.warnings == 1 ? "warning" : "warnings");
	return status;
}

static enum status run(int argc, char *argv[])
{
	static const struct option options[] = {
		{ "include", required_argument, NULL, 'I' },
		HELP_OPTION
	};
	struct compile_options opts = { .count = 0 };
	enum status status;
	struct partition *p;

	while (next_option(argc, argv, ":I:h", options) != -1) {
		status = compile_add_folder(&opts, optarg);
		if (status != STATUS_OK)
			return status;
	}
	if (optind == argc)
		return usage_error("no SYSTEM given");
	p = xmalloc(sizeof(*p));
	status = partition_read(p, argc - optind, argv + optind, &opts);
	if (status == STATUS_OK)
		status = judge(p);
	partition_free(p);
	free(p);
	return status;
}

const struct command cmd_config_check = {
	.name = "config check",
	.args = "[-I DIR]... SYSTEM [CELL]...",
	.summary = "Judge descriptions as the hypervisor would",
	.help = "Cells are judged in the order given, each against the system and those before it.\n\n"
		INCLUDE_HELP,
	.run = run,
};
