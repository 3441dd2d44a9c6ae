// SPDX-License-Identifier: GPL-2.0-only
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "cli.h"
#include "config_map.h"
#include "describe.h"

#define WIDTH_DEFAULT	80
#define WIDTH_MIN	60
#define WIDTH_MAX	1000

static const struct format {
	const char *name;
	void (*draw)(FILE *out, const struct map_view *v);
} formats[] = {
	{ "text", map_text },
	{ "svg", map_svg },
	{ "html", map_html },
};

static uint32_t clamp_width(long n)
{
	return n < WIDTH_MIN ? WIDTH_MIN : n > WIDTH_MAX ? WIDTH_MAX :
						      (uint32_t)n;
}

/* $COLUMNS, or the terminal's width. */
static uint32_t output_width(FILE *out)
{
	const char *columns = getenv("COLUMNS");
	struct winsize size;
	char *end;
	long n;

	if (columns && *columns) {
		n = strtol(columns, &end, 10);
		if (!*end && n > 0)
			return clamp_width(n);
	}
	if (ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col)
		return clamp_width(size.ws_col);
	return WIDTH_DEFAULT;
}

static const struct format *find_format(const char *name)
{
	const struct format *f = formats;

	for (; f < formats + sizeof(formats) / sizeof(*formats); f++)
		if (!strcmp(f->name, name))
			return f;
	return NULL;
}

static enum status draw(const struct map_source *s, const struct format *f,
			const char *name, enum status status)
{
	const char *file = strrchr(s->part.d[0].file, '/');
	struct map_view v = {
		.map = &s->map,
		.title = file ? file + 1 : s->part.d[0].file,
		.refused = s->errors, .finding = s->finding,
		.finding_count = s->finding_count,
	};
	FILE *out = output_open(name);

	if (!out)
		return STATUS_CANNOT;
	setlocale(LC_CTYPE, "");
	v.utf8 = !strcmp(nl_langinfo(CODESET), "UTF-8");
	v.width = output_width(out);
	v.color = *ink(out, INK_BOLD);
	f->draw(out, &v);
	return output_close(out, name, status);
}

static enum status run(int argc, char *argv[])
{
	static const struct option options[] = {
		{ "format", required_argument, NULL, 'f' },
		{ "output", required_argument, NULL, 'o' },
		{ "include", required_argument, NULL, 'I' },
		HELP_OPTION
	};
	struct compile_options opts = { .count = 0 };
	const struct format *format = formats;
	const char *name = NULL;
	struct map_source *s;
	enum status status;
	int c;

	while ((c = next_option(argc, argv, ":I:o:h", options)) != -1) {
		if (c == 'o')
			name = optarg;
		else if (c == 'f')
			format = find_format(optarg);
		else if (compile_add_folder(&opts, optarg) != STATUS_OK)
			return STATUS_CANNOT;
		if (!format)
			return usage_error("'%s' is no format", optarg);
	}
	if (optind == argc)
		return usage_error("no SYSTEM given");
	s = xmalloc(sizeof(*s));
	status = map_source_read(s, argc - optind, argv + optind, &opts);
	if (status != STATUS_CANNOT)
		status = draw(s, format, name, status);
	map_source_free(s);
	free(s);
	return status;
}

const struct command cmd_config_map = {
	.name = "config map",
	.args = "[--format FORMAT] [-o FILE] [-I DIR]... SYSTEM [CELL]...",
	.summary = "Show who owns what",
	.help = "What the hypervisor would refuse is shown, too, and marked.\n\n"
		"      --format FORMAT   text, svg or html; text if not given\n"
		"  -o, --output FILE     write there, not to standard output\n"
		INCLUDE_HELP,
	.run = run,
};
