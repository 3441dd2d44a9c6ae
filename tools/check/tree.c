/* SPDX-License-Identifier: GPL-2.0-only */
/* A blob as nodes and members, in one pass each; no value is decoded yet. */
#include <stdlib.h>
#include <string.h>

#include <libfdt.h>

#include "schema_internal.h"

static struct node *add_node(struct tree *tree, struct node *parent, int off)
{
	struct node *node = pool_alloc(tree->pool, sizeof(*node));
	int prop;

	node->name = parent ? fdt_get_name(tree->fdt, off, NULL) : "/";
	node->parent = parent;
	node->offset = off;
	node->phandle = fdt_get_phandle(tree->fdt, off);
	node->self.kind = INST_NODE;
	node->self.node = node;
	fdt_for_each_property_offset(prop, tree->fdt, off)
		node->prop_count++;
	if (parent)
		parent->child_count++;
	tree->phandle_count += node->phandle != 0;
	tree->node_count++;
	return node;
}

/* dtc's own nodes, __symbols__ and such, are no part of the description. */
static void add_nodes(struct tree *tree)
{
	struct node **link = &tree->root;
	struct node *up = NULL;
	int depth = 0, up_depth = -1, hidden = 0;
	const char *name;
	int off;

	for (off = 0; off >= 0 && depth >= 0;
	     off = fdt_next_node(tree->fdt, off, &depth)) {
		name = fdt_get_name(tree->fdt, off, NULL);
		if (hidden && depth > hidden)
			continue;
		hidden = depth && !strncmp(name, "__", 2) ? depth : 0;
		if (hidden)
			continue;
		for (; up_depth >= depth; up_depth--)
			up = up->parent;
		up = add_node(tree, up, off);
		up_depth = depth;
		*link = up;
		link = &up->next;
	}
}

static void add_members(struct tree *tree, struct node *node)
{
	const char *status = fdt_getprop(tree->fdt, node->offset, "status",
					 NULL);
	struct member *m;
	int prop, len;

	node->members = pool_alloc(tree->pool, (1 + node->prop_count +
		node->child_count) * sizeof(*node->members));
	node->members[0].name = "$nodename";
	node->count = 1;
	fdt_for_each_property_offset(prop, tree->fdt, node->offset) {
		m = &node->members[node->count++];
		m->bytes = fdt_getprop_by_offset(tree->fdt, prop, &m->name,
						 &len);
		m->len = len > 0 ? (uint32_t)len : 0;
	}
	node->disabled = node->parent && node->parent->disabled;
	if (status && !strncmp(status, "disabled", 8))
		node->disabled = true;
	if (!node->parent)
		return;
	m = &node->parent->members[node->parent->count++];
	m->name = node->name;
	m->child = node;
}

static int by_phandle(const void *a, const void *b)
{
	uint32_t x = (*(const struct node *const *)a)->phandle;
	uint32_t y = (*(const struct node *const *)b)->phandle;

	return (x > y) - (x < y);
}

bool tree_build(struct tree *tree, struct pool *pool, const void *fdt)
{
	struct node *node;
	uint32_t n = 0;

	memset(tree, 0, sizeof(*tree));
	tree->pool = pool;
	tree->fdt = fdt;
	add_nodes(tree);
	tree->phandles = pool_alloc(pool, (tree->phandle_count + 1) *
				    sizeof(void *));
	for (node = tree->root; node; node = node->next) {
		add_members(tree, node);
		if (node->phandle)
			tree->phandles[n++] = node;
	}
	qsort(tree->phandles, n, sizeof(void *), by_phandle);
	return tree->root;
}

struct node *tree_phandle(const struct tree *tree, uint32_t phandle)
{
	uint32_t low = 0, high = tree->phandle_count;
	uint32_t mid;

	while (low < high) {
		mid = (low + high) / 2;
		if (tree->phandles[mid]->phandle < phandle)
			low = mid + 1;
		else
			high = mid;
	}
	return low < tree->phandle_count &&
	       tree->phandles[low]->phandle == phandle ?
	       tree->phandles[low] : NULL;
}

struct member *node_member(const struct node *node, const char *name)
{
	uint32_t i;

	for (i = 0; i < node->count; i++)
		if (!strcmp(node->members[i].name, name))
			return &node->members[i];
	return NULL;
}

uint32_t node_u32(const struct node *node, const char *name,
		  uint32_t otherwise)
{
	const struct member *m = node ? node_member(node, name) : NULL;

	if (!m || !m->bytes || m->len != 4)
		return otherwise;
	return fdt32_ld((const fdt32_t *)(const void *)m->bytes);
}

char *node_path(struct pool *pool, const struct node *node)
{
	size_t len = 1;
	const struct node *n;
	char *path, *end;

	if (!node->parent)
		return pool_text(pool, "/", 1);
	for (n = node; n->parent; n = n->parent)
		len += strlen(n->name) + 1;
	path = pool_alloc(pool, len);
	end = path + len - 1;
	for (n = node; n->parent; n = n->parent) {
		end -= strlen(n->name);
		memcpy(end, n->name, strlen(n->name));
		*--end = '/';
	}
	return path;
}
