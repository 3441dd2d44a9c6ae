/* SPDX-License-Identifier: GPL-2.0-only */
/* Descriptions as arguments of a command, and their first examination. */
#ifndef CLI_DESCRIBE_H
#define CLI_DESCRIBE_H

#include <lib/link.h>
#include <lib/finding_print.h>
#include <lib/status.h>

#define INCLUDE_HELP \
	"  -I, --include DIR     look for included files there, too\n"

/* Reports of hv/config that are printed at once. */
struct printed_report {
	struct cfg_report report;	/* first: emit() gets its address */
	const struct parties *parties;
};
void printed_report_init(struct printed_report *p,
			 const struct parties *parties);

/* Arguments: [-I DIR]... FILE. `what` names the file in a usage error. */
enum status describe_option(int argc, char *argv[], const char *what,
			    size_t max, struct description *d);

/* The bytes are a sound blob of that kind, or findings are printed. */
enum status describe_gate(struct description *d, enum cfg_blob_kind kind,
			  uint32_t max);

/* Resolves the cell's labels in place. Both have passed the gate. */
enum status describe_link(struct description *cell,
			  struct description *system);

#endif
