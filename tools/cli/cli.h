/* SPDX-License-Identifier: GPL-2.0-only */
/* The command's frame: verbs, their help, options and arguments. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <getopt.h>

#include <abi/ioctl.h>
#include <lib/io.h>
#include <lib/status.h>

struct command {
	const char *name;	/* "cell create" */
	const char *args;	/* for the usage line, may be "" */
	const char *summary;	/* one line, no full stop */
	const char *help;	/* options and more; ends with a newline */
	enum status (*run)(int argc, char *argv[]);
};

extern const struct command cmd_enable, cmd_disable, cmd_console,
	cmd_cell_create, cmd_cell_load, cmd_cell_start, cmd_cell_shutdown,
	cmd_cell_destroy, cmd_cell_list, cmd_cell_stats, cmd_config_check,
	cmd_config_compile, cmd_config_map, cmd_config_show,
	cmd_hardware_check;

/* The command that runs. */
extern const struct command *current_command;

/*
 * getopt_long() that answers -h and --help, and ends the program with a
 * one-line hint after an unknown option. `spec` starts with ":" or "-:".
 */
int next_option(int argc, char *argv[], const char *spec,
		const struct option *options);

/* One line with a pointer to --help; returns STATUS_CANNOT. */
__attribute__((format(printf, 1, 2)))
enum status usage_error(const char *fmt, ...);

/* The option that every command has, to end the table of its options. */
#define HELP_OPTION	{ "help", no_argument, NULL, 'h' }, { 0 }

/* A number is an id, all else a name. */
enum status cell_id_parse(const char *text, bool is_name,
			  struct cb_cell_id *id);

/* Arguments {ID | [--name] NAME} and nothing else. */
enum status cell_id_option(int argc, char *argv[], struct cb_cell_id *id,
			   const char **text);

#endif
