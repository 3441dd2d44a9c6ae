/* SPDX-License-Identifier: GPL-2.0-only */
#include <string.h>

#include "schema_internal.h"

#define TYPES(base, bits)						   \
	{ #base #bits "-item", BASE_INT, SHAPE_ITEM, bits, false,	   \
	  "a number of " #bits " bits" },				   \
	{ #base #bits, BASE_INT, SHAPE_SINGLE, bits, false,		   \
	  "one number of " #bits " bits" },				   \
	{ #base #bits "-array", BASE_INT, SHAPE_ARRAY, bits, false,	   \
	  "numbers of " #bits " bits" },				   \
	{ #base #bits "-matrix", BASE_INT, SHAPE_MATRIX, bits, false,	   \
	  "rows of numbers of " #bits " bits" }

static const struct schema_type types[] = {
	{ "flag", BASE_FLAG, SHAPE_SINGLE, 0, false, "no value" },
	{ "string", BASE_STRING, SHAPE_SINGLE, 0, false, "one string" },
	{ "string-array", BASE_STRING, SHAPE_ARRAY, 0, false,
	  "strings, each once" },
	{ "non-unique-string-array", BASE_STRING, SHAPE_ARRAY, 0, true,
	  "strings" },
	TYPES(uint, 8), TYPES(uint, 16), TYPES(uint, 32), TYPES(uint, 64),
	TYPES(int, 8), TYPES(int, 16), TYPES(int, 32), TYPES(int, 64),
	{ "cell", BASE_INT, SHAPE_ITEM, 32, false, "a number of 32 bits" },
	{ "phandle", BASE_PHANDLE, SHAPE_SINGLE, 32, false,
	  "one reference to a node" },
	{ "phandle-array", BASE_PHANDLE, SHAPE_MATRIX, 32, false,
	  "references to nodes" },
};

const struct schema_type *type_find(const char *name)
{
	uint32_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (!strcmp(types[i].name, name))
			return &types[i];
	return NULL;
}

static bool ends(const char *name, const char *end)
{
	size_t len = strlen(name);

	return len >= strlen(end) && !strcmp(name + len - strlen(end), end);
}

/* The core of the standard: what means the same in every node. */
static const struct {
	const char *property, *type;
} standard[] = {
	{ "$nodename", "string" },
	{ "compatible", "string-array" },
	{ "model", "string-array" },
	{ "device_type", "string" },
	{ "status", "string" },
	{ "label", "string" },
	{ "reg", "uint32-matrix" },
	{ "ranges", "uint32-matrix" },
	{ "dma-ranges", "uint32-matrix" },
	{ "interrupts", "uint32-matrix" },
	{ "interrupt-map", "uint32-matrix" },
	{ "interrupts-extended", "phandle-array" },
	{ "interrupt-parent", "phandle" },
	{ "phandle", "uint32" },
	{ "linux,phandle", "uint32" },
	{ "memory-region", "phandle-array" },
	{ "clocks", "phandle-array" },
	{ "dmas", "phandle-array" },
	{ "iommus", "phandle-array" },
	{ "resets", "phandle-array" },
	{ "phys", "phandle-array" },
	{ "power-domains", "phandle-array" },
	{ "msi-parent", "phandle-array" },
	{ "mboxes", "phandle-array" },
};

const struct schema_type *type_by_name(const char *property)
{
	uint32_t i;

	for (i = 0; i < sizeof(standard) / sizeof(standard[0]); i++)
		if (!strcmp(standard[i].property, property))
			return type_find(standard[i].type);
	if (ends(property, "-names"))
		return type_find("non-unique-string-array");
	if (*property == '#')
		return type_find("uint32");
	if (ends(property, "-gpios") || ends(property, "-gpio") ||
	    !strcmp(property, "gpios"))
		return type_find("phandle-array");
	if (ends(property, "-supply"))
		return type_find("phandle");
	return unit_suffix(property) ? type_find("uint32-matrix") : NULL;
}
