/* SPDX-License-Identifier: GPL-2.0-only */
/* Lists against a schema, and values against the types of types.yaml. */
#include <string.h>

#include "schema_internal.h"

static bool match_count(struct match *m, const struct val *schema,
			const struct inst *list)
{
	const struct val *min = map_get(schema, "minItems");
	const struct val *max = map_get(schema, "maxItems");

	if (min && !min->truth && list->count < min->number)
		return match_fail(m, SCHEMA_BAD_VALUE, min,
				  "must have at least %s items, but has %u: %s",
				  val_show(m->pool, min), list->count,
				  inst_show(m->pool, list));
	if (max && (max->truth || list->count > max->number))
		return match_fail(m, SCHEMA_BAD_VALUE, max,
				  "must have at most %s items, but has %u: %s",
				  val_show(m->pool, max), list->count,
				  inst_show(m->pool, list));
	return true;
}

static bool match_items(struct match *m, const struct val *schema,
			const struct inst *list)
{
	const struct val *items = map_get(schema, "items");
	const struct val *more = map_get(schema, "additionalItems");
	const struct val *below;
	uint32_t i;

	if (!items)
		return true;
	for (i = 0; i < list->count; i++) {
		if (items->kind != VAL_LIST)
			below = items;
		else
			below = i < items->count ? items->items[i] : more;
		if (below && !match_value(m, below, list->items[i], NULL))
			return false;
	}
	return true;
}

static bool match_contains(struct match *m, const struct val *schema,
			   const struct inst *list)
{
	const struct val *v = map_get(schema, "contains");
	uint32_t i;

	for (i = 0; v && i < list->count; i++)
		if (match_quiet(m, v, list->items[i], NULL))
			return true;
	return !v || match_fail(m, SCHEMA_BAD_VALUE, v,
				"has no item as it must have one: %s",
				inst_show(m->pool, list));
}

static bool is_unique(struct match *m, const struct val *place,
		      const struct inst *list)
{
	uint32_t i, k;

	for (i = 0; i < list->count; i++)
		for (k = 0; k < i; k++)
			if (inst_same(list->items[i], list->items[k]))
				return match_fail(m, SCHEMA_BAD_VALUE, place,
					"has %s twice",
					inst_show(m->pool, list->items[i]));
	return true;
}

static bool match_size(struct match *m, const struct val *schema,
		       const struct inst *list)
{
	const struct val *v = map_get(schema, "typeSize");
	const struct inst *row = list->count ? list->items[0] : NULL;
	const struct inst *n = row && row->kind == INST_LIST && row->count ?
			       row->items[0] : NULL;

	return !v || !n || n->kind != INST_INT || n->bits == v->number ||
	       match_fail(m, SCHEMA_BAD_VALUE, v,
			  "must be of numbers of %s bits, but they have %u",
			  val_show(m->pool, v), n->bits);
}

bool match_list(struct match *m, const struct val *schema,
		const struct inst *inst)
{
	const struct val *unique = map_get(schema, "uniqueItems");

	return match_count(m, schema, inst) && match_items(m, schema, inst) &&
	       match_contains(m, schema, inst) &&
	       (!val_true(unique) || is_unique(m, unique, inst)) &&
	       match_size(m, schema, inst);
}

static bool rows_of_numbers(const struct inst *inst, uint32_t bits)
{
	const struct inst *row;
	uint32_t i, k;

	for (i = 0; i < inst->count; i++) {
		row = inst->items[i];
		if (row->kind != INST_LIST)
			return false;
		for (k = 0; k < row->count; k++)
			if (row->items[k]->kind != INST_INT ||
			    row->items[k]->bits != bits)
				return false;
	}
	return inst->count;
}

static bool each_alone(const struct inst *inst)
{
	uint32_t i;

	for (i = 0; i < inst->count; i++)
		if (inst->items[i]->count != 1)
			return false;
	return true;
}

static bool fits_shape(const struct inst *inst, enum type_shape shape,
		       uint32_t each)
{
	bool single = inst->count == 1;

	if (shape == SHAPE_MATRIX)
		return true;
	if (shape == SHAPE_ARRAY)
		return single || each_alone(inst);
	return single && inst->items[0]->count == each;
}

static bool fits_numbers(const struct schema_type *type,
			 const struct inst *inst)
{
	if (type->shape == SHAPE_ITEM)
		return inst->kind == INST_INT;
	if (inst->kind != INST_LIST)
		return false;
	if (rows_of_numbers(inst, type->bits))
		return fits_shape(inst, type->shape, 1);
	/* 64 bits may be written as two cells */
	return type->bits == 64 && rows_of_numbers(inst, 32) &&
	       inst->items[0]->count >= 2 && fits_shape(inst, type->shape, 2);
}

static bool all_strings(const struct inst *inst)
{
	uint32_t i;

	for (i = 0; i < inst->count; i++)
		if (inst->items[i]->kind != INST_TEXT)
			return false;
	return inst->count;
}

bool match_type_of(struct match *m, const struct val *ref,
		   const struct inst *inst)
{
	const struct schema_type *type = ref->type;
	bool ok;

	if (type->base == BASE_FLAG)
		ok = inst->kind == INST_FLAG;
	else if (type->base == BASE_STRING)
		ok = inst->kind == INST_LIST && all_strings(inst) &&
		     (type->shape != SHAPE_SINGLE || inst->count == 1);
	else
		ok = fits_numbers(type, inst);
	if (!ok)
		return match_fail(m, SCHEMA_BAD_VALUE, ref,
				  "must be %s, but is %s", type->what,
				  inst_show(m->pool, inst));
	return type->base != BASE_STRING || type->twice ||
	       is_unique(m, ref, inst);
}
