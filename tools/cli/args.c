// SPDX-License-Identifier: GPL-2.0-only
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

const struct command *current_command;

enum status usage_error(const char *fmt, ...)
{
	va_list args;

	fflush(stdout);
	fprintf(stderr, "%s: %s: ", PROGRAM, current_command->name);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fprintf(stderr, " (see %s %s --help)\n", PROGRAM,
		current_command->name);
	return STATUS_CANNOT;
}

static void help(void)
{
	const struct command *c = current_command;

	printf("Usage: %s %s%s%s\n\n%s.\n\n%s", PROGRAM, c->name,
	       *c->args ? " " : "", c->args, c->summary, c->help);
	puts("  -h, --help            print this");
}

int next_option(int argc, char *argv[], const char *spec,
		const struct option *options)
{
	int c;

	opterr = 0;
	c = getopt_long(argc, argv, spec, options, NULL);
	if (c == 'h') {
		help();
		exit(STATUS_OK);
	}
	if (c == ':')
		exit(usage_error("option '%s' needs a value",
				 argv[optind - 1]));
	if (c == '?' && optopt && optopt < 128 && argv[optind - 1][1] != '-')
		exit(usage_error("unknown option '-%c'", optopt));
	if (c == '?')
		exit(usage_error("unknown option '%s'", argv[optind - 1]));
	return c;
}

static bool parse_number(const char *text, int32_t *id)
{
	char *end;
	long long n;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	n = strtoll(text, &end, 0);
	if (*end || errno || n > INT32_MAX)
		return false;
	*id = (int32_t)n;
	return true;
}

enum status cell_id_parse(const char *text, bool is_name,
			  struct cb_cell_id *id)
{
	memset(id, 0, sizeof(*id));
	if (!is_name && parse_number(text, &id->id))
		return STATUS_OK;
	if (!*text)
		return usage_error("the name of a cell is empty");
	if (strlen(text) >= sizeof(id->name))
		return usage_error("'%s' is longer than the %zu characters that a name may have",
				   text, sizeof(id->name) - 1);
	id->id = CB_ID_BY_NAME;
	strcpy(id->name, text);
	return STATUS_OK;
}

enum status cell_id_option(int argc, char *argv[], struct cb_cell_id *id,
			   const char **text)
{
	static const struct option options[] = {
		{ "name", required_argument, NULL, 'n' },
		HELP_OPTION
	};
	bool is_name = false;

	*text = NULL;
	while (next_option(argc, argv, ":h", options) != -1) {
		if (*text)
			return usage_error("more than one cell");
		*text = optarg;
		is_name = true;
	}
	if (!*text && optind < argc)
		*text = argv[optind++];
	if (!*text)
		return usage_error("which cell? give its id or name");
	if (optind < argc)
		return usage_error("one argument too many: '%s'",
				   argv[optind]);
	return cell_id_parse(*text, is_name, id);
}
