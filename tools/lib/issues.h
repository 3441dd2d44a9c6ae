/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Findings kept, to be merged, judged by the user's policy and ordered before
 * they are shown. Texts are copies; descriptions must outlive them.
 */
#ifndef TOOLS_ISSUES_H
#define TOOLS_ISSUES_H

#include <config/finding.h>
#include <lib/description.h>

struct issue_place {
	struct description *d;		/* NULL: in no description */
	char *path, *prop;		/* "" if there is none */
	struct source_place source;	/* line 0: not known; file is ours */
};

/* Where a finding comes from. */
enum issue_source {
	ISSUE_HV,		/* the hypervisor's own judgement */
	ISSUE_COMPILER,		/* cpp and dtc */
	ISSUE_SCHEMA,
	ISSUE_ADVICE,
	ISSUE_CHECKER,		/* about suppressions and the like */
};

struct issue {
	const char *id;			/* lives as long as the program */
	uint32_t severity;		/* enum cfg_severity */
	enum issue_source source;
	struct issue_place where, other;
	char *text;
	char *help;			/* one more line, or NULL */
	char *allowed;			/* suppressed; the reason, or NULL */
	bool in_source;			/* … by a comment */
};

struct issues {
	struct issue *issue;
	size_t count;
};

/* The hypervisor would refuse, or cannot be asked: nothing changes that. */
bool issue_is_enforced(const struct issue *i);

/* path, prop: may be NULL. The place in the source is looked up. */
void issue_place_set(struct issue_place *place, struct description *d,
		     const char *path, const char *prop);

/* An issue without places, for the caller to fill in. Valid until the next. */
struct issue *issue_add(struct issues *all, const char *id, uint32_t severity,
			enum issue_source source, const char *text);

/* By file, line, column, id and text; those without source by their node. */
void issues_sort(struct issues *all);

/*
 * One verdict for one thing: a finding of a schema goes where the hypervisor
 * has one about the same property, which inherits its help; what is said
 * twice is said once. To be called after issues_sort(), whose order it keeps.
 */
void issues_merge(struct issues *all);

/* Drops those for which keep() is false. */
void issues_filter(struct issues *all,
		   bool (*keep)(const struct issue *i, void *arg), void *arg);

void issues_free(struct issues *all);

/* "the file's name", of the source if known, else of the description. */
const char *issue_file(const struct issue_place *place);
const char *severity_name(uint32_t severity);

#endif
