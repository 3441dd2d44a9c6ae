/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Findings: why a description is refused.
 *
 * Ids, severities and texts are one table (checks.def); a finding carries the
 * place, the values in words, and the other party.
 */
#ifndef CONFIG_FINDING_H
#define CONFIG_FINDING_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CFG_PATH_LEN	160
#define CFG_TEXT_LEN	320

enum cfg_severity { CFG_NOTE, CFG_WARNING, CFG_ERROR };

/* Which blob does a place belong to, and where in it? */
struct cfg_place {
	const void *fdt;		/* the blob, compared by address */
	char path[CFG_PATH_LEN];	/* node path, "…" marks a cut in front */
	char prop[32];			/* property name or empty */
};

struct cfg_finding {
	const char *id;			/* "mem-overlap-hypervisor" */
	uint32_t severity;		/* enum cfg_severity */
	struct cfg_place where;
	struct cfg_place other;		/* other.fdt NULL: no other party */
	char text[CFG_TEXT_LEN];	/* one line, no id, no final stop */
};

struct cfg_report {
	/* Called once for each finding; the finding is the callee's to read. */
	void (*emit)(struct cfg_report *report, const struct cfg_finding *f);
	uint32_t errors;		/* counted by hv/config */
	uint32_t warnings;
};

/*
 * As vsnprintf(), with %s %u %x %%, ll and, for numbers, a width that zeros
 * fill, up to 23: at most size - 1 characters and a NUL; returns the number of
 * characters stored. %r is a (struct cfg_range *). What it does not know comes
 * out as '?'.
 */
size_t config_format(char *out, size_t size, const char *fmt, va_list args);

/* A row of checks.def, as of any such table. Several may share an id. */
struct cfg_check {
	const char *id;
	uint32_t severity;	/* enum cfg_severity */
	const char *text;	/* template, see config_say */
};

/* A place in a blob; a negative node is the blob as a whole. */
struct at {
	const void *fdt;
	int32_t node;
	const char *prop;		/* NULL: the node itself */
};

#define NOWHERE	((struct at){ NULL, -1, NULL })

/*
 * Reports a finding at a place, maybe against another.
 * Templates: as for config_format(), and %n and %o name the nodes of the
 * places, %p is the property of the first; what is not printable in a string
 * comes out as '?'. Returns false for the caller to
 * return. The blobs have passed the gate.
 */
bool config_say(struct cfg_report *report, const struct cfg_check *check,
		struct at where, struct at other, ...);

#endif
