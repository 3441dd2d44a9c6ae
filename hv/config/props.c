/* SPDX-License-Identifier: GPL-2.0-only */
/* Properties of nodes of ours: known by one table, checked by their form. */
#include <string.h>

#include "internal.h"

enum prop_form {
	FORM_ANY,
	FORM_FLAG,	/* no value */
	FORM_U32,	/* one cell */
	FORM_ADDR,	/* one or two cells */
	FORM_CELLS,	/* at least one cell */
	FORM_STRING,	/* one terminated, non-empty string */
};

struct prop_spec {
	const char *name;
	uint32_t form;		/* enum prop_form */
	uint32_t types;		/* of nodes that have it: 1 << enum node_type */
};

#define ON(type)	(1u << T_##type)
#define REGIONS		(ON(MEMORY) | ON(WINDOW))
#define CELLS		(ON(ROOT) | ON(CELL))

static const struct prop_spec specs[P_COUNT] = {
#define PROP(id, name, form, types) { name, form, types },
#include "props.def"
#undef PROP
};

/* Every node may have these; their meaning is the standard's. */
static const char *const standard[] = {
	"compatible", "phandle", "linux,phandle", "name", "status", "ranges",
	"#address-cells", "#size-cells", "device_type", "interrupt-parent",
};

static bool check_form(struct ctx *c, struct at where, uint32_t form,
		       const struct prop *p)
{
	uint32_t len = p->len;

	switch (form) {
	case FORM_FLAG:
		return !len || say_at(c, BAD_FLAG, where);
	case FORM_U32:
		return len == 4 || say_at(c, BAD_LENGTH, where, len, "4");
	case FORM_ADDR:
		return len == 4 || len == 8 ||
		       say_at(c, BAD_LENGTH, where, len, "4 or 8");
	case FORM_CELLS:
		return (len && !(len & 3)) ||
		       say_at(c, BAD_LENGTH, where, len, "a multiple of 4");
	case FORM_STRING:
		return (len >= 2 && !p->val[len - 1] &&
			strlen((const char *)p->val) == len - 1) ||
		       say_at(c, BAD_STRING, where);
	}
	return true;
}

static void read_one(struct ctx *c, struct props *props, enum node_type type,
		     const struct tag *t)
{
	struct at where = here(c, props->node, t->name);
	uint32_t i;

	for (i = 0; i < P_COUNT; i++)
		if (specs[i].name[0] == t->name[0] &&
		    (specs[i].types >> type & 1) &&
		    !strcmp(t->name, specs[i].name))
			break;
	if (i < P_COUNT) {
		props->p[i].bad = !check_form(c, where, specs[i].form,
					      &t->prop);
		if (!props->p[i].bad)
			props->p[i] = t->prop;
		return;
	}
	for (i = 0; i < ARRAY_LEN(standard); i++)
		if (t->name[0] == standard[i][0] &&
		    !strcmp(t->name, standard[i]))
			return;
	say_at(c, UNKNOWN_PROPERTY, where);
}

void props_read(struct ctx *c, int32_t node, enum node_type type,
		struct props *props)
{
	const char *need = type == T_COMM ? "cellblock,comm-region" :
			   type == T_LINK_END ? "cellblock,link" : NULL;
	struct tag t = tag_read(c->fdt, node);
	bool found = !need;

	memset(props, 0, sizeof(*props));
	props->node = node;
	while (prop_next(c->fdt, &t)) {
		read_one(c, props, type, &t);
		found = found || (!strcmp(t.name, "compatible") &&
				  strings_contain(t.prop.val, t.prop.len,
						  need));
	}
	if (!found)
		say_at(c, MISSING_COMPATIBLE, here(c, node, "compatible"),
		       need);
}

struct at prop_at(const struct ctx *c, const struct props *props,
		  enum prop_id id)
{
	return here(c, props->node, specs[id].name);
}

bool prop_need(struct ctx *c, const struct props *props, enum prop_id id)
{
	if (!props->p[id].val && !props->p[id].bad)
		say_at(c, MISSING_PROPERTY, prop_at(c, props, id));
	return props->p[id].val;
}

/* dtc's rule: the name repeats the first address, without leading zeros. */
static void check_unit_address(struct ctx *c, struct at where, uint64_t base)
{
	const char *name = node_name(c->fdt, where.node);
	const char *unit = memchr(name, '@', strlen(name));
	uint64_t v = 0;
	uint32_t digit;

	for (unit = unit ? unit + 1 : "?"; *unit; unit++) {
		digit = (uint32_t)*unit - (*unit <= '9' ? '0' : 'a' - 10);
		if (digit > 15 || v >> 60)
			break;
		v = v << 4 | digit;
	}
	if (*unit || v != base)
		say_at(c, UNIT_ADDRESS, where, base);
}

static uint32_t cells_of(struct ctx *c, int32_t node, const char *name,
			 uint32_t value)
{
	int len;
	const uint8_t *val = fdt_getprop(c->fdt, node, name, &len);

	if (val)
		value = len == 4 ? (uint32_t)cells_u64(val, 1) : 0;
	return value;
}

bool cells_own(struct ctx *c, int32_t node)
{
	c->addr_cells = cells_of(c, node, "#address-cells", 2);
	c->size_cells = cells_of(c, node, "#size-cells", 1);
	return cells_fit(c->addr_cells, c->size_cells) ||
	       say_at(c, CELLS_VALUE,
		      here(c, node, cells_fit(c->addr_cells, 1) ?
				    "#size-cells" : "#address-cells"),
		      c->addr_cells, c->size_cells);
}

bool reg_own(struct ctx *c, const struct props *props, struct cfg_range *out)
{
	const struct prop *reg = &props->p[P_REG];
	struct at where = prop_at(c, props, P_REG);
	uint32_t entry = 4 * (c->addr_cells + c->size_cells);

	if (!prop_need(c, props, P_REG))
		return false;
	if (reg->len % entry)
		return say_at(c, CELLS_LENGTH, where, reg->len, entry,
			      c->addr_cells, c->size_cells);
	if (reg->len != entry)
		return say_at(c, LIMIT, where, "ranges in reg of one node",
			      reg->len / entry, 1);
	out->base = cells_u64(reg->val, c->addr_cells);
	out->size = cells_u64(reg->val + 4 * c->addr_cells, c->size_cells);
	check_unit_address(c, where, out->base);
	if (!out->size)
		return say_at(c, MEM_EMPTY, where);
	return out->base + out->size > out->base ||
	       say_at(c, MEM_WRAP, where, out->base, out->size);
}
