/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pictures of a partition: for a terminal, as SVG, as a page of HTML.
 *
 * Names come from descriptions that nobody has to trust; each picture makes
 * them harmless in its own way.
 */
#ifndef TOOLS_MAP_H
#define TOOLS_MAP_H

#include <stdio.h>

#include <lib/map_model.h>

/* What the judge said, for the page. */
struct map_finding {
	uint32_t severity;	/* enum cfg_severity */
	char *id, *path, *text;
};

struct map_view {
	const struct map *map;
	const char *title;	/* of the system: its file */
	uint32_t refused;	/* errors of the judge */
	const struct map_finding *finding;
	uint32_t finding_count;
	/* for a terminal */
	uint32_t width;		/* columns */
	bool utf8;
	bool color;
};

/* Lines are no longer than the width, if that is 60 or more. */
void map_text(FILE *out, const struct map_view *v);
/* One <svg> that is a file of its own. */
void map_svg(FILE *out, const struct map_view *v);
/* For a page: as many <svg> as it takes for each to fit on printed paper. */
void map_svg_inline(FILE *out, const struct map_view *v);
/* The style of the picture alone, for a page that has it inside. */
void map_svg_style(FILE *out);
/* One self-contained page: XHTML that is HTML, too. */
void map_html(FILE *out, const struct map_view *v);

#endif
