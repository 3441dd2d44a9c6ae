/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Arbitrary bytes as a file of a schema, read beside one that it can refer
 * to. What is accepted judges a small tree that has a bit of everything.
 */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <check/schema.h>
#include <libfdt.h>

/* LINK: tools/check/ tools/lib/link.c tools/lib/words.c */

#define MAX_FINDINGS	100000

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char other[] =
	"$id: http://devicetree.org/schemas/other.yaml#\n"
	"select: false\n"
	"properties: { a: { maxItems: 3 }, b: { type: boolean } }\n"
	"$defs: { one: { properties: { a: { minItems: 1 } } } }\n";

static char tree[2048];

static void fill(int node)
{
	fdt_setprop_string(tree, node, "compatible", "t,t");
	fdt_setprop_u32(tree, node, "a", 5);
	fdt_appendprop_u32(tree, node, "a", 6);
	fdt_setprop_empty(tree, node, "b");
	fdt_setprop_string(tree, node, "c", "text");
	fdt_appendprop_string(tree, node, "c", "other");
	fdt_setprop(tree, node, "d", "\1\2\3", 3);
	fdt_setprop_u64(tree, node, "reg", 0x100000001);
	fdt_setprop_u32(tree, node, "#size-cells", 1);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	int node;

	(void)argc;
	(void)argv;
	assert(!fdt_create_empty_tree(tree, sizeof(tree)));
	fill(0);
	node = fdt_add_subnode(tree, 0, "node@1");
	fill(node);
	fdt_setprop_string(tree, node, "status", "disabled");
	fdt_setprop_u32(tree, node, "phandle", 5);
	node = fdt_add_subnode(tree, node, "below");
	assert(node > 0 && !fdt_setprop_empty(tree, node, "ranges"));
	assert(!fdt_pack(tree));
	return 0;
}

static void complain(void *arg, const char *message)
{
	unsigned int *complaints = arg;

	assert(*message);
	++*complaints;
}

static void emit(void *arg, const struct schema_finding *f)
{
	unsigned int *findings = arg;

	assert(*schema_class_id(f->class) && *f->path == '/');
	assert(*f->text && f->file && f->schema);
	assert(fdt_get_name(tree, f->node, NULL));
	assert(++*findings < MAX_FINDINGS);
}

static bool add(struct schemas *set, const void *text, size_t size,
		unsigned int *complaints)
{
	int fd = memfd_create("schema", 0);
	char path[32];
	bool ok;

	assert(fd >= 0 && write(fd, text, size) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	ok = schemas_add(set, path, complain, complaints);
	close(fd);
	return ok;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t tree_size = fdt_totalsize(tree);
	unsigned int complaints = 0, findings = 0;
	struct schemas *set = schemas_new();
	bool ok;
	int n;

	assert(set && add(set, other, sizeof(other) - 1, &complaints));
	ok = add(set, data, size, &complaints);
	ok = schemas_ready(set, complain, &complaints) && ok;
	assert(ok == !complaints);
	n = schema_check(set, tree, tree_size, emit, &findings);
	assert(n >= 0 && (unsigned int)n == findings);
	schemas_free(set);
	return 0;
}
