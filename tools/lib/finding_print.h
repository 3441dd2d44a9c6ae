/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Findings for people, on standard error.
 *
 *	file:line:col: error: text [id]
 *	the source line
 *	    ^
 *	file:line:col: note: the other party is here
 *
 * They come as the report of a request (format: abi/image.h) or from
 * hv/config in this process.
 */
#ifndef TOOLS_FINDING_PRINT_H
#define TOOLS_FINDING_PRINT_H

#include <config/finding.h>
#include <lib/description.h>

/* Blobs that findings may speak of. */
struct party {
	const char *name;	/* "system", or the name of a cell */
	struct description *d;
};

struct parties {
	struct party *party;
	size_t count;
	size_t self;		/* the one that "self" means; must exist */
};

/* All fields may be "", none NULL. */
struct finding {
	const char *id, *severity;
	const char *blob, *path, *prop;
	const char *other_blob, *other_path, *other_prop;
	const char *text;
};

void finding_print(const struct finding *f, const struct parties *parties);

/* One that speaks of a blob of which the party is known already. */
void finding_print_cfg(const struct cfg_finding *f,
		       const struct parties *parties);

/*
 * Prints all lines of a report, odd ones as they are. Returns the number of
 * findings that are errors.
 */
unsigned int report_print(const char *report, size_t size,
			  const struct parties *parties);

#endif
