// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include <lib/json.h>
#include <lib/sysfs.h>

#include "cli.h"

#define FORMAT	"%-8s%-24s%-18s%-24s%s\n"

static void print_table(const struct sysfs_cells *cells)
{
	const struct sysfs_cell *c;
	char id[16];
	size_t n;

	if (cells->count)
		printf(FORMAT, "ID", "Name", "State", "Assigned CPUs",
		       "Failed CPUs");
	for (n = 0; n < cells->count; n++) {
		c = &cells->cell[n];
		snprintf(id, sizeof(id), "%u", c->id);
		/* a name that fills its column keeps a space behind it */
		printf("%-8s%-23s %-17s %-23s %s\n", id, c->name, c->state,
		       c->cpus, c->cpus_failed);
	}
}

static void print_json(const struct sysfs_cells *cells)
{
	struct json j = { .out = stdout };
	const struct sysfs_cell *c;
	size_t n;

	json_open(&j, NULL, '[');
	for (n = 0; n < cells->count; n++) {
		c = &cells->cell[n];
		json_open(&j, NULL, '{');
		json_number(&j, "id", c->id);
		json_string(&j, "name", c->name);
		json_string(&j, "state", c->state);
		json_string(&j, "cpus_assigned", c->cpus);
		json_string(&j, "cpus_failed", c->cpus_failed);
		json_close(&j, '}');
	}
	json_close(&j, ']');
	json_end(&j);
}

static enum status run(int argc, char *argv[])
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		HELP_OPTION
	};
	struct sysfs_cells cells;
	bool json = false;

	while (next_option(argc, argv, ":h", options) != -1)
		json = true;
	if (optind < argc)
		return usage_error("one argument too many: '%s'",
				   argv[optind]);
	if (!sysfs_module_loaded()) {
		complain("the kernel module is not loaded (no %s); try: modprobe cellblock",
			 sysfs_root());
		return STATUS_CANNOT;
	}
	sysfs_cells_read(&cells);
	if (!cells.count && !sysfs_enabled())
		complain("the hypervisor is not enabled");
	if (json)
		print_json(&cells);
	else
		print_table(&cells);
	sysfs_cells_free(&cells);
	return STATUS_OK;
}

const struct command cmd_cell_list = {
	.name = "cell list",
	.args = "[--json]",
	.summary = "List the cells, their states and their CPUs",
	.help = "      --json            print a JSON array\n",
	.run = run,
};
