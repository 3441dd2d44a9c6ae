// SPDX-License-Identifier: GPL-2.0-only
/* start, shutdown and destroy: the commands with a cell as only argument. */
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include <lib/recall.h>
#include <lib/sysfs.h>

#include "cli.h"
#include "device.h"

#define CELL_ARGS	"{ID | [--name] NAME}"
#define NAME_HELP	"      --name NAME       NAME is a name even if it is a number\n"

static enum status act(unsigned long code, const struct cb_cell_id *id,
		       const char *action)
{
	struct cb_cell_op op = { .cell = *id };
	struct cb_cell_load load = { .cell = *id };	/* no image */
	struct request request = { .code = code, .action = action };

	if (!device_enabled())
		return STATUS_REFUSED;
	request.arg = code == CB_IOC_CELL_LOAD ? (void *)&load : (void *)&op;
	request.report = code == CB_IOC_CELL_LOAD ? &load.report : &op.report;
	return device_request_once(&request);
}

static enum status run_op(int argc, char *argv[], unsigned long code,
			  const char *verb, struct cb_cell_id *id)
{
	const char *text;
	char *action;
	enum status status;

	status = cell_id_option(argc, argv, id, &text);
	if (status != STATUS_OK)
		return status;
	action = xasprintf("%s cell %s", verb, text);
	status = act(code, id, action);
	free(action);
	return status;
}

static enum status run_start(int argc, char *argv[])
{
	struct cb_cell_id id;

	return run_op(argc, argv, CB_IOC_CELL_START, "start", &id);
}

static enum status run_shutdown(int argc, char *argv[])
{
	struct cb_cell_id id;

	return run_op(argc, argv, CB_IOC_CELL_LOAD, "shut down", &id);
}

static enum status run_destroy(int argc, char *argv[])
{
	enum status status;
	struct cb_cell_id id;

	status = run_op(argc, argv, CB_IOC_CELL_DESTROY, "destroy", &id);
	if (status == STATUS_OK && id.id == CB_ID_BY_NAME)
		recall_forget(id.name);
	return status;
}

const struct command cmd_cell_start = {
	.name = "cell start",
	.args = CELL_ARGS,
	.summary = "Start or restart a cell at its entry address",
	.help = NAME_HELP,
	.run = run_start,
};

const struct command cmd_cell_shutdown = {
	.name = "cell shutdown",
	.args = CELL_ARGS,
	.summary = "Stop a cell; it may refuse if it has a vote",
	.help = NAME_HELP,
	.run = run_shutdown,
};

const struct command cmd_cell_destroy = {
	.name = "cell destroy",
	.args = CELL_ARGS,
	.summary = "Stop a cell and give its resources back",
	.help = NAME_HELP,
	.run = run_destroy,
};
