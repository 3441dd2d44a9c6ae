/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reading a gated tree: Devicetree Specification 0.4, 5.4. The gate has
 * checked all that is relied on here.
 */
#include <string.h>

#include "internal.h"

static const uint8_t *tree(const void *fdt, int32_t offset)
{
	return (const uint8_t *)fdt + fdt_off_dt_struct(fdt) + offset;
}

struct tag tag_read(const void *fdt, int32_t offset)
{
	const uint8_t *p = tree(fdt, offset);
	struct tag t = { .kind = (uint32_t)cells_u64(p, 1),
			 .next = offset + 4 };

	if (t.kind == FDT_BEGIN_NODE) {
		t.name = (const char *)p + 4;
		t.next += (int32_t)((strlen(t.name) + 4) & ~3u);
	} else if (t.kind == FDT_PROP) {
		t.prop.len = (uint32_t)cells_u64(p + 4, 1);
		t.prop.val = p + 12;
		t.name = (const char *)fdt + fdt_off_dt_strings(fdt) +
			 cells_u64(p + 8, 1);
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

int32_t child_next(const void *fdt, int32_t off, uint32_t *depth)
{
	struct tag t;

	do {
		t = tag_read(fdt, off);
		off = t.next;
		*depth += t.kind == FDT_BEGIN_NODE;
		*depth -= t.kind == FDT_END_NODE;
	} while (*depth > 1 || (*depth && tag_read(fdt, off).kind !=
					  FDT_BEGIN_NODE));
	return *depth ? off : 0;
}

struct prop node_prop(const void *fdt, int32_t offset)
{
	return offset ? tag_read(fdt, offset).prop : (struct prop){ 0 };
}

const char *node_name(const void *fdt, int32_t node)
{
	return node > 0 ? (const char *)tree(fdt, node) + 4 : "/";
}

uint64_t cells_u64(const uint8_t *val, uint32_t cells)
{
	uint64_t v = 0;

	for (; cells; cells--, val += 4)
		v = v << 32 | fdt32_ld((const fdt32_t *)(const void *)val);
	return v;
}

uint32_t prop_u32(const struct prop *prop, uint32_t index)
{
	return (uint32_t)cells_u64(prop->val + 4 * index, 1);
}

uint64_t prop_number(const struct prop *prop)
{
	return prop->val ? cells_u64(prop->val, prop->len / 4) : 0;
}

bool strings_contain(const uint8_t *val, uint32_t len, const char *want)
{
	uint32_t size = (uint32_t)strlen(want) + 1;
	uint32_t start = 0;
	uint32_t i;

	for (i = 0; i < len; i++) {
		if (val[i])
			continue;
		if (i + 1 - start == size && !memcmp(val + start, want, size))
			return true;
		start = i + 1;
	}
	return false;
}
