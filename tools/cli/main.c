// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include <lib/version.h>
#include <lib/words.h>

#include "cli.h"

static const struct command *const commands[] = {
	&cmd_enable,
	&cmd_disable,
	&cmd_console,
	&cmd_cell_create,
	&cmd_cell_load,
	&cmd_cell_start,
	&cmd_cell_shutdown,
	&cmd_cell_destroy,
	&cmd_cell_list,
	&cmd_cell_stats,
	&cmd_config_check,
	&cmd_config_compile,
	&cmd_config_map,
	&cmd_config_show,
	&cmd_hardware_check,
};
#define NR_COMMANDS	(sizeof(commands) / sizeof(commands[0]))

/* prefix: "" for all, or "cell" for that group. */
static void help(const char *prefix)
{
	size_t len = strlen(prefix), n;

	printf("Usage: %s %s%sCOMMAND [ARGUMENTS]\n\n", PROGRAM, prefix,
	       len ? " " : "");
	for (n = 0; n < NR_COMMANDS; n++) {
		if (strncmp(commands[n]->name, prefix, len) != 0)
			continue;
		printf("  %-15s %s\n", commands[n]->name,
		       commands[n]->summary);
	}
	printf("\n'%s COMMAND --help' tells more about a command.\n", PROGRAM);
	if (!len)
		puts("Exit status: 0 done, 1 refused or failed, 2 wrong usage or could not run.");
}

/* How many words of argv the command's name takes, 0 if it is not this. */
static int words_matched(const char *name, int argc, char *argv[])
{
	const char *space = strchr(name, ' ');
	size_t len = space ? (size_t)(space - name) : strlen(name);

	if (!argc || strlen(argv[0]) != len || strncmp(name, argv[0], len))
		return 0;
	if (!space)
		return 1;
	return argc > 1 && strcmp(argv[1], space + 1) == 0 ? 2 : 0;
}

static bool is_group(const char *word)
{
	size_t len = strlen(word), n;

	for (n = 0; n < NR_COMMANDS; n++)
		if (len && strncmp(commands[n]->name, word, len) == 0 &&
		    commands[n]->name[len] == ' ')
			return true;
	return false;
}

static void consider(const char *word, const struct command *c,
		     const char **best, unsigned int *distance)
{
	const char *space = strchr(c->name, ' ');
	const char *before = *best;

	word_nearest(word, c->name, best, distance);
	/* "create" for "cell create", but not a worse guess than that */
	if (space && !strchr(word, ' '))
		word_nearest(word, space + 1, best, distance);
	if (*best != before)
		*best = c->name;
}

static enum status unknown(const char *word)
{
	const char *best = NULL;
	unsigned int distance = 0;
	size_t n;

	for (n = 0; n < NR_COMMANDS; n++)
		consider(word, commands[n], &best, &distance);
	if (best)
		complain("unknown command '%s'; did you mean '%s'?", word,
			 best);
	else
		complain("unknown command '%s' (see %s --help)", word,
			 PROGRAM);
	return STATUS_CANNOT;
}

static bool wants_help(const char *word)
{
	return !strcmp(word, "-h") || !strcmp(word, "--help") ||
	       !strcmp(word, "help");
}

/* argv: without the program's name. */
static enum status dispatch(int argc, char *argv[])
{
	char *two;
	enum status status;
	size_t n;
	int words;

	for (n = 0; n < NR_COMMANDS; n++) {
		words = words_matched(commands[n]->name, argc, argv);
		if (!words)
			continue;
		current_command = commands[n];
		return commands[n]->run(argc - words + 1, argv + words - 1);
	}
	if (!is_group(argv[0]))
		return unknown(argv[0]);
	if (argc > 1 && wants_help(argv[1])) {
		help(argv[0]);
		return STATUS_OK;
	}
	if (argc == 1) {
		complain("which '%s' command? (see %s %s --help)", argv[0],
			 PROGRAM, argv[0]);
		return STATUS_CANNOT;
	}
	two = xasprintf("%s %s", argv[0], argv[1]);
	status = unknown(two);
	free(two);
	return status;
}

/* Output that could not be written is a failure, however well it went. */
static enum status flush_output(enum status status)
{
	if ((fflush(stdout) || ferror(stdout)) && status == STATUS_OK) {
		complain("cannot write the output");
		return STATUS_REFUSED;
	}
	return status;
}

int main(int argc, char *argv[])
{
	if (argc < 2) {
		complain("no command (see %s --help)", PROGRAM);
		return STATUS_CANNOT;
	}
	if (wants_help(argv[1])) {
		help("");
	} else if (!strcmp(argv[1], "--version")) {
		puts(PROGRAM " " CELLBLOCK_VERSION);
	} else if (argv[1][0] == '-') {
		complain("unknown option '%s' (see %s --help)", argv[1],
			 PROGRAM);
		return STATUS_CANNOT;
	} else {
		return flush_output(dispatch(argc - 1, argv + 1));
	}
	return flush_output(STATUS_OK);
}
