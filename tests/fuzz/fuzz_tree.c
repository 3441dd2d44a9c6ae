/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Arbitrary bytes as a blob, judged by our own schemas (of the folder
 * schemas below the current one), if they pass the gate.
 */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <check/schema.h>
#include <config/config.h>
#include <libfdt.h>

/* LINK: tools/check/ tools/lib/link.c tools/lib/words.c */

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct schemas *set;
static const void *blob;

static void complain(void *arg, const char *message)
{
	(void)arg;
	fprintf(stderr, "%s\n", message);
}

static void silent(struct cfg_report *report, const struct cfg_finding *f)
{
	(void)report;
	(void)f;
}

static void emit(void *arg, const struct schema_finding *f)
{
	int *findings = arg;
	char *path = malloc(1 << 16);

	assert(path && *schema_class_id(f->class) && *f->text);
	assert(fdt_get_name(blob, f->node, NULL));
	assert(!fdt_get_path(blob, f->node, path, 1 << 16));
	assert(!strcmp(path, f->path));
	free(path);
	++*findings;
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	bool ok;

	(void)argc;
	(void)argv;
	set = schemas_new();
	ok = set && schemas_add(set, "schemas", complain, NULL) &&
	     schemas_ready(set, complain, NULL);
	assert(ok && schemas_count(set));
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);
	struct cfg_report report = { .emit = silent };
	int findings = 0;
	int n;

	assert(copy);
	memcpy(copy, data, size);
	blob = copy;
	if (!config_gate(copy, (uint32_t)size, CFG_MAX_SYSTEM_BLOB, &report)) {
		n = schema_check(set, copy, size, emit, &findings);
		assert(n == findings);
	}
	free(copy);
	return 0;
}
