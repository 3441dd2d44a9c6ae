// SPDX-License-Identifier: GPL-2.0-only
#include <libfdt.h>
#include <stdbool.h>
#include <string.h>

#include <lib/labels.h>
#include <lib/words.h>

const char *label_of(const void *fdt, const char *path)
{
	int node = fdt_path_offset(fdt, "/__symbols__"), prop, len;
	const char *label, *value;

	if (node < 0)
		return NULL;
	fdt_for_each_property_offset(prop, fdt, node) {
		value = fdt_getprop_by_offset(fdt, prop, &label, &len);
		if (value && len == (int)strlen(path) + 1 &&
		    memcmp(value, path, (size_t)len) == 0)
			return label;
	}
	return NULL;
}

/* Does one of the "path:property:offset" strings name this property? */
static bool wants(const char *strings, int len, const char *path,
		  const char *prop)
{
	size_t lp = strlen(path), lq = strlen(prop), n;
	const char *end = strings + len, *s;

	for (s = strings; s < end; s += n + 1) {
		n = strnlen(s, (size_t)(end - s));
		if (n > lp + lq + 2 && !memcmp(s, path, lp) && s[lp] == ':' &&
		    !memcmp(s + lp + 1, prop, lq) && s[lp + 1 + lq] == ':')
			return true;
	}
	return false;
}

static const char *most_like(const void *fdt, int symbols, const char *label)
{
	const char *best = NULL, *name;
	unsigned int distance = 0;
	int prop;

	if (symbols < 0)
		return NULL;
	fdt_for_each_property_offset(prop, fdt, symbols)
		if (fdt_getprop_by_offset(fdt, prop, &name, NULL))
			word_nearest(label, name, &best, &distance);
	return best;
}

void labels_undefined(const void *cell, const void *system, const char *path,
		      const char *prop,
		      void (*tell)(void *arg, const char *label,
				   const char *like),
		      void *arg)
{
	int fixups = fdt_path_offset(cell, "/__fixups__"), p, len;
	int symbols = fdt_path_offset(system, "/__symbols__");
	const char *label, *value;

	if (fixups < 0)
		return;
	fdt_for_each_property_offset(p, cell, fixups) {
		value = fdt_getprop_by_offset(cell, p, &label, &len);
		if (!value || !wants(value, len, path, prop))
			continue;
		if (symbols >= 0 && fdt_getprop(system, symbols, label, NULL))
			continue;
		tell(arg, label, most_like(system, symbols, label));
	}
}
