/* SPDX-License-Identifier: GPL-2.0-only */
#include <stddef.h>
#include <string.h>

#include "explain.h"

static const struct explanation rows[] = {
#define EXPLAIN(id, why, example, mend) { id, why, example, mend },
#include "explain.def"
#undef EXPLAIN
};

static const struct cfg_check checks[] = {
#define CHECK(name, id, text) { id, CFG_ERROR, text },
#define WARNING(name, id, text) { id, CFG_WARNING, text },
#include <config/checks.def>
#define CHECK(name, id, text) { id, CFG_ERROR, text },
#include "link.def"
};

#define ROWS	(sizeof(rows) / sizeof(rows[0]))
#define CHECKS	(sizeof(checks) / sizeof(checks[0]))

const struct explanation *explanation_row(uint32_t i)
{
	return i < ROWS ? &rows[i] : NULL;
}

const struct cfg_check *config_check_row(uint32_t i)
{
	return i < CHECKS ? &checks[i] : NULL;
}

const struct explanation *config_check_explain(const char *id)
{
	uint32_t i;

	for (i = 0; i < ROWS; i++)
		if (!strcmp(id, rows[i].id))
			return &rows[i];
	return NULL;
}
