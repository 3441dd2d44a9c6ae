/* SPDX-License-Identifier: GPL-2.0-only */
#include <stddef.h>
#include <string.h>

#include "explain.h"

static const struct explanation rows[] = {
#define EXPLAIN(id, why, example, mend) { id, why, example, mend },
#include "explain.def"
#undef EXPLAIN
};

#define ROWS	(sizeof(rows) / sizeof(rows[0]))

const struct explanation *explanation_row(uint32_t i)
{
	return i < ROWS ? &rows[i] : NULL;
}

const struct explanation *config_check_explain(const char *id)
{
	uint32_t i;

	for (i = 0; i < ROWS; i++)
		if (!strcmp(id, rows[i].id))
			return &rows[i];
	return NULL;
}
