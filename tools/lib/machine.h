/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the kernel tells of the machine it runs on, without privileges: files
 * of /proc, /sys and /dev below a root folder, which is "" for this machine
 * or a copy of another's.
 */
#ifndef TOOLS_MACHINE_H
#define TOOLS_MACHINE_H

#include <stdbool.h>

#include <lib/io.h>

struct machine {
	const char *root;
	struct bytes cpuinfo;	/* /proc/cpuinfo */
	struct bytes cmdline;	/* /proc/cmdline */
	struct bytes log;	/* the kernel's; no data: not readable */
};

/* 0 or a negative errno: there is no /proc/cpuinfo. */
int machine_read(struct machine *m, const char *root);
void machine_free(struct machine *m);

/* The file or folder is there. */
bool machine_has(const struct machine *m, const char *path);
/*
 * First entry of a folder by name that has `inner` in it ("" for any),
 * malloc'ed; NULL: none, or no folder.
 */
char *machine_first_in(const struct machine *m, const char *path,
		       const char *inner);
/* First line of a file, malloc'ed; NULL when it cannot be read. */
char *machine_line(const struct machine *m, const char *path);
/*
 * Value of a "key : value" line of /proc/cpuinfo, of the first CPU, malloc'ed;
 * NULL if there is no such line.
 */
char *machine_cpu(const struct machine *m, const char *key);
/* A word stands in the list of this key. */
bool machine_cpu_has(const struct machine *m, const char *key,
		     const char *word);
/* How many CPUs are on line. */
unsigned int machine_cpus(const struct machine *m);
/*
 * The last word of the kernel's command line that starts so, malloc'ed; with
 * "=" at its end `start` is an option that takes a value.
 */
char *machine_option(const struct machine *m, const char *start);

#endif
