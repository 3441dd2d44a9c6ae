/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A cache of schemas that is damaged. Three ways for one input: as an image by
 * itself; as edits of a good image, which then judges a tree as it can; and as
 * edits of the good image's entry in the cache, which then is either not there
 * or what it was, so that no verdict changes.
 */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <check/image.h>
#include <lib/cache.h>
#include <libfdt.h>

/* LINK: tools/check/ tools/lib/link.c tools/lib/words.c */
/* LINK: tools/lib/cache.c tools/lib/io.c tools/lib/save.c */

#define NAME		"schemas-fuzz"
#define SUM_AT		24	/* of the entry's header: magic, size, sum */
#define SUM_END		32
#define EDIT		3	/* bytes: two for the place, and a value */
#define MAX_FINDINGS	100000

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char source[] =
	"$id: http://devicetree.org/schemas/one.yaml#\n"
	"select: { required: [ a ] }\n"
	"properties:\n"
	"  a: { $ref: /schemas/types.yaml#/definitions/uint32-array,\n"
	"       minItems: 1, maxItems: 1, items: { maximum: 4 } }\n"
	"  b: { type: boolean }\n"
	"  c: { enum: [ text, other ] }\n"
	"  d: { pattern: '^[a-f]+$', not: { const: abc } }\n"
	"patternProperties:\n"
	"  '^node@[0-9a-f]+$': { type: object, $ref: '#/$defs/two' }\n"
	"$defs: { two: { required: [ z ], unevaluatedProperties: false } }\n"
	"allOf: [ if: { required: [ b ] }, then: { required: [ e ] } ]\n"
	"additionalProperties: false\n";

static char tree[2048];
static uint8_t *image, *entry;
static size_t image_size, entry_size;
static char folder[] = "/tmp/fuzz-image-XXXXXX";
static char entry_path[128];

static void count(void *arg, const char *message)
{
	unsigned int *complaints = arg;

	assert(message);
	++*complaints;
}

static void emit(void *arg, const struct schema_finding *f)
{
	unsigned int *findings = arg;

	assert(*schema_class_id(f->class) && *f->path == '/');
	assert(f->text && f->file && f->schema);
	assert(++*findings < MAX_FINDINGS);
}

static void write_file(const char *path, const void *data, size_t size)
{
	FILE *f = fopen(path, "wb");

	assert(f && fwrite(data, 1, size, f) == size && !fclose(f));
}

static void make_tree(void)
{
	int node;

	assert(!fdt_create_empty_tree(tree, sizeof(tree)));
	fdt_setprop_u32(tree, 0, "a", 5);
	fdt_setprop_empty(tree, 0, "b");
	fdt_setprop_string(tree, 0, "c", "none");
	fdt_setprop_string(tree, 0, "d", "abc");
	node = fdt_add_subnode(tree, 0, "node@1");
	assert(node > 0 && !fdt_setprop_u32(tree, node, "y", 1));
	assert(!fdt_pack(tree));
}

/* What the set says of the tree; it is freed. */
static unsigned int verdict(struct schemas *set)
{
	unsigned int findings = 0;
	int n = schema_check(set, tree, fdt_totalsize(tree), emit, &findings);

	assert(n >= 0 && (unsigned int)n == findings);
	schemas_free(set);
	return findings;
}

static void make_image(void)
{
	struct schemas *set = schemas_new();
	unsigned int complaints = 0, right;
	char path[128];

	snprintf(path, sizeof(path), "%s/one.yaml", folder);
	write_file(path, source, sizeof(source) - 1);
	assert(set && schemas_add(set, path, count, &complaints));
	assert(schemas_ready(set, count, &complaints) && !complaints);
	image = schemas_save(set, &image_size);
	assert(image);
	right = verdict(set);
	set = schemas_restore(image, image_size, count, &complaints);
	assert(set && right >= 4 && verdict(set) == right && !complaints);
	unlink(path);
}

static void make_entry(void)
{
	struct cache_entry e;

	setenv("XDG_CACHE_HOME", folder, 1);
	cache_put(NAME, image, image_size);
	assert(cache_get(NAME, &e) && e.size == image_size);
	entry_size = e.file.size;
	entry = malloc(entry_size);
	assert(entry);
	memcpy(entry, e.file.data, entry_size);
	bytes_free(&e.file);
	snprintf(entry_path, sizeof(entry_path), "%s/cellblock/%s", folder,
		 NAME);
}

static void tidy(void)
{
	char path[128];

	unlink(entry_path);
	snprintf(path, sizeof(path), "%s/cellblock", folder);
	rmdir(path);
	rmdir(folder);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	assert(mkdtemp(folder));
	make_tree();
	make_image();
	make_entry();
	atexit(tidy);
	return 0;
}

/* From malloc, exactly as long, so that every overrun is seen. */
static uint8_t *edited(const uint8_t *from, size_t *size, const uint8_t *data,
		       size_t edits)
{
	uint8_t *out;
	size_t at;

	if (edits >= EDIT)
		*size -= (data[0] | (size_t)data[1] << 8) % (*size + 1);
	out = malloc(*size ? *size : 1);
	assert(out);
	memcpy(out, from, *size);
	for (; *size && edits >= 2 * EDIT; edits -= EDIT) {
		data += EDIT;
		at = (data[0] | (size_t)data[1] << 8) % *size;
		/* a sum that was made to fit is malice, not damage */
		if (from != entry || at < SUM_AT || at >= SUM_END)
			out[at] = data[2];
	}
	return out;
}

static void try_image(const uint8_t *bytes, size_t size)
{
	unsigned int complaints = 0;
	struct schemas *set = schemas_restore(bytes, size, count, &complaints);

	if (set)
		verdict(set);
}

static void try_entry(const uint8_t *bytes, size_t size)
{
	struct cache_entry e;

	write_file(entry_path, bytes, size);
	if (!cache_get(NAME, &e))
		return;
	assert(e.size == image_size && !memcmp(e.data, image, image_size));
	bytes_free(&e.file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t length = size;
	uint8_t *bytes = edited(data, &length, NULL, 0);

	try_image(bytes, length);
	free(bytes);
	length = image_size;
	bytes = edited(image, &length, data, size);
	try_image(bytes, length);
	free(bytes);
	length = entry_size;
	bytes = edited(entry, &length, data, size);
	try_entry(bytes, length);
	free(bytes);
	return 0;
}
