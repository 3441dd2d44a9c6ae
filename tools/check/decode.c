/* SPDX-License-Identifier: GPL-2.0-only */
/* Bytes become values: strings, or rows of numbers. */
#include <string.h>

#include "schema_internal.h"

struct decoder {
	const struct tree *tree;
	struct pool *pool;
	const struct node *node;
	const struct member *m;
};

static struct inst *new_inst(struct pool *pool, enum inst_kind kind)
{
	struct inst *inst = pool_alloc(pool, sizeof(*inst));

	inst->kind = kind;
	return inst;
}

static struct inst *new_list(struct pool *pool, uint32_t room)
{
	struct inst *list = new_inst(pool, INST_LIST);

	list->items = pool_alloc(pool, (room + 1) * sizeof(void *));
	return list;
}

/* One or more printable strings, each terminated. */
static bool are_strings(const uint8_t *p, uint32_t len)
{
	uint32_t i, run = 0;

	if (!len || p[len - 1])
		return false;
	for (i = 0; i < len; i++) {
		if (p[i] ? p[i] < ' ' || p[i] > '~' : !run)
			return false;
		run = p[i] ? run + 1 : 0;
	}
	return true;
}

static struct inst *strings(struct decoder *d)
{
	const char *p = (const char *)d->m->bytes;
	const char *end = p + d->m->len;
	uint32_t n = 0;
	struct inst *list, *text;
	const char *s;

	if (end[-1])
		return new_inst(d->pool, INST_BYTES);
	for (s = p; s < end; s++)
		n += !*s;
	list = new_list(d->pool, n);
	for (s = p; s < end; s += strlen(s) + 1) {
		text = new_inst(d->pool, INST_TEXT);
		text->text = s;
		list->items[list->count++] = text;
	}
	return list;
}

static uint64_t number(const uint8_t *p, uint32_t width)
{
	uint64_t v = 0;

	while (width--)
		v = v << 8 | *p++;
	return v;
}

static uint32_t cell(const struct decoder *d, uint32_t i)
{
	return (uint32_t)number(d->m->bytes + 4 * i, 4);
}

static uint32_t reg_stride(const struct decoder *d)
{
	const struct node *up = d->node->parent;

	return node_u32(up, "#address-cells", 2) +
	       node_u32(up, "#size-cells", 1);
}

static uint32_t ranges_stride(const struct decoder *d)
{
	return node_u32(d->node->parent, "#address-cells", 2) +
	       node_u32(d->node, "#address-cells", 2) +
	       node_u32(d->node, "#size-cells", 1);
}

static uint32_t interrupt_stride(const struct decoder *d)
{
	const struct node *n = d->node;
	const struct node *target;
	uint32_t phandle;

	for (; n; n = n->parent) {
		phandle = node_u32(n, "interrupt-parent", 0);
		target = phandle ? tree_phandle(d->tree, phandle) : NULL;
		if (!target && n != d->node)
			target = n;
		phandle = node_u32(target, "#interrupt-cells", 0);
		if (phandle)
			return phandle;
	}
	return 1;
}

/* "#clock-cells" for "clocks"; false: every reference is bare. */
static bool cells_name(const char *prop, char *name, size_t size)
{
	static const char *const known[][2] = {
		{ "assigned-clocks", "#clock-cells" },
		{ "assigned-clock-parents", "#clock-cells" },
		{ "cooling-device", "#cooling-cells" },
		{ "interrupts-extended", "#interrupt-cells" },
		{ "interconnects", "#interconnect-cells" },
		{ "mboxes", "#mbox-cells" },
		{ "sound-dai", "#sound-dai-cells" },
		{ "msi-parent", "#msi-cells" },
		{ "nvmem-cells", "" }, { "memory-region", "" },
	};
	size_t len = strlen(prop);
	uint32_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (!strcmp(prop, known[i][0]))
			return strcpy(name, known[i][1]), *name;
	if (strstr(prop, "gpio"))
		return strcpy(name, "#gpio-cells");
	if (len < 2 || prop[len - 1] != 's' || len + 8 > size)
		return false;
	name[0] = '#';
	memcpy(name + 1, prop, len - 1);
	strcpy(name + len, "-cells");
	return true;
}

/* Cells of the reference at i, with its arguments. */
static uint32_t reference_size(const struct decoder *d, uint32_t i,
			       uint32_t count)
{
	uint32_t phandle = cell(d, i);
	const struct node *target;
	char name[80];
	uint32_t end = i + 1;

	if (!strcmp(d->m->name, "gpio-ranges"))
		return 4;
	if (!phandle || !cells_name(d->m->name, name, sizeof(name)))
		return 1;
	if (phandle == 0xffffffff) {
		/* a label that is still to be linked: up to the next */
		while (end < count && cell(d, end) != 0xffffffff)
			end++;
		return end - i;
	}
	target = tree_phandle(d->tree, phandle);
	return 1 + node_u32(target, name, 0);
}

static uint32_t matrix_stride(const struct decoder *d, uint32_t count)
{
	struct extent in = d->m->inner, out = d->m->outer;
	uint32_t found = 0;
	uint64_t n;

	if (in.max && in.min == in.max)
		return (uint32_t)in.max;
	if (out.max && out.min == out.max)
		return count % out.max ? count : count / (uint32_t)out.max;
	for (n = in.min; in.min && n <= in.max && n <= count; n++)
		if (!(count % n)) {
			if (found)
				return count;
			found = (uint32_t)n;
		}
	return found ? found : count;
}

/* How many of count numbers make the row that starts at number i. */
static uint32_t row_size(const struct decoder *d,
			 const struct schema_type *type, uint32_t i,
			 uint32_t count)
{
	const char *name = d->m->name;

	if (type && type->base == BASE_PHANDLE && type->shape == SHAPE_MATRIX)
		return reference_size(d, i, count);
	if (!strcmp(name, "reg"))
		return reg_stride(d);
	if (!strcmp(name, "ranges") || !strcmp(name, "dma-ranges"))
		return ranges_stride(d);
	if (!strcmp(name, "interrupts"))
		return interrupt_stride(d);
	if (type && type->shape == SHAPE_MATRIX)
		return matrix_stride(d, count);
	return count;
}

static struct inst *row_of(struct decoder *d, uint32_t first, uint32_t count,
			   uint32_t width)
{
	struct inst *row = new_list(d->pool, count);
	struct inst *n;

	while (row->count < count) {
		n = new_inst(d->pool, INST_INT);
		n->bits = 8 * width;
		n->number = number(d->m->bytes +
				   (size_t)width * (first + row->count),
				   width);
		row->items[row->count++] = n;
	}
	return row;
}

static struct inst *numbers(struct decoder *d, const struct schema_type *type)
{
	uint32_t width = type && type->bits ? type->bits / 8 : 4;
	uint32_t len = d->m->len;
	uint32_t count, i, size;
	struct inst *rows;

	if (len % width) {
		if (len != 1 && len != 2 && len != 4)
			return new_inst(d->pool, INST_BYTES);
		width = len;
	}
	count = len / width;
	rows = new_list(d->pool, count);
	for (i = 0; i < count; i += size) {
		size = width == 4 ? row_size(d, type, i, count) : count;
		if (!size || size > count - i)
			size = count - i;
		rows->items[rows->count++] = row_of(d, i, size, width);
	}
	return rows;
}

/* The one of the types that the bytes suit; NULL: none is known. */
static const struct schema_type *choose(const struct member *m)
{
	const struct schema_type *found = NULL;
	const struct schema_type *t;
	uint32_t i;

	for (i = 0; i < m->type_count; i++) {
		t = m->types[i];
		if (t->base == BASE_STRING &&
		    (m->type_count == 1 || are_strings(m->bytes, m->len)))
			return t;
		if (t->base == BASE_INT || t->base == BASE_PHANDLE)
			if (!found || (m->len % (found->bits / 8) &&
				       !(m->len % (t->bits / 8))) ||
			    (t->shape == SHAPE_MATRIX &&
			     found->shape != SHAPE_MATRIX))
				found = t;
	}
	return found ? found : m->type_count ? m->types[0] : NULL;
}

static const struct inst *decode(struct decoder *d)
{
	const struct schema_type *type = choose(d->m);
	const struct schema_type *other = NULL;

	if (!d->m->len)
		return new_inst(d->pool, INST_FLAG);
	/* a flag, or what has a value: then it is the other */
	if (!type || type->base == BASE_FLAG)
		other = type_by_name(d->m->name);
	if (type && type->base == BASE_FLAG && !other && !d->m->outer.max)
		return new_inst(d->pool, INST_BYTES);
	if (!type || type->base == BASE_FLAG)
		type = other;
	if (type ? type->base == BASE_STRING :
		   are_strings(d->m->bytes, d->m->len))
		return strings(d);
	return numbers(d, type);
}

static const struct inst *node_name_value(struct pool *pool, const char *name)
{
	struct inst *list = new_list(pool, 1);
	struct inst *text = new_inst(pool, INST_TEXT);

	text->text = name;
	list->items[list->count++] = text;
	return list;
}

const struct inst *member_value(const struct tree *tree, struct pool *pool,
				const struct node *node, struct member *m,
				uint32_t generation)
{
	struct decoder d = { .tree = tree, .pool = pool, .node = node,
			     .m = m };

	if (m->child)
		return &m->child->self;
	if (m->generation != generation) {
		m->generation = generation;
		m->type_count = 0;
		m->outer = m->inner = (struct extent){ 0, 0 };
		m->value = NULL;
	}
	if (!m->value)
		m->value = m->bytes ? decode(&d) :
			   node_name_value(pool, node->name);
	return m->value;
}
