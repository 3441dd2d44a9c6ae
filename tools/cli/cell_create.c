// SPDX-License-Identifier: GPL-2.0-only
#include <libfdt.h>
#include <string.h>
#include <sys/ioctl.h>

#include <config/config.h>
#include <lib/recall.h>
#include <lib/sysfs.h>

#include "cli.h"
#include "describe.h"
#include "device.h"

/* The description that the hypervisor runs by. */
static enum status read_active(struct description *system)
{
	int err;

	err = recall_active("system", "system.dtb", CFG_MAX_SYSTEM_BLOB,
			    system);
	if (!err)
		return describe_gate(system, CFG_BLOB_SYSTEM,
				     CFG_MAX_SYSTEM_BLOB);
	complain("%s/system.dtb: %s", sysfs_root(), strerror(-err));
	return STATUS_CANNOT;
}

static enum status request_create(struct description *cell,
				  struct description *system)
{
	struct cb_cell_create arg = {
		.blob = (uintptr_t)cell->blob.data,
		.size = (uint32_t)cell->blob.size,
	};
	struct request request = {
		.code = CB_IOC_CELL_CREATE,
		.arg = &arg,
		.report = &arg.report,
		.action = "create the cell",
		.self = cell,
		.system = system,
	};
	const char *name = fdt_getprop(cell->blob.data, 0, "cell-name", NULL);
	enum status status;

	status = device_request_once(&request);
	if (status == STATUS_OK && name)
		recall_note(name, cell);
	return status;
}

static enum status link_and_create(struct description *cell)
{
	struct description system;
	enum status status;

	status = read_active(&system);
	if (status == STATUS_OK)
		status = describe_link(cell, &system);
	if (status == STATUS_OK)
		status = request_create(cell, &system);
	description_free(&system);
	return status;
}

static enum status run(int argc, char *argv[])
{
	struct description cell;
	enum status status;

	status = describe_option(argc, argv, "CELL", CFG_MAX_CELL_BLOB, &cell);
	if (status != STATUS_OK)
		return status;
	status = describe_gate(&cell, CFG_BLOB_CELL, CFG_MAX_CELL_BLOB);
	if (status == STATUS_OK && !sysfs_module_loaded())
		/* opening the device tells why */
		status = device_open(0) < 0 ? STATUS_CANNOT : STATUS_OK;
	if (status == STATUS_OK && !device_enabled())
		status = STATUS_REFUSED;
	if (status == STATUS_OK)
		status = link_and_create(&cell);
	description_free(&cell);
	return status;
}

const struct command cmd_cell_create = {
	.name = "cell create",
	.args = "[-I DIR]... CELL",
	.summary = "Make a cell out of the root cell's resources",
	.help = "CELL describes the cell: a blob (.dtb) or source (.dts). Its labels are looked\n"
		"up in the active system description. The cell is made shut down: load it, then\n"
		"start it.\n\n"
		INCLUDE_HELP,
	.run = run,
};
