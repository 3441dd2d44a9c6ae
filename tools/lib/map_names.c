// SPDX-License-Identifier: GPL-2.0-only
#include <inttypes.h>
#include <libfdt.h>
#include <string.h>

#include <lib/io.h>
#include <lib/map_names.h>

#define DEVICES_MAX	3	/* named for a window of a cell */

const struct cfg_cell *map_owner_cell(const struct map *m, uint32_t owner)
{
	return owner == MAP_ROOT ? &m->system->root :
				   m->cell[owner - MAP_CELL];
}

const char *map_owner_name(const struct map *m, uint32_t owner)
{
	if (owner == MAP_HYPERVISOR)
		return "hypervisor";
	return map_owner_cell(m, owner)->name;
}

char map_owner_key(uint32_t owner)
{
	static const char keys[] =
		"H0123456789abcdefghijklmnopqrstuvwxyzABCDEFGIJKLMNOPQRSTUVWXYZ+*%@&$";

	return owner + 1 < sizeof(keys) ? keys[owner] : '~';
}

void map_put_owners(FILE *out, const struct map *m, const struct map_set *set,
		    const char *between)
{
	const char *before = "";
	uint32_t i;

	for (i = 0; i < m->owner_count; i++) {
		if (!map_set_test(set, i))
			continue;
		fprintf(out, "%s%s", before, map_owner_name(m, i));
		before = between;
	}
}

const char *map_node_name(const void *fdt, int32_t node)
{
	const char *name = fdt && node >= 0 ? fdt_get_name(fdt, node, NULL) :
					      NULL;

	return name ? name : "";
}

const char *map_kind_word(enum map_kind kind)
{
	static const char *const words[] = {
		[MAP_KIND_RAM] = "RAM",
		[MAP_KIND_IO] = "registers",
		[MAP_KIND_LINK] = "link",
		[MAP_KIND_HYPERVISOR] = "its own memory",
		[MAP_KIND_INTC] = "interrupt controller",
		[MAP_KIND_IOMMU] = "IOMMU",
		[MAP_KIND_ECAM] = "PCI configuration",
	};

	return words[kind];
}

const char *map_state_word(enum map_state state)
{
	static const char *const words[] = {
		[MAP_FREE] = "", [MAP_ALONE] = "", [MAP_SHARED] = "shared",
		[MAP_STRAY] = "NOT TO GIVE", [MAP_CLASH] = "CLASH",
	};

	return words[state];
}

const char *map_size_words(char *buf, uint64_t size)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB",
					     "PiB", "EiB" };
	uint32_t u = 0, whole;

	while (u < 6 && size >> 10 * u >> 10)
		u++;
	for (whole = u; size & ((1ull << 10 * whole) - 1); whole--)
		;
	if (size >> 10 * whole < 10000)
		snprintf(buf, MAP_SIZE_LEN, "%" PRIu64 " %s",
			 size >> 10 * whole, units[whole]);
	else
		snprintf(buf, MAP_SIZE_LEN, "~%.1f %s",
			 (double)size / (double)(1ull << 10 * u), units[u]);
	return buf;
}

const char *map_rights(char *buf, uint32_t flags)
{
	buf[0] = flags & CFG_MEM_READ ? 'r' : '-';
	buf[1] = flags & CFG_MEM_WRITE ? 'w' : '-';
	buf[2] = flags & CFG_MEM_EXEC ? 'x' : '-';
	buf[3] = '\0';
	return buf;
}

/* The devices whose registers lie there, each once; "" if there are none. */
static void put_devices(FILE *out, const struct map *m, struct cfg_range range,
			uint32_t max, const char *before, const char *after)
{
	const struct cfg_region *d = m->system->devs, *last = NULL;
	const struct cfg_region *end = d + m->system->dev_count;
	uint32_t count = 0;

	for (; d < end && d->range.base < cfg_range_end(range); d++) {
		if (!cfg_range_meets(d->range, range) ||
		    (last && last->node == d->node))
			continue;
		if (count++ < max)
			fprintf(out, "%s%s", count == 1 ? before : ", ",
				map_node_name(m->system->fdt, d->node));
		last = d;
	}
	if (count > max)
		fprintf(out, " and %u more", count - max);
	if (count)
		fputs(after, out);
}

static void put_piece(FILE *out, const struct map *m,
		      const struct map_segment *s, const struct map_piece *p)
{
	uint64_t from = s->range.base - p->range.base;
	char rights[MAP_RIGHTS_LEN];

	fputs(map_node_name(p->fdt, p->node), out);
	if (p->kind == MAP_KIND_IO && p->fdt != m->system->fdt)
		put_devices(out, m, s->range, DEVICES_MAX, " (", ")");
	if (p->owner == MAP_HYPERVISOR)
		fprintf(out, " (%s)", map_kind_word(p->kind));
	else
		fprintf(out, " %s", map_rights(rights, p->flags));
	if (p->owner >= MAP_CELL && p->kind != MAP_KIND_LINK &&
	    p->virt + from != s->range.base)
		fprintf(out, " at 0x%" PRIx64, p->virt + from);
	if (map_set_count(&s->owners) > 1u + map_set_test(&s->owners, MAP_ROOT))
		fprintf(out, " (%s)", map_owner_name(m, p->owner));
}

static void put_what(FILE *out, const struct map *m,
		     const struct map_segment *s, uint32_t max)
{
	const struct map_piece *p = m->piece;
	const char *before = "";
	bool pool = s->reserved && s->kind == MAP_KIND_RAM;

	for (; (p = map_piece_meeting(m, p, s->range)); p++) {
		if (!map_piece_counts(p, s))
			continue;
		if (p->owner == MAP_ROOT && map_set_count(&s->owners) > 1)
			continue;
		fputs(before, out);
		before = ", ";
		if (p->node >= 0)
			put_piece(out, m, s, p);
		else if (p->kind == MAP_KIND_IO)
			put_devices(out, m, s->range, max, "", "");
		else if (!pool)
			fputs("RAM", out);
		else
			fprintf(out, "RAM reserved as %s, no cell's",
				map_node_name(m->system->fdt,
					      s->reserved->node));
	}
}

char *map_irqs_text(const struct map *m, uint32_t first, uint32_t last)
{
	uint32_t from, to;
	const char *word = config_irq_name(m->system, first, &from);

	config_irq_name(m->system, last, &to);
	if (last == first)
		return xasprintf("%s %u", word, from);
	return xasprintf("%s %u-%u", word, from, to);
}

void map_put_cpus(FILE *out, const struct map *m, uint32_t owner)
{
	uint32_t count = m->system->cpu_count, i = 0, first;
	const char *before = "";

	while (i < count) {
		first = i++;
		if (!map_set_test(&m->cpu[first].owners, owner))
			continue;
		while (i < count && map_set_test(&m->cpu[i].owners, owner))
			i++;
		fprintf(out, "%s%u", before, first);
		if (i - first > 1)
			fprintf(out, "-%u", i - 1);
		before = ", ";
	}
}

static void put_whose(FILE *out, const struct map *m,
		      const struct map_set *owners, enum map_state state)
{
	if (state >= MAP_STRAY)
		fprintf(out, "%s: ", map_state_word(state));
	map_put_owners(out, m, owners, state == MAP_CLASH ? " and " : " + ");
}

char *map_what_text(const struct map *m, const struct map_segment *s,
		    uint32_t max)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	put_what(out, m, s, max);
	fclose(out);
	return text;
}

char *map_segment_text(const struct map *m, const struct map_segment *s,
		       uint32_t max)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (s->state == MAP_FREE) {
		fputs("nobody's", out);
	} else {
		put_whose(out, m, &s->owners, s->state);
		fputs(": ", out);
		put_what(out, m, s, max);
	}
	fclose(out);
	return text;
}

char *map_whose_text(const struct map *m, const struct map_set *owners,
		     enum map_state state)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	put_whose(out, m, owners, state);
	fclose(out);
	return text;
}

char *map_link_text(const struct map *m, uint32_t link,
		    struct map_set *owners)
{
	const struct cfg_cell *cell;
	const char *before = "";
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	uint32_t i, n;

	for (i = MAP_ROOT; i < m->owner_count; i++) {
		cell = map_owner_cell(m, i);
		for (n = 0; n < cell->link_count; n++) {
			if (cell->links[n].link != link)
				continue;
			map_set_add(owners, i);
			fprintf(out, "%s%s (peer %u)", before, cell->name,
				cell->links[n].peer_id);
			before = ", ";
		}
	}
	if (!*before)
		fputs("no cell has an end of it", out);
	fclose(out);
	return text;
}

char *map_plain(const char *text)
{
	char *copy = xstrdup(text), *c;

	for (c = copy; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
	return copy;
}

void map_put_xml(FILE *out, const char *text)
{
	static const char special[] = "<>&\"'";
	static const char *const entity[] = { "&lt;", "&gt;", "&amp;",
					      "&quot;", "&#39;" };
	const char *at;

	for (; *text; text++) {
		at = strchr(special, *text);
		if (at)
			fputs(entity[at - special], out);
		else if (*text < ' ' || *text > '~')
			fputs("&#xfffd;", out);
		else
			fputc(*text, out);
	}
}
