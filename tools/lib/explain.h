/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef TOOLS_EXPLAIN_H
#define TOOLS_EXPLAIN_H

/* What the id of a check means, why it hurts, how to mend it; or NULL. */
const char *config_check_explain(const char *id);

#endif
