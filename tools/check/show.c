/* SPDX-License-Identifier: GPL-2.0-only */
/* Values compared, and written as a device-tree source would have them. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "schema_internal.h"

#define SHOWN	200

bool inst_same(const struct inst *a, const struct inst *b)
{
	uint32_t i;

	if (a->kind != b->kind || a->count != b->count)
		return false;
	if (a->kind == INST_INT)
		return a->number == b->number;
	if (a->kind == INST_TEXT)
		return !strcmp(a->text, b->text);
	if (a->kind == INST_NODE)
		return a->node == b->node;
	for (i = 0; i < a->count; i++)
		if (!inst_same(a->items[i], b->items[i]))
			return false;
	return a->kind != INST_BYTES;
}

bool inst_equals(const struct inst *inst, const struct val *v)
{
	uint32_t i;

	switch (inst->kind) {
	case INST_FLAG:
		return val_true(v);
	case INST_INT:
		return v->kind == VAL_INT && !v->truth &&
		       v->number == inst->number;
	case INST_TEXT:
		return v->kind == VAL_TEXT && !strcmp(v->text, inst->text);
	case INST_LIST:
		if (v->kind != VAL_LIST || v->count != inst->count)
			return false;
		for (i = 0; i < v->count; i++)
			if (!inst_equals(inst->items[i], v->items[i]))
				return false;
		return true;
	default:
		return false;
	}
}

static void show_inst(FILE *out, const struct inst *inst, const char *gap)
{
	uint32_t i;

	if (inst->kind == INST_INT)
		fprintf(out, inst->number < 10 ? "%" PRIu64 : "0x%" PRIx64,
			inst->number);
	if (inst->kind == INST_TEXT)
		fprintf(out, "\"%s\"", inst->text);
	for (i = 0; inst->kind == INST_LIST && i < inst->count; i++) {
		if (i)
			fputs(gap, out);
		if (inst->items[i]->kind == INST_LIST)
			fputc('<', out);
		show_inst(out, inst->items[i], " ");
		if (inst->items[i]->kind == INST_LIST)
			fputc('>', out);
	}
}

static void show_val(FILE *out, const struct val *v)
{
	uint32_t i;

	if (v->kind == VAL_TEXT)
		fprintf(out, "\"%s\"", v->text);
	else if (v->kind == VAL_BOOL)
		fputs(v->truth ? "true" : "false", out);
	else if (v->kind == VAL_INT && v->text)
		fputs(v->text, out);
	else if (v->kind == VAL_INT)
		fprintf(out, "%s%" PRIu64, v->truth ? "-" : "", v->number);
	for (i = 0; i < v->count; i++) {
		if (i)
			fputs(", ", out);
		show_val(out, v->items[i]);
	}
}

/* A stream into a text of limited length, with dots where it was cut. */
static const char *finish(struct pool *pool, FILE *out, char *text)
{
	const char *copy;

	fflush(out);
	fclose(out);
	if (strlen(text) >= SHOWN - 1)
		strcpy(text + SHOWN - 5, "...");
	copy = pool_text(pool, text, strlen(text));
	return copy;
}

const char *inst_show(struct pool *pool, const struct inst *inst)
{
	char text[SHOWN] = "";
	FILE *out;

	if (inst->kind == INST_FLAG)
		return "without a value";
	if (inst->kind == INST_BYTES)
		return "a value of another form";
	if (inst->kind == INST_NODE)
		return "a node";
	out = fmemopen(text, sizeof(text), "w");
	if (!out)
		return "a value";
	show_inst(out, inst, ", ");
	return finish(pool, out, text);
}

const char *val_show(struct pool *pool, const struct val *v)
{
	char text[SHOWN] = "";
	FILE *out = fmemopen(text, sizeof(text), "w");

	if (!out)
		return "something else";
	show_val(out, v);
	return finish(pool, out, text);
}
