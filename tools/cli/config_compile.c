// SPDX-License-Identifier: GPL-2.0-only
/* A source to a blob, with the map back to the source beside it. */
#include <stdlib.h>
#include <string.h>

#include <config/config.h>
#include <lib/mapfile.h>
#include <lib/save.h>

#include "cli.h"
#include "describe.h"

/* "x.dts" to "x.dtb". From malloc. */
static char *default_output(const char *source)
{
	size_t len = strlen(source);

	if (len > 4 && !strcmp(source + len - 4, ".dts"))
		len -= 4;
	return xasprintf("%.*s.dtb", (int)len, source);
}

static enum status save(struct description *d, const char *output)
{
	int err = file_save(output, d->blob.data, d->blob.size);
	const struct srcmap *map;

	if (!err) {
		map = description_map(d);
		err = map ? mapfile_write(output, &d->blob, map) : 0;
	}
	if (!err)
		return STATUS_OK;
	complain("%s: %s", output, strerror(-err));
	return STATUS_CANNOT;
}

static enum status compile(const char *source, const char *output,
			   const struct compile_options *opts)
{
	char *name = output ? xstrdup(output) : default_output(source);
	struct description d;
	enum status status;

	status = description_read(source, opts, CFG_MAX_SYSTEM_BLOB, &d);
	if (status == STATUS_OK && !d.text.data) {
		complain("%s: a blob already; its source is wanted", source);
		status = STATUS_CANNOT;
	}
	if (status == STATUS_OK)
		status = save(&d, name);
	description_free(&d);
	free(name);
	return status;
}

static enum status run(int argc, char *argv[])
{
	static const struct option options[] = {
		{ "include", required_argument, NULL, 'I' },
		{ "output", required_argument, NULL, 'o' },
		HELP_OPTION
	};
	struct compile_options opts = { .count = 0 };
	enum status status = STATUS_OK;
	const char *output = NULL;
	int option;

	while (status == STATUS_OK &&
	       (option = next_option(argc, argv, ":I:o:h", options)) != -1) {
		if (option == 'o')
			output = optarg;
		else
			status = compile_add_folder(&opts, optarg);
	}
	if (status != STATUS_OK)
		return status;
	if (optind == argc)
		return usage_error("no SOURCE given");
	if (optind + 1 < argc)
		return usage_error("one argument too many: '%s'",
				   argv[optind + 1]);
	return compile(argv[optind], output, &opts);
}

const struct command cmd_config_compile = {
	.name = "config compile",
	.args = "[-I DIR]... [-o FILE] SOURCE",
	.summary = "Compile a description and note where its lines are",
	.help = "FILE.map lets later findings about the blob FILE point into its source.\n\n"
		INCLUDE_HELP
		"  -o, --output FILE     instead of SOURCE with .dtb for .dts\n",
	.run = run,
};
