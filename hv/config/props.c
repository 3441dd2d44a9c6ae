/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reading a gated tree: Devicetree Specification 0.4, 5.4. The gate has
 * checked all that is relied on here. Properties of nodes of ours are known
 * by one table and checked by their form.
 */
#include <string.h>

#include "internal.h"

struct tag tag_read(const void *fdt, int32_t offset)
{
	const struct fdt_header *header = fdt;
	const uint8_t *p = (const uint8_t *)fdt +
			   be32(&header->off_dt_struct) + offset;
	struct tag t = { .kind = be32(p), .off = offset, .next = offset + 4 };

	if (t.kind == FDT_BEGIN_NODE) {
		t.name = (const char *)p + 4;
		t.next += (int32_t)((strlen(t.name) + 4) & ~3u);
	} else if (t.kind == FDT_PROP) {
		t.prop.len = be32(p + 4);
		t.prop.val = p + 12;
		t.name = (const char *)fdt + be32(&header->off_dt_strings) +
			 be32(p + 8);
		t.next += 8 + (int32_t)((t.prop.len + 3) & ~3u);
	}
	return t;
}

bool prop_next(const void *fdt, struct tag *t)
{
	do
		*t = tag_read(fdt, t->next);
	while (t->kind == FDT_NOP);
	return t->kind == FDT_PROP;
}

struct prop node_find(const void *fdt, int32_t node, const char *name)
{
	struct tag t = tag_read(fdt, node);

	while (prop_next(fdt, &t))
		if (!strcmp(t.name, name))
			return t.prop;
	return (struct prop){ 0 };
}

const char *node_name(const void *fdt, int32_t node)
{
	const struct fdt_header *header = fdt;

	return node > 0 ? (const char *)fdt + be32(&header->off_dt_struct) +
			  node + 4 : "/";
}

uint64_t cells_u64(const uint8_t *val, uint32_t cells)
{
	uint64_t v = 0;

	for (; cells; cells--, val += 4)
		v = v << 32 | be32(val);
	return v;
}

struct cfg_range cells_range(const uint8_t *val, uint32_t addr_cells,
			     uint32_t size_cells)
{
	return (struct cfg_range){
		cells_u64(val, addr_cells),
		cells_u64(val + 4 * addr_cells, size_cells) };
}

uint32_t prop_u32(struct prop prop, uint32_t index)
{
	return be32(prop.val + 4 * index);
}

uint32_t prop_cell(struct prop prop, uint32_t absent, uint32_t malformed)
{
	if (!prop.val)
		return absent;
	return prop.len == 4 ? prop_u32(prop, 0) : malformed;
}

uint64_t prop_number(struct prop prop, uint64_t other)
{
	return prop.val && (prop.len == 4 || prop.len == 8) ?
	       cells_u64(prop.val, prop.len / 4) : other;
}

const struct name *name_find(const struct name *names, const char *name)
{
	for (; names->name; names++)
		if (names->name[0] == name[0] && !strcmp(name, names->name))
			break;
	return names;
}

uint32_t strings_value(const struct name *names, struct prop list)
{
	const struct name *found = name_find(names, "");
	uint32_t start = 0;
	uint32_t i;

	for (i = 0; i < list.len && !found->name; i++) {
		if (list.val[i])
			continue;
		found = name_find(names, (const char *)list.val + start);
		start = i + 1;
	}
	return found->value;
}

bool strings_contain(struct prop list, const char *want)
{
	return strings_value((struct name[]){ { want, 1 }, { NULL, 0 } },
			     list);
}

enum prop_form {
	FORM_ANY,
	FORM_FLAG,	/* no value */
	FORM_U32,	/* one cell */
	FORM_ADDR,	/* one or two cells */
	FORM_CELLS,	/* at least one cell */
	FORM_STRING,	/* one terminated, non-empty string */
};

#define FORM_SHIFT	16
#define ON(type)	(1u << T_##type)
#define REGIONS		(ON(MEMORY) | ON(WINDOW))
#define CELLS		(ON(ROOT) | ON(CELL))
#define ALL		0xffffu

/* A bit for each type of nodes that have it, above them the form. */
static const struct name specs[P_COUNT + 1] = {
#define PROP(id, name, form, types) { name, form << FORM_SHIFT | (types) },
#include "props.def"
#undef PROP
};

static bool check_form(struct ctx *c, struct at where, enum prop_form form,
		       struct prop p)
{
	static const char *const lengths[] = {
		[FORM_U32] = "4", [FORM_ADDR] = "4 or 8",
		[FORM_CELLS] = "a multiple of 4",
	};

	if (form == FORM_FLAG)
		return !p.len || say(c, BAD_FLAG, where);
	if (form == FORM_STRING)
		return (p.len >= 2 && !p.val[p.len - 1] &&
			strlen((const char *)p.val) == p.len - 1) ||
		       say(c, BAD_STRING, where);
	return form == FORM_ANY || p.len == 4 ||
	       (form == FORM_ADDR && p.len == 8) ||
	       (form == FORM_CELLS && p.len && !(p.len & 3)) ||
	       say(c, BAD_LENGTH, where, p.len, lengths[form]);
}

static void read_one(struct ctx *c, struct props *props, enum node_type type,
		     const struct tag *t)
{
	struct at where = here(c, props->node, t->name);
	const struct name *spec = name_find(specs, t->name);
	struct prop *p = &props->p[spec - specs];
	bool known = spec->value >> type & 1;

	if (known)
		*p = t->prop;
	if (type == T_BOARD)
		return;
	if (!known)
		say(c, UNKNOWN_PROPERTY, where);
	else if (!check_form(c, where, spec->value >> FORM_SHIFT, t->prop))
		*p = (struct prop){ .bad = true };
}

void props_read(struct ctx *c, int32_t node, enum node_type type,
		struct props *props)
{
	const char *need = type == T_COMM ? "cellblock,comm-region" :
			   type == T_LINK_END ? "cellblock,link" : NULL;
	struct tag t = tag_read(c->fdt, node);

	*props = (struct props){ .node = node };
	while (prop_next(c->fdt, &t))
		read_one(c, props, type, &t);
	if (need && !strings_contain(props->p[P_COMPATIBLE], need))
		say(c, MISSING_COMPATIBLE, here(c, node, "compatible"), need);
}

struct at prop_at(const struct ctx *c, const struct props *props,
		  enum prop_id id)
{
	return here(c, props->node, specs[id].name);
}

bool prop_need(struct ctx *c, const struct props *props, enum prop_id id)
{
	if (!props->p[id].val && !props->p[id].bad)
		say(c, MISSING_PROPERTY, prop_at(c, props, id));
	return props->p[id].val;
}

bool cells_own(struct ctx *c, int32_t node)
{
	struct prop addr = node_find(c->fdt, node, "#address-cells");
	struct prop size = node_find(c->fdt, node, "#size-cells");

	c->addr_cells = prop_cell(addr, 2, 0);
	c->size_cells = prop_cell(size, 1, 0);
	return cells_fit(c->addr_cells, c->size_cells) ||
	       say(c, CELLS_VALUE,
		   here(c, node, cells_fit(c->addr_cells, 1) ?
			"#size-cells" : "#address-cells"),
		   c->addr_cells, c->size_cells);
}

bool reg_own(struct ctx *c, const struct props *props, struct cfg_range *out)
{
	struct prop reg = props->p[P_REG];
	struct at where = prop_at(c, props, P_REG);
	uint32_t entry = 4 * (c->addr_cells + c->size_cells);

	if (!prop_need(c, props, P_REG))
		return false;
	if (reg.len % entry)
		return say(c, CELLS_LENGTH, where, reg.len, entry,
			   c->addr_cells, c->size_cells);
	if (reg.len != entry)
		return say(c, LIMIT, where, "ranges in reg of one node",
			   reg.len / entry, 1);
	*out = cells_range(reg.val, c->addr_cells, c->size_cells);
	if (!out->size)
		return say(c, MEM_EMPTY, where);
	return out->base + out->size > out->base ||
	       say(c, MEM_WRAP, where, out->base, out->size);
}

/* References by phandle to nodes of the system. */
const struct cfg_node *ref_get(struct ctx *c, struct at where,
			       struct prop prop, uint32_t i)
{
	uint32_t phandle = prop_u32(prop, i);
	const struct cfg_node *node = index_phandle(c->sys, phandle);

	if (!node)
		say(c, BAD_PHANDLE, where, (uint64_t)phandle);
	return node;
}

const struct cfg_node *ref_one(struct ctx *c, const struct props *props,
			       enum prop_id id)
{
	if (!props->p[id].val)
		return NULL;
	return ref_get(c, prop_at(c, props, id), props->p[id], 0);
}

const struct cfg_region *ref_reserved(struct ctx *c, const struct props *props)
{
	const struct cfg_node *node = ref_one(c, props, P_MEMORY_REGION);
	const struct cfg_region *found = NULL;
	const struct cfg_region *r;
	uint32_t count = 0;

	if (!node)
		return NULL;
	for_each(r, c->sys->reserved, c->sys->reserved_count)
		if (r->node == node->off) {
			found = r;
			count++;
		}
	if (count == 1)
		return found;
	say_vs(c, BAD_TARGET, prop_at(c, props, P_MEMORY_REGION),
	       board(c, node->off, NULL),
	       "a node of /reserved-memory with one range in reg");
	return NULL;
}
