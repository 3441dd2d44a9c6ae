// SPDX-License-Identifier: GPL-2.0-only
#include <string.h>

#include "cli.h"
#include "describe.h"

static void emit(struct cfg_report *report, const struct cfg_finding *f)
{
	struct printed_report *p = (struct printed_report *)report;

	finding_print_cfg(f, p->parties);
}

void printed_report_init(struct printed_report *p,
			 const struct parties *parties)
{
	memset(p, 0, sizeof(*p));
	p->report.emit = emit;
	p->parties = parties;
}

enum status describe_option(int argc, char *argv[], const char *what,
			    size_t max, struct description *d)
{
	static const struct option options[] = {
		{ "include", required_argument, NULL, 'I' },
		HELP_OPTION
	};
	struct compile_options opts = { .count = 0 };
	enum status status;

	while (next_option(argc, argv, ":I:h", options) != -1) {
		status = compile_add_folder(&opts, optarg);
		if (status != STATUS_OK)
			return status;
	}
	if (optind == argc)
		return usage_error("no %s given", what);
	if (optind + 1 < argc)
		return usage_error("one argument too many: '%s'",
				   argv[optind + 1]);
	return description_read(argv[optind], &opts, max, d);
}

static enum status wrong_kind(const struct description *d,
			      enum cfg_blob_kind want, enum cfg_blob_kind is)
{
	const char *wanted = want == CFG_BLOB_SYSTEM ? "system" : "cell";

	if (is == CFG_BLOB_UNKNOWN && want == CFG_BLOB_SYSTEM)
		complain("%s: not a system description: no node is compatible with \"cellblock,hypervisor\"",
			 d->file);
	else if (is == CFG_BLOB_UNKNOWN)
		complain("%s: not a cell description: the root node is not compatible with \"cellblock,cell\"",
			 d->file);
	else
		complain("%s: describes a %s, and a %s is wanted here",
			 d->file, is == CFG_BLOB_SYSTEM ? "system" : "cell",
			 wanted);
	return STATUS_REFUSED;
}

enum status describe_gate(struct description *d, enum cfg_blob_kind kind,
			  uint32_t max)
{
	struct party party = { "self", d };
	struct parties parties = { &party, 1, 0 };
	struct printed_report p;
	enum cfg_blob_kind is;

	printed_report_init(&p, &parties);
	if (config_gate(d->blob.data, (uint32_t)d->blob.size, max, &p.report))
		return STATUS_CANNOT;
	is = config_blob_kind(d->blob.data);
	return is == kind ? STATUS_OK : wrong_kind(d, kind, is);
}

enum status describe_link(struct description *cell,
			  struct description *system)
{
	struct party party[] = { { "self", cell }, { "system", system } };
	struct parties parties = { party, 2, 0 };
	struct printed_report p;

	printed_report_init(&p, &parties);
	if (config_link(cell->blob.data, (uint32_t)cell->blob.size,
			system->blob.data, (uint32_t)system->blob.size,
			&p.report) == 0)
		return STATUS_OK;
	complain("%s: does not fit to %s", cell->file, system->file);
	return STATUS_REFUSED;
}
