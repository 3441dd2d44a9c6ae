// SPDX-License-Identifier: GPL-2.0-only
#include <sys/ioctl.h>

#include <config/config.h>
#include <lib/recall.h>

#include "cli.h"
#include "describe.h"
#include "device.h"

static enum status run_enable(int argc, char *argv[])
{
	struct description system;
	struct cb_enable arg = { 0 };
	enum status status;

	status = describe_option(argc, argv, "SYSTEM", CFG_MAX_SYSTEM_BLOB,
				 &system);
	if (status != STATUS_OK)
		return status;
	status = describe_gate(&system, CFG_BLOB_SYSTEM, CFG_MAX_SYSTEM_BLOB);
	if (status == STATUS_OK) {
		struct request request = {
			.code = CB_IOC_ENABLE,
			.arg = &arg,
			.report = &arg.report,
			.action = "enable",
			.self = &system,
			.system = &system,
		};

		arg.blob = (uintptr_t)system.blob.data;
		arg.size = (uint32_t)system.blob.size;
		status = device_request_once(&request);
	}
	if (status == STATUS_OK)
		recall_note("system", &system);
	description_free(&system);
	return status;
}

const struct command cmd_enable = {
	.name = "enable",
	.args = "[-I DIR]... SYSTEM",
	.summary = "Put the hypervisor under the running Linux",
	.help = "SYSTEM describes the machine: a blob (.dtb) or source (.dts).\n\n"
		INCLUDE_HELP,
	.run = run_enable,
};

static enum status run_disable(int argc, char *argv[])
{
	static const struct option options[] = { HELP_OPTION };
	struct cb_disable arg = { 0 };
	struct request request = {
		.code = CB_IOC_DISABLE,
		.arg = &arg,
		.report = &arg.report,
		.action = "disable",
	};
	enum status status;

	while (next_option(argc, argv, ":h", options) != -1)
		;
	if (optind < argc)
		return usage_error("one argument too many: '%s'",
				   argv[optind]);
	if (!device_enabled())
		return STATUS_REFUSED;
	status = device_request_once(&request);
	if (status == STATUS_OK)
		recall_forget("system");
	return status;
}

const struct command cmd_disable = {
	.name = "disable",
	.args = "",
	.summary = "Destroy all cells and remove the hypervisor",
	.help = "",
	.run = run_disable,
};
