// SPDX-License-Identifier: GPL-2.0-only
/*
 * The map as SVG: a row for each segment, a column for each owner. Rows are
 * not to scale: they grow with the logarithm of the size, and a gap takes the
 * same room however large it is.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <lib/io.h>
#include <lib/map.h>
#include <lib/map_names.h>

#define MARGIN		16u
#define LEFT		128u	/* addresses */
#define SIZES		84u
#define WORDS		430u
#define WORDS_CHARS	60u	/* that fit there */
#define WORDS_BOLD	52u
#define TITLE		24u
#define ROW		22u
#define SMALL_GAP	8u	/* without words */
#define HEADING		34u
#define NAMES_FLAT	26u	/* names of owners over their columns */
#define NAMES_STEEP	132u
#define LEGEND		74u
#define MANY_OWNERS	8u	/* from there on columns are narrow */
#define DEVICES_MAX	64u
#define NR_HUES		6u	/* of cells */
#define PAGE_PERCENT	62u	/* height of a printed part, of its width */

/* One line of the picture; a heading has nothing but left. */
struct row {
	char *left, *size, *text;
	struct map_set owners;
	enum map_state state;
	enum map_kind kind;
	uint32_t height;
	bool heading;
};

struct picture {
	FILE *out;
	const struct map *m;
	const char *title;	/* NULL: the page has it */
	struct row *row;
	uint32_t row_count;
	uint32_t column;	/* width of an owner's */
	uint32_t names;		/* height of their names */
	uint32_t y;		/* where the next row begins */
};

static uint32_t columns_left(void)
{
	return MARGIN + LEFT;
}

static uint32_t columns_right(const struct picture *p)
{
	return columns_left() + p->m->owner_count * p->column;
}

static uint32_t width(const struct picture *p)
{
	return columns_right(p) + 12 + SIZES + WORDS + MARGIN;
}

static uint32_t segment_height(const struct map_segment *s)
{
	uint64_t pages = s->range.size >> 12;
	uint32_t steps = 0;

	if (s->state == MAP_FREE)
		return map_small_gap(s) ? SMALL_GAP : ROW;
	while (pages >>= 1)
		steps++;
	return ROW + 2 * (steps < 20 ? steps : 20);
}

/* Cut to what fits. */
static void put_text(struct picture *p, uint32_t x, uint32_t y,
		     const char *class, const char *text, uint32_t max)
{
	char *copy = xstrdup(text);
	bool cut = strlen(copy) > max;

	if (cut)
		copy[max - 1] = '\0';
	fprintf(p->out, "<text x=\"%u\" y=\"%u\" class=\"%s\">", x, y, class);
	map_put_xml(p->out, copy);
	fprintf(p->out, "%s</text>\n", cut ? "&#8230;" : "");
	free(copy);
}

static void put_hue(FILE *out, uint32_t owner)
{
	fprintf(out, "o%u", owner < MAP_CELL ? owner :
			    MAP_CELL + (owner - MAP_CELL) % NR_HUES);
}

/* One owner's part of a row. */
static void put_box(struct picture *p, const struct row *r, uint32_t owner)
{
	static const char *const classes[] = {
		[MAP_FREE] = "", [MAP_ALONE] = "",
		[MAP_SHARED] = " sh", [MAP_STRAY] = " st", [MAP_CLASH] = " cl",
	};
	static const char *const fills[] = {
		[MAP_SHARED] = "cb-hatch", [MAP_STRAY] = "cb-cross",
		[MAP_CLASH] = "cb-cross",
	};
	uint32_t x = columns_left() + owner * p->column + 2;
	uint32_t w = p->column - 4, h = r->height - 2;

	fputs("<rect class=\"", p->out);
	put_hue(p->out, owner);
	fprintf(p->out, "%s%s\" x=\"%u\" y=\"%u\" width=\"%u\" height=\"%u\" rx=\"2\"/>\n",
		r->kind == MAP_KIND_RAM || r->kind == MAP_KIND_HYPERVISOR ?
		"" : " io", classes[r->state], x, p->y + 1, w, h);
	if (r->state >= MAP_SHARED)
		fprintf(p->out, "<rect fill=\"url(#%s)\" x=\"%u\" y=\"%u\" width=\"%u\" height=\"%u\"/>\n",
			fills[r->state], x, p->y + 1, w, h);
}

/* Where the scale is broken. */
static void put_gap(struct picture *p, const struct row *r)
{
	uint32_t x = columns_left();

	fprintf(p->out, "<path class=\"gap\" d=\"M%u %uH%u\"/>\n", x,
		p->y + r->height / 2, columns_right(p));
	if (r->height >= ROW)
		fprintf(p->out, "<path class=\"break\" d=\"M%u %ul4 4l-8 6l4 4\"/>\n",
			x, p->y + 4);
}

static void put_words(struct picture *p, const struct row *r)
{
	uint32_t y = p->y + r->height / 2 + 4, x = columns_right(p) + 12;
	bool bad = r->state >= MAP_STRAY;

	put_text(p, MARGIN + LEFT - 10, y, "ad", r->left, 18);
	put_text(p, x + SIZES - 12, y, "sz", r->size, 14);
	put_text(p, x + SIZES, y, bad ? "wh bad" :
		 r->state == MAP_FREE ? "wh mu" : "wh", r->text,
		 bad ? WORDS_BOLD : WORDS_CHARS);
}

static void put_row(struct picture *p, const struct row *r)
{
	uint32_t i;

	fputs("<g role=\"img\"><title>", p->out);
	map_put_xml(p->out, r->left);
	fputs(*r->size ? ", " : ": ", p->out);
	if (*r->size)
		fprintf(p->out, "%s: ", r->size);
	map_put_xml(p->out, r->text);
	fputs("</title>\n", p->out);
	fprintf(p->out, "<rect class=\"row\" x=\"0\" y=\"%u\" width=\"%u\" height=\"%u\"/>\n",
		p->y, width(p), r->height);
	if (r->state == MAP_FREE)
		put_gap(p, r);
	for (i = 0; i < p->m->owner_count; i++)
		if (map_set_test(&r->owners, i))
			put_box(p, r, i);
	if (r->height >= ROW)
		put_words(p, r);
	fputs("</g>\n", p->out);
	p->y += r->height;
}

static void put_heading(struct picture *p, const struct row *r)
{
	p->y += r->height;
	put_text(p, MARGIN, p->y - 8, "hd", r->left, 20);
	fprintf(p->out, "<path class=\"line\" d=\"M%u %uH%u\"/>\n", MARGIN,
		p->y - 2, width(p) - MARGIN);
}

/* Strings go to free_rows(). */
static void add_row(struct picture *p, struct row r)
{
	p->row = xrealloc(p->row, (p->row_count + 1) * sizeof(r));
	p->row[p->row_count++] = r;
}

static void add_heading(struct picture *p, const char *text)
{
	add_row(p, (struct row){ .left = xstrdup(text), .heading = true,
				 .height = HEADING });
}

static void add_memory(struct picture *p)
{
	const struct map_segment *s = p->m->segment;
	char size[MAP_SIZE_LEN];

	add_heading(p, "Memory");
	for (; s < p->m->segment + p->m->segment_count; s++)
		add_row(p, (struct row){
			.left = xasprintf("0x%" PRIx64, s->range.base),
			.size = xstrdup(map_size_words(size, s->range.size)),
			.text = map_segment_text(p->m, s, DEVICES_MAX),
			.owners = s->owners, .state = s->state,
			.kind = s->kind, .height = segment_height(s),
		});
}

static void add_cpus(struct picture *p)
{
	const struct cfg_system *sys = p->m->system;
	const struct map_cpu *cpu = p->m->cpu;
	uint32_t i;

	add_heading(p, "CPUs");
	for (i = 0; i < sys->cpu_count; i++, cpu++)
		add_row(p, (struct row){
			.left = xasprintf("%u %s", i,
				map_node_name(sys->fdt, sys->cpus[i].node)),
			.size = xstrdup(""),
			.text = map_whose_text(p->m, &cpu->owners, cpu->state),
			.owners = cpu->owners, .state = cpu->state,
			.height = ROW,
		});
}

static void add_interrupts(struct picture *p)
{
	const struct map_irqs *irqs = p->m->irqs;

	add_heading(p, "Interrupts");
	for (; irqs < p->m->irqs + p->m->irqs_count; irqs++)
		add_row(p, (struct row){
			.left = map_irqs_text(p->m, irqs->first, irqs->last),
			.size = xstrdup(""),
			.text = map_whose_text(p->m, &irqs->owners,
					       irqs->state),
			.owners = irqs->owners, .state = irqs->state,
			.height = ROW,
		});
}

static void add_links(struct picture *p)
{
	const struct cfg_system *sys = p->m->system;
	struct map_set owners;
	char *text;
	uint32_t i;

	if (sys->link_count)
		add_heading(p, "Links");
	for (i = 0; i < sys->link_count; i++) {
		memset(&owners, 0, sizeof(owners));
		text = map_link_text(p->m, i, &owners);
		add_row(p, (struct row){
			.left = xstrdup(map_node_name(sys->fdt,
						      sys->links[i].node)),
			.size = xstrdup(""), .text = text, .owners = owners,
			.state = MAP_SHARED, .kind = MAP_KIND_LINK,
			.height = ROW,
		});
	}
}

static void free_rows(struct picture *p)
{
	uint32_t i;

	for (i = 0; i < p->row_count; i++) {
		free(p->row[i].left);
		free(p->row[i].size);
		free(p->row[i].text);
	}
	free(p->row);
}

/* Names over their columns: upright where they fit, else at a slant. */
static void put_names(struct picture *p)
{
	bool flat = p->names == NAMES_FLAT;
	uint32_t i, x, y, max = flat ? p->column / 7 : 20;
	const char *name;

	p->y += p->names;
	y = p->y - 6;
	for (i = 0; i < p->m->owner_count; i++) {
		x = columns_left() + i * p->column + p->column / 2;
		name = map_owner_name(p->m, i);
		fputs("<g role=\"img\"><title>", p->out);
		map_put_xml(p->out, name);
		fputs("</title>", p->out);
		if (!flat)
			fprintf(p->out, "<g transform=\"rotate(-60 %u %u)\">",
				x, y);
		put_text(p, flat ? x : x + 2, y, flat ? "nf" : "ns", name,
			 max);
		fputs(flat ? "</g>\n" : "</g></g>\n", p->out);
	}
}

static void put_stripes(struct picture *p, uint32_t height)
{
	uint32_t i, x;

	for (i = 0; i <= p->m->owner_count; i++) {
		x = columns_left() + i * p->column;
		fprintf(p->out, "<path class=\"line\" d=\"M%u %uV%u\"/>\n", x,
			p->y, height - MARGIN);
	}
}

/* Sample boxes for what the boxes mean. */
static void put_legend(struct picture *p)
{
	static const struct sample {
		const char *text;
		enum map_state state;
		enum map_kind kind;
	} samples[] = {
		{ "memory", MAP_ALONE, MAP_KIND_RAM },
		{ "registers", MAP_ALONE, MAP_KIND_IO },
		{ "shared", MAP_SHARED, MAP_KIND_RAM },
		{ "clash", MAP_CLASH, MAP_KIND_RAM },
		{ "not to give", MAP_STRAY, MAP_KIND_RAM },
	};
	struct picture at = *p;
	uint32_t i, x = MARGIN;
	struct row r;

	at.column = 28;
	for (i = 0; i < sizeof(samples) / sizeof(*samples); i++) {
		r = (struct row){ .state = samples[i].state,
				  .kind = samples[i].kind, .height = 18 };
		fprintf(p->out, "<g transform=\"translate(%d 0)\">",
			(int)x - (int)(columns_left() + at.column));
		put_box(&at, &r, MAP_ROOT);
		fputs("</g>\n", p->out);
		put_text(p, x + 32, p->y + 14, "wh", samples[i].text, 20);
		x += 116;
	}
	put_text(p, MARGIN, p->y + 40, "mu",
		 "Not to scale: a row is higher the larger it is, by the logarithm. A dotted row is a gap that is nobody's, of any",
		 200);
	put_text(p, MARGIN, p->y + 55, "mu",
		 "size; it has no words below 16 MiB. Addresses are physical; \"at\" is where a cell sees it.",
		 200);
	p->y += LEGEND;
}

void map_svg_style(FILE *out)
{
	static const char colors[] =
		"--bg:#ffffff;--fg:#1b1f24;--mu:#57606a;--ln:#d0d7de;--bad:#b3142a;--x:#b3142a;"
		"--c0:#6b7280;--c1:#2f6fde;--c2:#2a8f4f;--c3:#c77700;--c4:#8250c4;"
		"--c5:#0d8a8f;--c6:#bf3989;--c7:#7a7a1c";
	static const char dark[] =
		"--bg:#14171c;--fg:#e6e9ee;--mu:#9aa4b0;--ln:#343b45;--bad:#ff6b78;--x:#6d0013;"
		"--c0:#8b95a3;--c1:#5b94f5;--c2:#4bbf73;--c3:#e6a13c;--c4:#ab87e8;"
		"--c5:#3fb8bd;--c6:#e678b8;--c7:#b5b545";
	uint32_t i;

	fprintf(out, ".cb{%s}\n@media (prefers-color-scheme:dark){.cb{%s}}\n",
		colors, dark);
	fprintf(out, "@media print{.cb{%s;-webkit-print-color-adjust:exact;print-color-adjust:exact}}\n",
		colors);
	fputs("svg.cb{background:var(--bg);font:12px system-ui,sans-serif}\n"
	      "svg.cb text{fill:var(--fg)}\n"
	      "svg.cb .t{font-size:16px;font-weight:600}\n"
	      "svg.cb .hd{font-size:14px;font-weight:600}\n"
	      "svg.cb .ad,svg.cb .sz{text-anchor:end;font-family:ui-monospace,monospace}\n"
	      "svg.cb .nf{text-anchor:middle;font-weight:600}\n"
	      "svg.cb .ns{font-weight:600}\n"
	      "svg.cb .mu{fill:var(--mu)}\n"
	      "svg.cb .bad{fill:var(--bad);font-weight:700}\n"
	      "svg.cb .row{fill:transparent}\n"
	      "svg.cb g:hover>.row{fill:var(--ln);fill-opacity:.5}\n"
	      "svg.cb .line{stroke:var(--ln);fill:none}\n"
	      "svg.cb .gap{stroke:var(--mu);stroke-dasharray:2 6;fill:none}\n"
	      "svg.cb .break{stroke:var(--mu);fill:none}\n"
	      "svg.cb .io{fill-opacity:.35;stroke-width:1}\n"
	      "svg.cb .cl{stroke:var(--bad);stroke-width:3}\n"
	      "svg.cb .st{stroke:var(--bad);stroke-width:3;stroke-dasharray:5 3}\n"
	      "svg.cb .hatch{stroke:var(--bg);stroke-width:3}\n"
	      "svg.cb .cross{stroke:var(--x);stroke-width:2;fill:none}\n",
	      out);
	for (i = 0; i < MAP_CELL + NR_HUES; i++)
		fprintf(out, "svg.cb .o%u{fill:var(--c%u)}svg.cb .o%u.io{stroke:var(--c%u)}\n",
			i, i, i, i);
}

static void put_defs(struct picture *p)
{
	fputs("<defs>\n"
	      "<pattern id='cb-hatch' width='8' height='8' patternUnits='userSpaceOnUse' patternTransform='rotate(45)'><path class='hatch' d='M2 0V8'/></pattern>\n"
	      "<pattern id=\"cb-cross\" width=\"9\" height=\"9\" patternUnits=\"userSpaceOnUse\"><path class=\"cross\" d=\"M0 0L9 9M9 0L0 9\"/></pattern>\n"
	      "</defs>\n", p->out);
}

/* The rows from first to before end, as a part of the whole. */
static void put_part(struct picture *p, const struct map_view *v,
		     uint32_t first, uint32_t end)
{
	uint32_t height = MARGIN + p->names + MARGIN, i;

	height += first ? 0 : LEGEND + (p->title ? TITLE : 0);
	for (i = first; i < end; i++)
		height += p->row[i].height;
	fprintf(p->out, "<svg xmlns='http://www.w3.org/2000/svg' class='cb' role='group' aria-labelledby='cb-t%u cb-d%u' viewBox='0 0 %u %u' width='%u' height='%u' style='max-width:%upx'>\n<title id='cb-t%u'>Who owns what: ",
		first, first, width(p), height, width(p), height, width(p),
		first);
	map_put_xml(p->out, v->title);
	fprintf(p->out, "%s</title>\n<desc id=\"cb-d%u\">Physical memory in address order, CPUs, interrupts and links, with a column for each owner.</desc>\n",
		first ? ", continued" : "", first);
	if (p->title) {
		fputs("<style>", p->out);
		map_svg_style(p->out);
		fputs("</style>\n", p->out);
	}
	p->y = MARGIN;
	if (!first) {
		put_defs(p);
		if (p->title) {
			put_text(p, MARGIN, p->y + 14, "t", p->title, 80);
			p->y += TITLE;
		}
		put_legend(p);
	}
	put_names(p);
	put_stripes(p, height);
	for (i = first; i < end; i++) {
		if (p->row[i].heading)
			put_heading(p, &p->row[i]);
		else
			put_row(p, &p->row[i]);
	}
	fputs("</svg>\n", p->out);
}

/* Which row is the first that does not go on the page that starts here? */
static uint32_t page_end(const struct picture *p, uint32_t first)
{
	uint32_t room = width(p) * PAGE_PERCENT / 100 - 2 * MARGIN - p->names;
	uint32_t i = first;

	room -= first ? 0 : LEGEND;
	for (; i < p->row_count && p->row[i].height <= room; i++)
		room -= p->row[i].height;
	/* a heading is no last line, and there is always some progress */
	if (i < p->row_count && i > first + 1 && p->row[i - 1].heading)
		i--;
	return i > first ? i : first + 1;
}

static void draw(FILE *out, const struct map_view *v, bool alone)
{
	struct picture p = { .out = out, .m = v->map,
			     .title = alone ? v->title : NULL };
	bool many = v->map->owner_count > MANY_OWNERS;
	uint32_t first, end;

	p.column = many ? 30 : 104;
	p.names = many ? NAMES_STEEP : NAMES_FLAT;
	add_memory(&p);
	add_cpus(&p);
	add_interrupts(&p);
	add_links(&p);
	for (first = 0; first < p.row_count; first = end) {
		end = alone ? p.row_count : page_end(&p, first);
		put_part(&p, v, first, end);
	}
	free_rows(&p);
}

void map_svg(FILE *out, const struct map_view *v)
{
	fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", out);
	draw(out, v, true);
}

void map_svg_inline(FILE *out, const struct map_view *v)
{
	draw(out, v, false);
}
