/* SPDX-License-Identifier: GPL-2.0-only */
/* The parts of `config check`. */
#ifndef CLI_CHECK_H
#define CLI_CHECK_H

#include <lib/issues.h>
#include <lib/partition.h>

/* ---- check_ids.c: the checks that there are ------------------------------ */

struct check_id {
	const char *id;
	uint32_t severity;	/* the highest that it has by default */
	bool enforced;		/* by the hypervisor, whenever it is an error */
	uint32_t sources;	/* 1 << enum issue_source */
};

/* In the order of names. */
const struct check_id *check_ids(uint32_t *count);
/* Index, or -1. */
int check_find(const char *id);
/* Complains, with a guess at what was meant. Index, or -1. */
int check_find_or_complain(const char *id);
/* --list-checks */
void check_list(bool json);
/* --explain */
enum status check_explain(const char *id);

#define ID_SOURCE	"source-error"
#define ID_SOURCE_ODD	"source-warning"
#define ID_UNUSED	"suppression-unused"
#define ID_INVALID	"suppression-invalid"

/* ---- check_policy.c: what the user wants to hear ------------------------- */

#define MAX_CHECKS	256

/* "This finding is known": by option, by file, or by a comment. */
struct allowance {
	char *id, *reason;
	char *node;			/* path or last part of it; or NULL */
	struct source_place source;	/* of what is allowed; line 0: any */
	struct source_place comment;	/* where it says so; line 0: option */
	char *origin;			/* "--suppress", or a file's name */
	bool used;
};

struct policy {
	signed char level[MAX_CHECKS];	/* enum cfg_severity, or -1: default */
	bool off[MAX_CHECKS];
	uint32_t threshold;		/* enum cfg_severity: fail from here */
	struct allowance *allowance;
	size_t count;
	char **file;			/* sources that were searched */
	size_t file_count;
};

void policy_init(struct policy *policy);
void policy_free(struct policy *policy);
/* Both complain. */
enum status policy_level(struct policy *policy, const char *id,
			 uint32_t severity);
enum status policy_off(struct policy *policy, const char *id);
/* "ID@NODE=reason"; and a file of such lines. */
enum status policy_suppress(struct policy *policy, const char *text,
			    const char *origin);
enum status policy_suppress_file(struct policy *policy, const char *file);
/* Takes over the strings of a. */
void policy_allow(struct policy *policy, const struct allowance *a);
/*
 * Severities, then what is off, then allowances; adds issues about the
 * latter. complete: all that could be checked was; else what is unused is not
 * told.
 */
void policy_apply(struct policy *policy, struct issues *all, bool complete);

/* ---- check_comments.c ---------------------------------------------------- */

/*
 * Finds "cellblock: allow ID: reason" in the comments of all sources of a
 * description, for the line at hand or the next one with code. What is
 * malformed becomes an issue.
 */
void comments_collect(struct policy *policy, struct issues *all,
		      struct description *d);

/* ---- check_schema.c ------------------------------------------------------ */

#define MAX_SCHEMA_DIRS	16

struct schema_options {
	const char *dir[MAX_SCHEMA_DIRS];
	unsigned int count;
	bool cache;
	bool verbose;		/* say which schemas are left out, and why */
};

struct schemas;

struct loaded_schemas {
	struct schemas *set;
	unsigned int left_out;		/* problems that were reported */
	struct bytes cached;		/* what the set lies in, if anything */
};

/* Ours and those of the options. False: complained. */
bool schemas_load(const struct schema_options *opts,
		  struct loaded_schemas *loaded);
void schemas_unload(struct loaded_schemas *loaded);
/* d has passed the gate and is not linked yet. */
void schemas_apply(struct schemas *set, struct description *d,
		   struct issues *all);

/* ---- check_image.c ------------------------------------------------------- */

#define MAX_IMAGES	64

struct image_option {
	char *cell, *file;
	uint64_t address, size;
};

struct image_options {
	struct image_option image[MAX_IMAGES];
	uint32_t count;
};

/* "CELL=FILE[@ADDRESS]"; the file must be there. Complains. */
enum status images_add(struct image_options *opts, const char *text);
void images_free(struct image_options *opts);
/* Images of cells that could not be loaded are left out. Complains. */
enum status images_judge(const struct image_options *opts,
			 const struct partition *p, struct cfg_report *report);

/* ---- output -------------------------------------------------------------- */

struct summary {
	unsigned int checks, off, schemas, left_out;
	unsigned int descriptions, unjudged;
	unsigned int errors, warnings, notes, suppressed;
	bool board_only;
	enum status status;
};

/* On standard error, as all findings for people. */
void check_write_text(const struct issues *all, const struct summary *s);
/* On standard output. */
void check_write_json(const struct issues *all, const struct summary *s);
void check_write_sarif(const struct issues *all, const struct summary *s);
void check_write_github(const struct issues *all, const struct summary *s);
/* The closing line, without its end. */
char *check_summary(const struct summary *s);

#endif
