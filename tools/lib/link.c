/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Labels of a cell become phandles of the system, as symbols of an object
 * file become addresses. The hypervisor gets linked cells.
 */
#include <string.h>

#include <libfdt.h>

#include "link.h"

#define LINK_EINVAL	22

enum {
#define CHECK(name, id, text) name,
#include "link.def"
};

static const struct cfg_check rows[] = {
#define CHECK(name, id, text) { id, CFG_ERROR, text },
#include "link.def"
};

/* The child of that very name: libfdt takes "memory" for "memory@0" too. */
static int child_named(const void *fdt, int node, const char *name, size_t len)
{
	const char *s;
	int child, n;

	fdt_for_each_subnode(child, fdt, node) {
		s = fdt_get_name(fdt, child, &n);
		if ((size_t)n == len && !memcmp(s, name, len))
			return child;
	}
	return -1;
}

int node_by_path(const void *fdt, const char *path, size_t len)
{
	const char *end = path + len;
	const char *next;
	int node = 0;

	for (; node >= 0 && path < end; path = next) {
		if (*path++ != '/')
			return -1;
		next = memchr(path, '/', (size_t)(end - path));
		next = next ? next : end;
		if (path < end)
			node = child_named(fdt, node, path,
					   (size_t)(next - path));
	}
	return node;
}

struct linker {
	struct cfg_report *report;
	void *cell;
	const void *system;
	int symbols;		/* of the system */
	const char *label;
};

/* The phandle of the label; 0 if reported. */
static uint32_t resolve(struct linker *l, struct at where)
{
	const char *path = l->symbols < 0 ? NULL :
			   fdt_getprop(l->system, l->symbols, l->label, NULL);
	int node = path ? node_by_path(l->system, path, strlen(path)) : -1;
	uint32_t phandle;

	if (node < 0) {
		config_say(l->report, &rows[LABEL_UNDEFINED], where, NOWHERE,
			   l->label);
		return 0;
	}
	phandle = fdt_get_phandle(l->system, node);
	if (!phandle)
		config_say(l->report, &rows[LABEL_NO_PHANDLE], where,
			   (struct at){ l->system, node, NULL }, l->label);
	return phandle;
}

static void malformed(struct linker *l, const char *place)
{
	config_say(l->report, &rows[LABEL_MALFORMED],
		   (struct at){ l->cell, -1, NULL }, NOWHERE, l->label, place);
}

/* place: "path:property:offset", terminated, in __fixups__ of the cell. */
static void link_place(struct linker *l, const char *place)
{
	const char *prop = strchr(place, ':');
	const char *offset = prop ? strchr(prop + 1, ':') : NULL;
	char name[64];
	uint32_t pos = 0;
	uint32_t phandle;
	uint8_t *val;
	int node, len;

	if (!offset || (size_t)(offset - prop) > sizeof(name)) {
		malformed(l, place);
		return;
	}
	memcpy(name, prop + 1, (size_t)(offset - prop - 1));
	name[offset - prop - 1] = '\0';
	for (offset++; *offset >= '0' && *offset <= '9' && pos < 65536;
	     offset++)
		pos = pos * 10 + (uint32_t)(*offset - '0');
	node = node_by_path(l->cell, place, (size_t)(prop - place));
	val = node < 0 ? NULL :
	      (uint8_t *)fdt_getprop(l->cell, node, name, &len);
	if (*offset || !val || (pos & 3) || len < 4 ||
	    pos > (uint32_t)len - 4) {
		malformed(l, place);
		return;
	}
	phandle = resolve(l, (struct at){ l->cell, node, name });
	if (phandle)
		fdt32_st(val + pos, phandle);
}

static void link_label(struct linker *l, const char *val, int len)
{
	const char *place;

	if (len < 1 || val[len - 1]) {
		malformed(l, "not a list of places");
		return;
	}
	for (place = val; place < val + len; place += strlen(place) + 1)
		link_place(l, place);
}

/* dtc's record of references inside the cell: nothing of ours takes one. */
static void refuse_local(struct linker *l, int node)
{
	int depth = 0, off;
	const char *name;

	for (; node >= 0 && depth >= 0;
	     node = fdt_next_node(l->cell, node, &depth))
		fdt_for_each_property_offset(off, l->cell, node) {
			fdt_getprop_by_offset(l->cell, off, &name, NULL);
			config_say(l->report, &rows[LABEL_LOCAL],
				   (struct at){ l->cell, node, name },
				   NOWHERE);
		}
}

int config_link(void *cell_blob, uint32_t size, const void *system_blob,
		uint32_t system_size, struct cfg_report *report)
{
	struct linker l = {
		.report = report,
		.cell = cell_blob,
		.system = system_blob,
	};
	uint32_t errors = report->errors;
	const char *val;
	int fixups, off, len;

	if (config_gate(cell_blob, size, CFG_MAX_CELL_BLOB, report) ||
	    config_gate(system_blob, system_size, CFG_MAX_SYSTEM_BLOB, report))
		return -LINK_EINVAL;
	l.symbols = fdt_path_offset(system_blob, "/__symbols__");
	refuse_local(&l, fdt_path_offset(cell_blob, "/__local_fixups__"));
	fixups = fdt_path_offset(cell_blob, "/__fixups__");
	if (fixups < 0)
		return report->errors == errors ? 0 : -LINK_EINVAL;
	fdt_for_each_property_offset(off, cell_blob, fixups) {
		val = fdt_getprop_by_offset(cell_blob, off, &l.label, &len);
		link_label(&l, val, len);
	}
	return report->errors == errors ? 0 : -LINK_EINVAL;
}

enum cfg_blob_kind config_blob_kind(const void *gated)
{
	if (!fdt_node_check_compatible(gated, 0, "cellblock,cell"))
		return CFG_BLOB_CELL;
	if (fdt_node_offset_by_compatible(gated, -1,
					  "cellblock,hypervisor") >= 0)
		return CFG_BLOB_SYSTEM;
	return CFG_BLOB_UNKNOWN;
}
