/* SPDX-License-Identifier: GPL-2.0-only */
/* What config map and config show read: a partition, admissible or not. */
#ifndef CLI_CONFIG_MAP_H
#define CLI_CONFIG_MAP_H

#include <lib/map.h>
#include <lib/partition.h>

struct map_source {
	struct partition part;
	struct map map;
	struct map_finding *finding;
	uint32_t finding_count;
	uint32_t errors;
};

/*
 * argv: SYSTEM [CELL]... What the judge says is printed and kept.
 * STATUS_OK, or STATUS_REFUSED if the hypervisor would refuse some of it:
 * the map is there. STATUS_CANNOT: it is not. To be freed in each case.
 */
enum status map_source_read(struct map_source *s, int argc, char *argv[],
			    const struct compile_options *opts);
void map_source_free(struct map_source *s);

/*
 * Where the output goes: standard output if name is NULL. NULL: complained.
 * Closing says whether everything was written.
 */
FILE *output_open(const char *name);
enum status output_close(FILE *out, const char *name, enum status status);

#endif
