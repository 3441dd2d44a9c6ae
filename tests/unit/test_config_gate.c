/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The gate against damaged blobs, and what tests/config cannot write in
 * source form because dtc would not compile it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libfdt.h>

#include <config/config.h>
#include <lib/explain.h>

/* LINK: tools/lib/explain.c */

#define MAX	(1 << 16)

static struct cfg_finding last;

static void emit(struct cfg_report *report, const struct cfg_finding *f)
{
	(void)report;
	last = *f;
}

/* A small valid tree: / { a = "x"; n@0 { b; }; n@1 { }; }; */
static uint32_t build(void *buf)
{
	assert_int_equal(fdt_create(buf, MAX), 0);
	fdt_finish_reservemap(buf);
	fdt_begin_node(buf, "");
	fdt_property_string(buf, "a", "x");
	fdt_begin_node(buf, "n@0");
	fdt_property(buf, "b", NULL, 0);
	fdt_end_node(buf);
	fdt_begin_node(buf, "n@1");
	fdt_end_node(buf);
	fdt_end_node(buf);
	assert_int_equal(fdt_finish(buf), 0);
	return fdt_totalsize(buf);
}

/* From a heap block of exactly the size, for the sanitizer. */
static int gate(const void *blob, uint32_t size, uint32_t max)
{
	struct cfg_report report = { .emit = emit };
	void *copy = malloc(size ? size : 1);
	int err;

	memcpy(copy, blob, size);
	memset(&last, 0, sizeof(last));
	err = config_gate(copy, size, max, &report);
	assert_int_equal(report.errors, err != 0);
	free(copy);
	return err;
}

static void refused(const void *blob, uint32_t size, const char *id,
		    const char *text)
{
	assert_int_not_equal(gate(blob, size, MAX), 0);
	assert_string_equal(last.id, id);
	if (!strstr(last.text, text))
		fail_msg("\"%s\" not in \"%s\"", text, last.text);
}

static void *fresh(uint32_t *size)
{
	void *buf = calloc(1, MAX);

	*size = build(buf);
	return buf;
}

static void test_valid(void **state)
{
	uint32_t size;
	void *buf = fresh(&size);

	(void)state;
	assert_int_equal(gate(buf, size, MAX), 0);
	assert_int_equal(gate(buf, size, size), 0);
	free(buf);
}

struct header_case {
	uint32_t offset;	/* of the header's field */
	uint32_t value;
	const char *id;
	const char *text;
};

static void test_header(void **state)
{
	static const struct header_case cases[] = {
		{ 0, 0xd00dfeee, "blob-invalid", "magic" },
		{ 4, 0, "blob-invalid", "size in the header" },
		{ 8, 0xfffffffc, "blob-invalid", "outside" },
		{ 8, 57, "blob-invalid", "misaligned" },
		{ 8, 0, "blob-invalid", "overlap" },
		{ 12, 0xffffffff, "blob-invalid", "outside" },
		{ 12, 36, "blob-invalid", "overlap" },
		{ 16, 0xfffffff8, "blob-invalid", "outside" },
		{ 16, 44, "blob-invalid", "misaligned" },
		{ 16, 0, "blob-invalid", "" },
		{ 20, 16, "version-mismatch", "version 16" },
		{ 20, 18, "version-mismatch", "version 18" },
		{ 24, 18, "version-mismatch", "down to 18" },
		{ 32, 0xffffffff, "blob-invalid", "outside" },
		{ 32, 0, "blob-invalid", "valid name" },
		{ 36, 0xfffffffc, "blob-invalid", "outside" },
		{ 36, 8, "blob-invalid", "" },
		{ 36, 3, "blob-invalid", "misaligned" },
	};
	uint32_t size, i;
	uint8_t *buf;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buf = fresh(&size);
		fdt32_st(buf + cases[i].offset, cases[i].value);
		refused(buf, size, cases[i].id, cases[i].text);
		free(buf);
	}
}

static void test_size(void **state)
{
	struct cfg_report report = { .emit = emit };
	uint32_t size, n;
	uint8_t *buf = fresh(&size);

	(void)state;
	assert_int_not_equal(gate(buf, size, size - 1), 0);
	assert_string_equal(last.id, "limit-exceeded");
	memmove(buf + 4, buf, size);
	assert_int_not_equal(config_gate(buf + 4, size, MAX, &report), 0);
	memmove(buf, buf + 4, size);
	/* Cut off anywhere, also with a header that admits it. */
	for (n = 0; n < size; n++)
		assert_int_not_equal(gate(buf, n, MAX), 0);
	for (n = 40; n < size; n++) {
		fdt32_st(buf + 4, n);
		assert_int_not_equal(gate(buf, n, MAX), 0);
	}
	free(buf);
}

/* Every byte of the tree changed to the values that tags are made of. */
static void test_every_byte(void **state)
{
	static const uint8_t values[] = { 0, 1, 2, 3, 4, 9, 0x2f, 0x80, 0xff };
	uint32_t size, i, v;
	uint8_t *buf = fresh(&size);
	uint8_t old;

	(void)state;
	for (i = 0; i < size; i++) {
		old = buf[i];
		for (v = 0; v < sizeof(values); v++) {
			buf[i] = values[v];
			/* What passes, libfdt's own full check accepts too. */
			if (!gate(buf, size, MAX))
				assert_int_equal(fdt_check_full(buf, size), 0);
		}
		buf[i] = old;
	}
	free(buf);
}

static void test_duplicates(void **state)
{
	uint32_t size;
	uint8_t *buf = fresh(&size);
	char *name = (char *)(uintptr_t)fdt_get_name(buf,
			fdt_path_offset(buf, "/n@1"), NULL);

	(void)state;
	name[2] = '0';
	refused(buf, size, "blob-duplicate", "n@0 stands twice");
	free(buf);

	buf = calloc(1, MAX);
	fdt_create(buf, MAX);
	fdt_finish_reservemap(buf);
	fdt_begin_node(buf, "");
	fdt_property(buf, "a", NULL, 0);
	fdt_property(buf, "c", NULL, 0);
	fdt_property(buf, "a", NULL, 0);
	fdt_end_node(buf);
	fdt_finish(buf);
	refused(buf, fdt_totalsize(buf), "blob-duplicate", "a stands twice");
	free(buf);
}

/* 200 children: more than the filter of names tells apart. */
static void test_many_names(void **state)
{
	uint8_t *buf = calloc(1, MAX);
	char name[16];
	int i;

	(void)state;
	fdt_create(buf, MAX);
	fdt_finish_reservemap(buf);
	fdt_begin_node(buf, "");
	for (i = 0; i < 200; i++) {
		snprintf(name, sizeof(name), "n@%d", i);
		fdt_begin_node(buf, name);
		fdt_property(buf, "p", NULL, 0);
		fdt_end_node(buf);
	}
	fdt_end_node(buf);
	fdt_finish(buf);
	assert_int_equal(gate(buf, fdt_totalsize(buf), MAX), 0);
	strcpy((char *)(uintptr_t)fdt_get_name(buf,
	       fdt_path_offset(buf, "/n@199"), NULL), "n@100");
	refused(buf, fdt_totalsize(buf), "blob-duplicate", "n@100");
	free(buf);
}

/* A node with so many children; from malloc. */
static void *crowded(int children)
{
	void *buf = calloc(1, CFG_MAX_SYSTEM_BLOB);
	char name[16];
	int i;

	fdt_create(buf, CFG_MAX_SYSTEM_BLOB);
	fdt_finish_reservemap(buf);
	fdt_begin_node(buf, "");
	for (i = 0; i < children; i++) {
		snprintf(name, sizeof(name), "n@%d", i);
		fdt_begin_node(buf, name);
		fdt_end_node(buf);
	}
	fdt_end_node(buf);
	assert_int_equal(fdt_finish(buf), 0);
	return buf;
}

/* So many that looking for twins would take too long: it says so. */
static void test_crowds(void **state)
{
	void *buf = crowded(4000);

	(void)state;
	assert_int_equal(gate(buf, fdt_totalsize(buf), CFG_MAX_SYSTEM_BLOB), 0);
	free(buf);
	buf = crowded(5000);
	assert_int_not_equal(gate(buf, fdt_totalsize(buf),
				  CFG_MAX_SYSTEM_BLOB), 0);
	assert_string_equal(last.id, "limit-exceeded");
	assert_string_equal(last.text,
			    "comparisons of the names in one node: 16777217, "
			    "the limit is 16777216");
	free(buf);
}

static uint32_t nested(uint8_t *buf, int depth)
{
	int i;

	fdt_create(buf, MAX);
	fdt_finish_reservemap(buf);
	for (i = 0; i < depth; i++)
		fdt_begin_node(buf, i ? "n" : "");
	for (i = 0; i < depth; i++)
		fdt_end_node(buf);
	fdt_finish(buf);
	return fdt_totalsize(buf);
}

static void test_depth(void **state)
{
	uint8_t *buf = calloc(1, MAX);

	(void)state;
	assert_int_equal(gate(buf, nested(buf, CFG_MAX_DEPTH), MAX), 0);
	refused(buf, nested(buf, CFG_MAX_DEPTH + 1), "limit-exceeded",
		"depth of nested nodes: 17, the limit is 16");
	refused(buf, nested(buf, 2000), "limit-exceeded", "depth");
	free(buf);
}

/* The tree as words behind a header that fits it. */
static void tree(const uint32_t *words, uint32_t count, const char *text)
{
	uint8_t *buf = calloc(1, MAX);
	uint32_t start = 40 + 16;
	uint32_t i;

	const uint32_t header[10] = {
		FDT_MAGIC, start + 4 * count + 4, start, start + 4 * count, 40,
		17, 16, 0, 4, 4 * count };

	for (i = 0; i < 10; i++)
		fdt32_st(buf + 4 * i, header[i]);
	for (i = 0; i < count; i++)
		fdt32_st(buf + start + 4 * i, words[i]);
	strcpy((char *)buf + start + 4 * count, "a");
	if (text)
		refused(buf, header[1], "blob-invalid", text);
	else
		assert_int_equal(gate(buf, header[1], MAX), 0);
	free(buf);
}

#define TREE(text, ...) do {						\
	static const uint32_t words[] = { __VA_ARGS__ };		\
	tree(words, sizeof(words) / sizeof(words[0]), text);		\
} while (0)

static void test_trees(void **state)
{
	enum { BEGIN = FDT_BEGIN_NODE, END_NODE = FDT_END_NODE,
	       PROP = FDT_PROP, NOP = FDT_NOP, END = FDT_END,
	       N = 0x6e000000 };

	(void)state;
	TREE(NULL, BEGIN, 0, END_NODE, END);
	TREE(NULL, NOP, BEGIN, 0, NOP, PROP, 0, 0, NOP, END_NODE, NOP, END);
	TREE("too early", END);
	TREE("too early", BEGIN, 0, END);
	TREE("cut off", BEGIN, 0, END_NODE);
	TREE("cut off", BEGIN, 0, END_NODE, NOP);
	TREE("second root", BEGIN, 0, END_NODE, BEGIN, 0, END_NODE, END);
	TREE("valid name", BEGIN, N, END_NODE, END);
	TREE("valid name", BEGIN, 0, BEGIN, 0, END_NODE, END_NODE, END);
	TREE("valid name", BEGIN, 0, BEGIN, 0x6e2f6e00, END_NODE, END_NODE,
	     END);
	TREE("valid name", BEGIN, 0, BEGIN, 0x6e6e6e6e);
	TREE("not begun", BEGIN, 0, END_NODE, END_NODE, END);
	TREE("unknown tag", BEGIN, 0, 7, END_NODE, END);
	TREE("outside a node", PROP, 0, 0, BEGIN, 0, END_NODE, END);
	TREE("behind a child", BEGIN, 0, BEGIN, N, END_NODE, PROP, 0, 0,
	     END_NODE, END);
	TREE("property is cut off", BEGIN, 0, PROP, 0);
	TREE("property is cut off", BEGIN, 0, PROP, 0x100, 0, END_NODE, END);
	TREE("property is cut off", BEGIN, 0, PROP, 0xffffffff, 0, END_NODE,
	     END);
	TREE("valid name", BEGIN, 0, PROP, 0, 4, END_NODE, END);
	TREE("valid name", BEGIN, 0, PROP, 0, 1, END_NODE, END);
	TREE("valid name", BEGIN, 0, PROP, 0, 0xffffffff, END_NODE, END);
}

static void test_explained(void **state)
{
	const struct cfg_check *row;
	uint32_t i;

	(void)state;
	for (i = 0; (row = config_check_row(i)); i++) {
		assert_true(row->severity <= CFG_ERROR);
		if (!config_check_explain(row->id))
			fail_msg("%s is not explained", row->id);
	}
	assert_null(config_check_explain("no-such-id"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_valid),
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_size),
		cmocka_unit_test(test_every_byte),
		cmocka_unit_test(test_duplicates),
		cmocka_unit_test(test_many_names),
		cmocka_unit_test(test_crowds),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_trees),
		cmocka_unit_test(test_explained),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
