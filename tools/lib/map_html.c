// SPDX-License-Identifier: GPL-2.0-only
/*
 * The map as one page: the picture, and all of it again in tables, which can
 * be searched, read aloud and printed.
 */
#include <inttypes.h>
#include <libfdt.h>
#include <stdlib.h>
#include <string.h>

#include <lib/io.h>
#include <lib/map.h>
#include <lib/map_device.h>
#include <lib/map_names.h>

#define DEVICES_MAX	1000u	/* named in one cell of a table */

struct html {
	FILE *out;
	const struct map_view *v;
	const struct map *m;
};

static const char style[] =
	":root{color-scheme:light dark}\n"
	"body{margin:0;background:var(--bg);color:var(--fg);font:15px/1.5 system-ui,sans-serif}\n"
	"main,header{max-width:84rem;margin:0 auto;padding:0 1.25rem}\n"
	"header{padding-top:1.25rem}\n"
	"h1{font-size:1.6rem;margin:0 0 .25rem;overflow-wrap:anywhere}\n"
	"h2{font-size:1.2rem;margin:2rem 0 .5rem}\n"
	"nav a{margin-right:1rem;white-space:nowrap}\n"
	"a{color:var(--c1)}\n"
	".wide{overflow-x:auto}\n"
	"table{border-collapse:collapse;width:100%}\n"
	"caption{text-align:left;color:var(--mu);padding-bottom:.4rem}\n"
	"th,td{text-align:left;vertical-align:top;padding:.3rem .75rem .3rem 0;border-bottom:1px solid var(--ln)}\n"
	"td.n,th.n{text-align:right;white-space:nowrap}\n"
	"code,td.n{font-family:ui-monospace,monospace;font-size:.9em}\n"
	"td.w{overflow-wrap:anywhere;min-width:12rem}td code{white-space:nowrap}\n"
	".no{color:var(--mu)}\n"
	".verdict{padding:.5rem .75rem;border-left:.3rem solid var(--c2)}\n"
	".verdict.bad{border-color:var(--bad)}\n"
	"tr.bad td,tr.bad th,strong.bad{color:var(--bad);font-weight:700}\n"
	"svg.cb{display:block;width:100%;height:auto;min-width:56rem}\n"
	"figure{margin:0}\n"
	"figcaption{color:var(--mu)}\n"
	"@page{size:A4 landscape;margin:12mm}\n"
	"@media print{body{font-size:10pt}nav{display:none}.wide{overflow:visible}"
	"main,header{max-width:none;padding:0}tr{break-inside:avoid}h2{break-after:avoid}"
	"thead{display:table-header-group}svg.cb{min-width:0;break-inside:avoid}#picture{break-before:page}}\n";

static void put(struct html *h, const char *markup)
{
	fputs(markup, h->out);
}

static void put_cell(struct html *h, const char *class, const char *text)
{
	fprintf(h->out, *class ? "<td class=\"%s\">" : "<td>", class);
	map_put_xml(h->out, text);
	put(h, "</td>");
}

/* The same, and text goes to free(). */
static void take_cell(struct html *h, const char *class, char *text)
{
	put_cell(h, class, text);
	free(text);
}

static void put_row_start(struct html *h, enum map_state state)
{
	put(h, state >= MAP_STRAY ? "<tr class=\"bad\">" : "<tr>");
}

/* heads: names of the columns; numbers to the right begin with ">". */
static void table_start(struct html *h, const char *id, const char *title,
			const char *caption, const char *const *heads)
{
	bool right;

	fprintf(h->out, "<section aria-labelledby=\"%s\">\n<h2 id=\"%s\">%s</h2>\n<div class=\"wide\"><table>\n",
		id, id, title);
	if (caption)
		fprintf(h->out, "<caption>%s</caption>\n", caption);
	put(h, "<thead><tr>");
	for (; *heads; heads++) {
		right = **heads == '>';
		fprintf(h->out, "<th scope=\"col\"%s>%s</th>",
			right ? " class=\"n\"" : "", *heads + right);
	}
	put(h, "</tr></thead>\n<tbody>\n");
}

static void table_end(struct html *h)
{
	put(h, "</tbody>\n</table></div>\n</section>\n");
}

static void put_address(struct html *h, uint64_t address)
{
	fprintf(h->out, "<td class=\"n\">0x%" PRIx64 "</td>", address);
}

/* "shared", "CLASH" and so on, before what follows. */
static void put_owners_cell(struct html *h, const struct map_set *owners,
			    enum map_state state)
{
	char *text = map_whose_text(h->m, owners, state);

	put(h, "<td>");
	map_put_xml(h->out, text);
	if (state == MAP_SHARED)
		put(h, " (shared)");
	put(h, "</td>");
	free(text);
}

static char *irq_list(const struct map *m, uint32_t owner)
{
	const struct map_irqs *irqs = m->irqs;
	const char *before = "";
	char *text = NULL, *one;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	for (; irqs < m->irqs + m->irqs_count; irqs++) {
		if (!map_set_test(&irqs->owners, owner))
			continue;
		one = map_irqs_text(m, irqs->first, irqs->last);
		fprintf(out, "%s%s", before, one);
		free(one);
		before = ", ";
	}
	fclose(out);
	return text;
}

static char *cpu_list(const struct map *m, uint32_t owner)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	map_put_cpus(out, m, owner);
	fclose(out);
	return text;
}

static void put_cell_facts(struct html *h, const struct cfg_cell *cell)
{
	fprintf(h->out, "<td class=\"n\">0x%" PRIx64 "</td>", cell->entry);
	if (cell->comm.node)
		fprintf(h->out, "<td>at <code>0x%" PRIx64 "</code>, %s</td>",
			cell->comm.virt,
			cell->comm.timeout_ms ? "votes" : "passive");
	else
		put(h, "<td class=\"no\">none</td>");
	if (cell->console.kind != CFG_UART_NONE)
		fprintf(h->out, "<td>UART at <code>0x%" PRIx64 "</code></td>",
			cell->console.base);
	else
		put_cell(h, cell->virtual_console ? "" : "no",
			 cell->virtual_console ? "hypervisor's" : "none");
}

static void put_owners(struct html *h)
{
	static const char *const heads[] = { "Owner", "CPUs", ">Memory",
		"Interrupts", ">Entry", "Comm region", "Console", NULL };
	char size[MAP_SIZE_LEN];
	uint32_t i;

	table_start(h, "owners", "Owners", NULL, heads);
	for (i = 0; i < h->m->owner_count; i++) {
		put(h, "<tr><th scope=\"row\">");
		map_put_xml(h->out, map_owner_name(h->m, i));
		put(h, i == MAP_ROOT ? " (root cell)</th>" : "</th>");
		take_cell(h, "", i ? cpu_list(h->m, i) : xstrdup(""));
		put_cell(h, "n", map_size_words(size, map_ram_of(h->m, i)));
		take_cell(h, "w", irq_list(h->m, i));
		if (i >= MAP_CELL)
			put_cell_facts(h, h->m->cell[i - MAP_CELL]);
		else
			put(h, "<td></td><td></td><td></td>");
		put(h, "</tr>\n");
	}
	table_end(h);
}

static void put_memory(struct html *h)
{
	static const char *const heads[] = { ">From", ">To", ">Size", "Owner",
		"Kind", "What", NULL };
	const struct map_segment *s = h->m->segment;
	char size[MAP_SIZE_LEN];

	table_start(h, "memory", "Memory",
		    "Physical addresses in their order; From and To are the first and the last byte. Rights: read, write, execute; \"at\" is where the cell sees it.",
		    heads);
	for (; s < h->m->segment + h->m->segment_count; s++) {
		put_row_start(h, s->state);
		put_address(h, s->range.base);
		put_address(h, cfg_range_end(s->range) - 1);
		put_cell(h, "n", map_size_words(size, s->range.size));
		if (s->state == MAP_FREE) {
			put(h, "<td class=\"no\">nobody</td><td></td><td></td></tr>\n");
			continue;
		}
		put_owners_cell(h, &s->owners, s->state);
		put_cell(h, "", map_kind_word(s->kind));
		take_cell(h, "w", map_what_text(h->m, s, DEVICES_MAX));
		put(h, "</tr>\n");
	}
	table_end(h);
}

static void put_cpus(struct html *h)
{
	static const char *const heads[] = { ">CPU", "Node", ">Hardware id",
		"Owner", NULL };
	const struct cfg_system *sys = h->m->system;
	uint32_t i;

	table_start(h, "cpus", "CPUs", NULL, heads);
	for (i = 0; i < sys->cpu_count; i++) {
		put_row_start(h, h->m->cpu[i].state);
		fprintf(h->out, "<td class=\"n\">%u</td>", i);
		put_cell(h, "", map_node_name(sys->fdt, sys->cpus[i].node));
		put_address(h, sys->cpus[i].hwid);
		put_owners_cell(h, &h->m->cpu[i].owners, h->m->cpu[i].state);
		put(h, "</tr>\n");
	}
	table_end(h);
}

static void put_interrupts(struct html *h)
{
	static const char *const heads[] = { "Interrupt", ">INTID", "Owner",
		NULL };
	const struct map_irqs *irqs = h->m->irqs;

	table_start(h, "interrupts", "Interrupts", NULL, heads);
	for (; irqs < h->m->irqs + h->m->irqs_count; irqs++) {
		put_row_start(h, irqs->state);
		take_cell(h, "", map_irqs_text(h->m, irqs->first, irqs->last));
		take_cell(h, "n", irqs->first == irqs->last ?
			  xasprintf("%u", irqs->first) :
			  xasprintf("%u-%u", irqs->first, irqs->last));
		put_owners_cell(h, &irqs->owners, irqs->state);
		put(h, "</tr>\n");
	}
	table_end(h);
}

static void put_device_irqs(struct html *h, int32_t node)
{
	struct cfg_irq_set set;
	const char *before = "";
	uint32_t irq;
	char *one;

	if (!map_device_irqs(h->m->system, node, &set)) {
		put(h, "<td class=\"no\">not for cells</td>");
		return;
	}
	put(h, "<td>");
	for (irq = 0; irq < CFG_MAX_IRQS; irq++) {
		if (!cfg_irq_test(&set, irq))
			continue;
		one = map_irqs_text(h->m, irq, irq);
		fprintf(h->out, "%s%s", before, one);
		free(one);
		before = ", ";
	}
	put(h, "</td>");
}

static void put_registers(struct html *h, const struct cfg_region *r)
{
	char size[MAP_SIZE_LEN];

	put_address(h, r->range.base);
	put_cell(h, "n", map_size_words(size, r->range.size));
}

static void put_devices(struct html *h)
{
	static const char *const heads[] = { "Device", ">Registers", ">Size",
		"Interrupts", "Owner", NULL };
	const struct cfg_system *sys = h->m->system;
	const struct cfg_region *r;
	struct map_set owners;
	enum map_state state;

	table_start(h, "devices", "Devices",
		    "Interrupts are those that come along when a cell is given the device.",
		    heads);
	for (r = sys->devs; r < sys->devs + sys->dev_count; r++) {
		state = map_owners(h->m, r->range, &owners);
		put_row_start(h, state);
		put_cell(h, "", map_node_name(sys->fdt, r->node));
		put_registers(h, r);
		put_device_irqs(h, r->node);
		put_owners_cell(h, &owners, state);
		put(h, "</tr>\n");
	}
	for (r = sys->prot; r < sys->prot + sys->prot_count; r++) {
		if (r->kind == CFG_PROT_HYPERVISOR || r->kind == CFG_PROT_ROOT)
			continue;
		state = map_owners(h->m, r->range, &owners);
		put_row_start(h, state);
		put_cell(h, "", map_node_name(sys->fdt, r->node));
		put_registers(h, r);
		put(h, "<td class=\"no\">not for cells</td>");
		put_owners_cell(h, &owners, state);
		put(h, "</tr>\n");
	}
	table_end(h);
}

static void put_links(struct html *h)
{
	static const char *const heads[] = { "Link", ">Memory", ">Size",
		">Peers", "Ends", NULL };
	const struct cfg_system *sys = h->m->system;
	const struct cfg_link *link = sys->links;
	char size[MAP_SIZE_LEN];
	struct map_set owners;
	uint32_t i;

	if (!sys->link_count) {
		put(h, "<section aria-labelledby=\"links\">\n<h2 id=\"links\">Links</h2>\n<p>The system has no links between cells.</p>\n</section>\n");
		return;
	}
	table_start(h, "links", "Links", NULL, heads);
	for (i = 0; i < sys->link_count; i++, link++) {
		memset(&owners, 0, sizeof(owners));
		put(h, "<tr>");
		put_cell(h, "", map_node_name(sys->fdt, link->node));
		put_address(h, link->range.base);
		put_cell(h, "n", map_size_words(size, link->range.size));
		fprintf(h->out, "<td class=\"n\">%u</td>", link->peers);
		take_cell(h, "", map_link_text(h->m, i, &owners));
		put(h, "</tr>\n");
	}
	table_end(h);
}

static void put_findings(struct html *h)
{
	static const char *const heads[] = { "Severity", "Finding", "Where",
		"Check", NULL };
	static const char *const words[] = { "note", "warning", "error" };
	const struct map_finding *f = h->v->finding;
	const struct map_finding *end = f + h->v->finding_count;

	if (f == end)
		return;
	table_start(h, "findings", "Findings", NULL, heads);
	for (; f < end; f++) {
		put_row_start(h, f->severity == CFG_ERROR ? MAP_CLASH :
							    MAP_ALONE);
		put_cell(h, "", words[f->severity]);
		put_cell(h, "w", f->text);
		put_cell(h, "w", f->path);
		put_cell(h, "", f->id);
		put(h, "</tr>\n");
	}
	table_end(h);
}

static void put_verdict(struct html *h)
{
	uint32_t trouble = map_trouble(h->m);

	if (!h->v->refused && !trouble) {
		put(h, "<p class=\"verdict\">The hypervisor would accept this partition.</p>\n");
		return;
	}
	put(h, "<p class=\"verdict bad\"><strong class=\"bad\">The hypervisor would refuse this partition.</strong>");
	if (trouble)
		fprintf(h->out, " %u %s marked.", trouble,
			trouble == 1 ? "place is" : "places are");
	put(h, " <a href=\"#findings\">Why</a></p>\n");
}

static void put_head(struct html *h)
{
	put(h, "<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n"
	       "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
	       "<meta http-equiv=\"Content-Security-Policy\" "
	       "content=\"default-src 'none'; style-src 'unsafe-inline'\"/>\n"
	       "<title>Who owns what: ");
	map_put_xml(h->out, h->v->title);
	put(h, "</title>\n<style>\n");
	map_svg_style(h->out);
	put(h, style);
	put(h, "</style>\n</head>\n<body class=\"cb\">\n<header>\n<h1>Who owns what: ");
	map_put_xml(h->out, h->v->title);
	fprintf(h->out, "</h1>\n<p>%u CPUs, %u %s.</p>\n",
		h->m->system->cpu_count, h->m->owner_count - MAP_CELL,
		h->m->owner_count - MAP_CELL == 1 ? "cell" : "cells");
	put_verdict(h);
	put(h, "<nav aria-label='Contents'><a href='#owners'>Owners</a><a href='#picture'>Picture</a><a href='#memory'>Memory</a><a href='#cpus'>CPUs</a><a href='#interrupts'>Interrupts</a><a href='#devices'>Devices</a><a href='#links'>Links</a></nav>\n</header>\n<main>\n");
}

void map_html(FILE *out, const struct map_view *v)
{
	struct html h = { out, v, v->map };

	put_head(&h);
	put_findings(&h);
	put_owners(&h);
	put(&h, "<section aria-labelledby=\"picture\">\n<h2 id=\"picture\">Picture</h2>\n<figure class=\"wide\">\n");
	map_svg_inline(out, v);
	put(&h, "</figure>\n</section>\n");
	put_memory(&h);
	put_cpus(&h);
	put_interrupts(&h);
	put_devices(&h);
	put_links(&h);
	put(&h, "</main>\n</body>\n</html>\n");
}
