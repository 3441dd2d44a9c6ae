// SPDX-License-Identifier: GPL-2.0-only
/* The map for a terminal: a line for each segment, a lane for each owner. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <lib/io.h>
#include <lib/map.h>
#include <lib/map_names.h>

#define SIZE_COLUMNS	11
#define WHAT_MIN	24	/* columns; else lanes give way */
#define KEYS_MAX	4	/* owners named in the place of lanes */
#define DEVICES_MAX	64	/* that are looked at before the line is cut */

/* Escape sequences, by owner; the hypervisor's first. */
static const char *const inks[] = {
	"\033[1m", "\033[34m", "\033[32m", "\033[33m", "\033[36m", "\033[35m",
};
#define NR_CELL_INKS	4
#define INK_TROUBLE	"\033[1;31m"
#define INK_DIM		"\033[2m"

struct page {
	FILE *out;
	const struct map_view *v;
	const struct map *m;
	uint32_t left;		/* width of what stands before the lanes */
	uint32_t lanes;		/* their width */
	bool has_lanes;		/* one for each owner */
};

static void set_ink(struct page *p, const char *code)
{
	if (p->v->color)
		fputs(code, p->out);
}

static const char *owner_ink(uint32_t owner)
{
	return owner < MAP_CELL ? inks[owner] :
	       inks[MAP_CELL + (owner - MAP_CELL) % NR_CELL_INKS];
}

static const char *mark(const struct map_view *v, enum map_state state)
{
	static const char *const marks[][2] = {
		[MAP_FREE] = { ".", "\u00b7" },
		[MAP_ALONE] = { "#", "\u2588" },
		[MAP_SHARED] = { "=", "\u2592" },
		[MAP_STRAY] = { "?", "?" },
		[MAP_CLASH] = { "X", "X" },
	};

	return marks[state][v->utf8];
}

/* Plain text of a length, cut with an ellipsis. */
static void put_cut(struct page *p, const char *text, uint32_t width)
{
	const char *dots = p->v->utf8 ? "\u2026" : "..";
	uint32_t dots_width = p->v->utf8 ? 1 : 2;

	if (strlen(text) <= width)
		fputs(text, p->out);
	else if (width > dots_width)
		fprintf(p->out, "%.*s%s", (int)(width - dots_width), text,
			dots);
}

/* Takes what was written to a memory stream, and puts it to the width. */
static void put_rest(struct page *p, char *raw, uint32_t used)
{
	char *plain = map_plain(raw);

	free(raw);
	put_cut(p, plain, p->v->width > used ? p->v->width - used : 0);
	free(plain);
	fputc('\n', p->out);
}

static void put_lane(struct page *p, uint32_t owner,
		     const struct map_set *owners, enum map_state state)
{
	bool mine = map_set_test(owners, owner);

	if (mine)
		set_ink(p, state >= MAP_STRAY ? INK_TROUBLE :
						owner_ink(owner));
	else
		set_ink(p, INK_DIM);
	fputs(mark(p->v, mine ? state : MAP_FREE), p->out);
	set_ink(p, "\033[0m");
}

/* In the place of lanes: the mark and a few keys. */
static void put_keys(struct page *p, const struct map_set *owners,
		     enum map_state state)
{
	uint32_t count = 0, i;

	set_ink(p, state >= MAP_STRAY ? INK_TROUBLE : "");
	fputs(mark(p->v, state), p->out);
	for (i = 0; i < p->m->owner_count; i++) {
		if (!map_set_test(owners, i))
			continue;
		if (++count <= KEYS_MAX)
			fputc(map_owner_key(i), p->out);
	}
	fputc(count > KEYS_MAX ? '+' : ' ', p->out);
	for (; count < KEYS_MAX; count++)
		fputc(' ', p->out);
	set_ink(p, "\033[0m");
}

static void put_lanes(struct page *p, const struct map_set *owners,
		      enum map_state state)
{
	uint32_t i;

	fputs("  ", p->out);
	if (!p->has_lanes)
		put_keys(p, owners, state);
	else
		for (i = 0; i < p->m->owner_count; i++)
			put_lane(p, i, owners, state);
	fputs("  ", p->out);
}

static void put_row(struct page *p, const struct map_set *owners,
		    enum map_state state, char *text)
{
	put_lanes(p, owners, state);
	put_rest(p, text, p->left + p->lanes + 4);
}

static void put_heading(struct page *p, const char *name)
{
	uint32_t i;

	set_ink(p, "\033[1m");
	fprintf(p->out, "\n%-*s  ", (int)p->left, name);
	if (p->has_lanes)
		for (i = 0; i < p->m->owner_count; i++)
			fputc(map_owner_key(i), p->out);
	set_ink(p, "\033[0m");
	fputc('\n', p->out);
}

static void put_memory(struct page *p)
{
	const struct map_segment *s = p->m->segment;
	const char *gap = p->v->utf8 ? "\u22ee" : ":";
	char size[MAP_SIZE_LEN];
	bool after_gap = false;

	put_heading(p, "Memory");
	for (; s < p->m->segment + p->m->segment_count; s++) {
		if (map_small_gap(s)) {
			after_gap = true;
			continue;
		}
		fprintf(p->out, "%s%*" PRIx64 "%*s", after_gap ? gap : " ",
			(int)(p->left - SIZE_COLUMNS - 1), s->range.base,
			SIZE_COLUMNS, map_size_words(size, s->range.size));
		put_row(p, &s->owners, s->state,
			map_segment_text(p->m, s, DEVICES_MAX));
		after_gap = false;
	}
}

static void put_left(struct page *p, char *raw)
{
	char *plain = map_plain(raw);

	fprintf(p->out, "%-*.*s", (int)p->left, (int)p->left, plain);
	free(plain);
	free(raw);
}

static void put_cpus(struct page *p)
{
	const struct cfg_system *sys = p->m->system;
	const struct map_cpu *cpu = p->m->cpu;
	uint32_t i;

	put_heading(p, "CPUs");
	for (i = 0; i < sys->cpu_count; i++, cpu++) {
		put_left(p, xasprintf("%u %s", i,
				      map_node_name(sys->fdt,
						    sys->cpus[i].node)));
		put_row(p, &cpu->owners, cpu->state,
			map_whose_text(p->m, &cpu->owners, cpu->state));
	}
}

static void put_interrupts(struct page *p)
{
	const struct map_irqs *irqs = p->m->irqs;

	put_heading(p, "Interrupts");
	for (; irqs < p->m->irqs + p->m->irqs_count; irqs++) {
		put_left(p, map_irqs_text(p->m, irqs->first, irqs->last));
		put_row(p, &irqs->owners, irqs->state,
			map_whose_text(p->m, &irqs->owners, irqs->state));
	}
}

static void put_links(struct page *p)
{
	const struct cfg_system *sys = p->m->system;
	struct map_set owners;
	char *text;
	uint32_t i;

	if (sys->link_count)
		put_heading(p, "Links");
	for (i = 0; i < sys->link_count; i++) {
		memset(&owners, 0, sizeof(owners));
		text = map_link_text(p->m, i, &owners);
		put_left(p, xstrdup(map_node_name(sys->fdt,
						  sys->links[i].node)));
		put_row(p, &owners, MAP_SHARED, text);
	}
}

static int names_width(const struct map *m)
{
	size_t width = 0, len;
	uint32_t i;

	for (i = 0; i < m->owner_count; i++) {
		len = strlen(map_owner_name(m, i));
		if (len > width)
			width = len;
	}
	return (int)width;
}

/* The owners with their keys, memory and CPUs: the legend of all. */
static void put_owners(struct page *p)
{
	char size[MAP_SIZE_LEN], *text;
	int width = names_width(p->m);
	size_t len;
	uint32_t i;
	FILE *out;

	fputc('\n', p->out);
	for (i = 0; i < p->m->owner_count; i++) {
		text = NULL;
		out = open_memstream(&text, &len);
		fprintf(out, "%-*s %*s", width,
			map_owner_name(p->m, i), SIZE_COLUMNS,
			map_size_words(size, map_ram_of(p->m, i)));
		if (i != MAP_HYPERVISOR) {
			fputs("  CPUs ", out);
			map_put_cpus(out, p->m, i);
		}
		fclose(out);
		set_ink(p, owner_ink(i));
		fprintf(p->out, "%3c", map_owner_key(i));
		set_ink(p, "\033[0m");
		fputs("  ", p->out);
		put_rest(p, text, 5);
	}
	fprintf(p->out, "\n     %s its own  %s shared  %s gap",
		mark(p->v, MAP_ALONE), mark(p->v, MAP_SHARED),
		p->v->utf8 ? "\u22ee" : ":");
	if (map_trouble(p->m)) {
		set_ink(p, INK_TROUBLE);
		fputs("  X clash  ? not to give", p->out);
		set_ink(p, "\033[0m");
	}
	fputc('\n', p->out);
}

static void put_verdict(struct page *p)
{
	uint32_t trouble = map_trouble(p->m);

	if (!p->v->refused && !trouble)
		return;
	set_ink(p, INK_TROUBLE);
	fprintf(p->out, "\nThe hypervisor would refuse this");
	if (trouble)
		fprintf(p->out, ": %u %s marked X or ?", trouble,
			trouble == 1 ? "place is" : "places are");
	set_ink(p, "\033[0m");
	fputs(".\n", p->out);
}

static uint32_t hex_digits(uint64_t n)
{
	uint32_t digits = 1;

	while (n >>= 4)
		digits++;
	return digits;
}

void map_text(FILE *out, const struct map_view *v)
{
	const struct map *m = v->map;
	struct page p = { .out = out, .v = v, .m = m };
	uint64_t top = m->segment_count ?
		       m->segment[m->segment_count - 1].range.base : 0;

	p.left = 1 + SIZE_COLUMNS +
		 (hex_digits(top) < 8 ? 8 : hex_digits(top));
	p.lanes = m->owner_count;
	p.has_lanes = p.left + p.lanes + 4 + WHAT_MIN <= v->width;
	if (!p.has_lanes)
		p.lanes = KEYS_MAX + 2;
	put_rest(&p, xasprintf("%s: %u CPUs, %u %s", v->title,
			       m->system->cpu_count, m->owner_count - MAP_CELL,
			       m->owner_count - MAP_CELL == 1 ? "cell" :
								"cells"), 0);
	put_owners(&p);
	put_memory(&p);
	put_cpus(&p);
	put_interrupts(&p);
	put_links(&p);
	put_verdict(&p);
}
