/* SPDX-License-Identifier: GPL-2.0-only */
/* A blob against a set of schemas: every node against those that select it. */
#include <libfdt.h>

#include "schema_internal.h"

const char *schema_class_id(enum schema_class class)
{
	static const char *const ids[] = {
		[SCHEMA_BAD_VALUE] = "bad-value",
		[SCHEMA_UNKNOWN_PROPERTY] = "unknown-property",
		[SCHEMA_UNKNOWN_NODE] = "unknown-node",
		[SCHEMA_MISSING_PROPERTY] = "missing-property",
	};

	return ids[class];
}

static void apply(struct match *m, const struct doc *doc, struct node *node)
{
	struct pool_mark mark = pool_mark(m->pool);

	m->doc = doc;
	m->node = node;
	m->property = NULL;
	m->generation++;
	context_types(doc->select, node, m->generation);
	if (match_quiet(m, doc->select, &node->self, NULL)) {
		m->generation++;
		context_types(doc->root, node, m->generation);
		match_value(m, doc->root, &node->self, NULL);
	}
	/* values were decoded into what is released here */
	m->generation++;
	pool_release(m->pool, mark);
}

int schema_check(struct schemas *set, const void *blob, size_t size,
		 schema_finding_fn *emit, void *arg)
{
	struct pool pool = { NULL };
	struct pool scratch = { NULL };
	struct tree tree;
	struct match m = { .tree = &tree, .pool = &scratch, .emit = emit,
			   .arg = arg };
	struct node *node;
	uint8_t *bits;
	uint32_t n;
	int err = set->ready ? fdt_check_full(blob, size) :
			       -FDT_ERR_INTERNAL;

	if (err)
		return err;
	tree_build(&tree, &pool, blob);
	bits = pool_alloc(&pool, set->count / 8 + 1);
	for (node = tree.root; node; node = node->next) {
		select_candidates(set, node, bits);
		for (n = 0; n < set->count; n++) {
			if (!(bits[n / 8] >> n % 8 & 1))
				continue;
			image_ready(set, set->in_order[n]);
			apply(&m, set->in_order[n], node);
		}
	}
	pool_free(&scratch);
	pool_free(&pool);
	return (int)m.findings;
}
