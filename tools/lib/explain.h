/* SPDX-License-Identifier: GPL-2.0-only */
/* What the findings mean. */
#ifndef TOOLS_EXPLAIN_H
#define TOOLS_EXPLAIN_H

#include <config/finding.h>

struct explanation {
	const char *id;
	const char *why;	/* what it means, why it hurts */
	const char *example;	/* lines of a description that show it */
	const char *mend;
};

/* Row i, in the order of the table, or NULL behind the last. */
const struct explanation *explanation_row(uint32_t i);

/* Row i of hv/config/checks.def and link.def, or NULL behind the last. */
const struct cfg_check *config_check_row(uint32_t i);

/* That of the id of a check, or NULL. */
const struct explanation *config_check_explain(const char *id);

#endif
