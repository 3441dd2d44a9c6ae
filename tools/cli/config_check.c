// SPDX-License-Identifier: GPL-2.0-only
/*
 * Descriptions judged off line: by the schemas, by the hypervisor's own code,
 * and by checks that only advise.
 */
#include <stdlib.h>
#include <string.h>

#include <check/advice.h>
#include <check/schema.h>
#include <lib/labels.h>

#include "check.h"
#include "cli.h"
#include "describe.h"

typedef void check_writer(const struct issues *all, const struct summary *s);

static const struct {
	const char *name;
	check_writer *write;
} formats[] = {
	{ "text", check_write_text },
	{ "json", check_write_json },
	{ "sarif", check_write_sarif },
	{ "github", check_write_github },
};

#define NR_FORMATS	(sizeof(formats) / sizeof(formats[0]))

struct check {
	struct cfg_report report;	/* first: emit() gets its address */
	enum issue_source source;	/* of what is reported now */
	struct partition p;
	struct issues issues;
	struct policy policy;
	struct compile_options include;
	struct schema_options schemas;
	struct image_options images;
	const char *board_file;
	struct description board;
	unsigned int format;
	struct summary sum;
};

static struct description *description_of(struct check *c, const void *fdt)
{
	if (fdt && fdt == c->board.blob.data)
		return &c->board;
	return partition_of(&c->p, fdt);
}

static void guess(void *arg, const char *label, const char *like)
{
	struct issue *i = arg;
	char *word = xasprintf(" %s ", label);

	/* a property may have several that are unknown */
	if (like && !i->help && strstr(i->text, word))
		i->help = xasprintf("did you mean '%s'?", like);
	free(word);
}

static void emit(struct cfg_report *report, const struct cfg_finding *f)
{
	struct check *c = (struct check *)report;
	struct issue *i = issue_add(&c->issues, f->id, f->severity, c->source,
				    f->text);

	issue_place_set(&i->where, description_of(c, f->where.fdt),
			f->where.path, f->where.prop);
	if (f->other.fdt)
		issue_place_set(&i->other, description_of(c, f->other.fdt),
				f->other.path, f->other.prop);
	if (!strcmp(f->id, "label-undefined") && i->where.d)
		labels_undefined(i->where.d->blob.data, c->p.d[0].blob.data,
				 f->where.path, f->where.prop, guess, i);
}

static void tell(void *arg, const struct source_place *place, bool error,
		 const char *check, const char *text)
{
	struct check *c = arg;
	char *words = *check ? xasprintf("%s (dtc's %s)", text, check) :
			       xstrdup(text);
	struct issue *i = issue_add(&c->issues,
				    error ? ID_SOURCE : ID_SOURCE_ODD,
				    error ? CFG_ERROR : CFG_WARNING,
				    ISSUE_COMPILER, words);

	free(words);
	i->where.source = *place;
	i->where.source.file = xstrdup(place->file);
}

static void apply_schemas(struct check *c, struct schemas *set)
{
	uint32_t n;

	for (n = 0; n < c->p.count; n++)
		if (c->p.state[n] == PART_GATED)
			schemas_apply(set, &c->p.d[n], &c->issues);
	c->sum.schemas = schemas_count(set);
}

static enum status advise(struct check *c)
{
	const struct cfg_cell *cells[CFG_MAX_CELLS], *linked[CFG_MAX_CELLS];
	struct advice_input in = { .system = &c->p.system, .cells = cells,
				   .linked = linked };
	uint32_t n;

	if (c->p.state[0] < PART_LOADED)
		return STATUS_OK;
	for (n = 1; n < c->p.count; n++) {
		if (c->p.state[n] >= PART_LINKED)
			linked[in.linked_count++] = &c->p.cell[n - 1];
		if (c->p.state[n] >= PART_LOADED)
			cells[in.cell_count++] = &c->p.cell[n - 1];
	}
	if (c->board_file) {
		in.board = c->board.blob.data;
		in.board_size = (uint32_t)c->board.blob.size;
	}
	c->source = ISSUE_ADVICE;
	advice_run(&in, &c->report);
	return images_judge(&c->images, &c->p, &c->report);
}

/* STATUS_CANNOT: complained or reported. */
static enum status read_board(struct check *c)
{
	struct bytes *blob = &c->board.blob;
	enum status status;

	if (!c->board_file)
		return STATUS_OK;
	status = description_read(c->board_file, &c->include,
				  CFG_MAX_SYSTEM_BLOB, &c->board);
	if (status != STATUS_OK)
		return STATUS_CANNOT;
	if (config_gate(blob->data, (uint32_t)blob->size, CFG_MAX_SYSTEM_BLOB,
			&c->report))
		return STATUS_CANNOT;
	return STATUS_OK;
}

static void count_checks(struct check *c)
{
	uint32_t count, n;

	check_ids(&count);
	for (n = 0; n < count; n++)
		c->sum.off += c->policy.off[n];
	c->sum.checks = c->sum.board_only ? 0 : count - c->sum.off;
	for (n = 0; n < c->p.count; n++)
		c->sum.unjudged += n ? c->p.state[n] < PART_LINKED &&
				       c->p.state[0] != PART_ADMITTED :
				       c->p.state[0] < PART_GATED;
	c->sum.descriptions = c->p.count;
}

/* The issues in their final form, counted. */
static enum status finish(struct check *c, enum status status)
{
	struct summary *s = &c->sum;
	const struct issue *i;
	bool failed = false;
	uint32_t n;

	issues_sort(&c->issues);
	issues_merge(&c->issues);
	for (n = 0; n < c->p.count; n++)
		comments_collect(&c->policy, &c->issues, &c->p.d[n]);
	count_checks(c);
	policy_apply(&c->policy, &c->issues,
		     status != STATUS_CANNOT && !s->unjudged);
	issues_sort(&c->issues);
	for (n = 0; n < c->issues.count; n++) {
		i = &c->issues.issue[n];
		s->suppressed += i->allowed != NULL;
		if (i->allowed)
			continue;
		s->errors += i->severity == CFG_ERROR;
		s->warnings += i->severity == CFG_WARNING;
		s->notes += i->severity == CFG_NOTE;
		failed = failed || i->severity >= c->policy.threshold;
	}
	if (status != STATUS_CANNOT)
		status = failed ? STATUS_REFUSED : STATUS_OK;
	s->status = status;
	return status;
}

static enum status show(struct check *c, enum status status)
{
	char *line = check_summary(&c->sum);

	formats[c->format].write(&c->issues, &c->sum);
	fflush(stdout);
	complain("%s", line);
	free(line);
	return status;
}

/* Is it a board without a hypervisor, to be checked by schemas alone? */
static bool is_board(const struct check *c)
{
	const struct bytes *blob = &c->p.d[0].blob;
	struct cfg_report silent = { 0 };

	return c->schemas.count && c->p.count == 1 &&
	       !config_gate(blob->data, (uint32_t)blob->size,
			    CFG_MAX_SYSTEM_BLOB, &silent) &&
	       config_blob_kind(blob->data) == CFG_BLOB_UNKNOWN;
}

static enum status judge(struct check *c)
{
	enum status status = STATUS_OK, other;
	struct loaded_schemas schemas;

	if (!schemas_load(&c->schemas, &schemas))
		return STATUS_CANNOT;
	c->sum.left_out = schemas.left_out;
	c->report.emit = emit;
	c->source = ISSUE_HV;
	c->sum.board_only = is_board(c);
	if (c->sum.board_only)
		c->p.state[0] = PART_GATED;
	else
		status = partition_gate(&c->p, &c->report);
	other = read_board(c);
	apply_schemas(c, schemas.set);
	schemas_unload(&schemas);
	if (!c->sum.board_only && status == STATUS_OK)
		status = partition_judge(&c->p, &c->report);
	if (other == STATUS_OK && !c->sum.board_only)
		other = advise(c);
	return show(c, finish(c, other > status ? other : status));
}

enum option_value {
	OPT_FORMAT = 256, OPT_NO, OPT_SEVERITY, OPT_LIST, OPT_EXPLAIN,
	OPT_SUPPRESS, OPT_SUPPRESSIONS, OPT_SCHEMAS, OPT_BOARD, OPT_IMAGE,
	OPT_NO_CACHE,
	OPT_NO_ID,		/* and one more for each check */
};

static const struct option fixed[] = {
	{ "include", required_argument, NULL, 'I' },
	{ "format", required_argument, NULL, OPT_FORMAT },
	{ "warning", required_argument, NULL, 'W' },
	{ "error", required_argument, NULL, 'E' },
	{ "no", required_argument, NULL, OPT_NO },
	{ "severity", required_argument, NULL, OPT_SEVERITY },
	{ "list-checks", no_argument, NULL, OPT_LIST },
	{ "explain", required_argument, NULL, OPT_EXPLAIN },
	{ "suppress", required_argument, NULL, OPT_SUPPRESS },
	{ "suppressions", required_argument, NULL, OPT_SUPPRESSIONS },
	{ "schemas", required_argument, NULL, OPT_SCHEMAS },
	{ "board", required_argument, NULL, OPT_BOARD },
	{ "image", required_argument, NULL, OPT_IMAGE },
	{ "no-cache", no_argument, NULL, OPT_NO_CACHE },
	{ "verbose", no_argument, NULL, 'v' },
};

#define NR_FIXED	(sizeof(fixed) / sizeof(fixed[0]))

/* The fixed ones and --no-ID for every check; the names are never freed. */
static const struct option *make_options(void)
{
	static struct option all[NR_FIXED + MAX_CHECKS + 2];
	static const struct option help[] = { HELP_OPTION };
	const struct check_id *ids;
	uint32_t count, n;

	ids = check_ids(&count);
	memcpy(all, fixed, sizeof(fixed));
	for (n = 0; n < count; n++)
		all[NR_FIXED + n] = (struct option){
			.name = xasprintf("no-%s", ids[n].id),
			.val = OPT_NO_ID + (int)n,
		};
	all[NR_FIXED + count] = help[0];
	return all;
}

static enum status set_format(struct check *c, const char *name)
{
	for (c->format = 0; c->format < NR_FORMATS; c->format++)
		if (!strcmp(formats[c->format].name, name))
			return STATUS_OK;
	return usage_error("'%s' is no format: text, json, sarif or github",
			   name);
}

static enum status set_threshold(struct check *c, const char *name)
{
	for (c->policy.threshold = CFG_NOTE; c->policy.threshold <= CFG_ERROR;
	     c->policy.threshold++)
		if (!strcmp(severity_name(c->policy.threshold), name))
			return STATUS_OK;
	return usage_error("'%s' is no severity: note, warning or error",
			   name);
}

static enum status add_schemas(struct check *c, const char *dir)
{
	if (c->schemas.count == MAX_SCHEMA_DIRS)
		return usage_error("more than %d folders of schemas",
				   MAX_SCHEMA_DIRS);
	c->schemas.dir[c->schemas.count++] = dir;
	return STATUS_OK;
}

static enum status set_board(struct check *c, const char *file)
{
	if (c->board_file)
		return usage_error("more than one --board");
	c->board_file = file;
	return STATUS_OK;
}

static enum status take_option(struct check *c, int option)
{
	uint32_t count;

	switch (option) {
	case 'I':
		return compile_add_folder(&c->include, optarg);
	case 'W':
		return policy_level(&c->policy, optarg, CFG_WARNING);
	case 'E':
		return policy_level(&c->policy, optarg, CFG_ERROR);
	case 'v':
		c->schemas.verbose = true;
		return STATUS_OK;
	case OPT_FORMAT:
		return set_format(c, optarg);
	case OPT_NO:
		return policy_off(&c->policy, optarg);
	case OPT_SEVERITY:
		return set_threshold(c, optarg);
	case OPT_SUPPRESS:
		return policy_suppress(&c->policy, optarg, "--suppress");
	case OPT_SUPPRESSIONS:
		return policy_suppress_file(&c->policy, optarg);
	case OPT_SCHEMAS:
		return add_schemas(c, optarg);
	case OPT_BOARD:
		return set_board(c, optarg);
	case OPT_IMAGE:
		return images_add(&c->images, optarg);
	case OPT_NO_CACHE:
		c->schemas.cache = false;
		return STATUS_OK;
	default:
		return policy_off(&c->policy,
				  check_ids(&count)[option - OPT_NO_ID].id);
	}
}

static enum status check_files(struct check *c, int argc, char *argv[])
{
	enum status status;

	if (!argc)
		return usage_error("no SYSTEM given");
	c->include.cache = c->schemas.cache;
	c->include.tell = tell;
	c->include.tell_arg = c;
	status = partition_read(&c->p, argc, argv, &c->include);
	if (status == STATUS_OK)
		return judge(c);
	return c->issues.count ? show(c, finish(c, status)) : status;
}

static enum status run_with(struct check *c, int argc, char *argv[])
{
	const struct option *options = make_options();
	enum status status = STATUS_OK;
	bool list = false;
	int option;

	c->schemas.cache = true;
	while (status == STATUS_OK &&
	       (option = next_option(argc, argv, ":I:W:E:vh", options)) != -1) {
		if (option == OPT_EXPLAIN)
			return check_explain(optarg);
		if (option == OPT_LIST)
			list = true;
		else
			status = take_option(c, option);
	}
	if (status != STATUS_OK)
		return status;
	if (list) {
		check_list(formats[c->format].write == check_write_json);
		return STATUS_OK;
	}
	return check_files(c, argc - optind, argv + optind);
}

static enum status run(int argc, char *argv[])
{
	struct check *c = xmalloc(sizeof(*c));
	enum status status;

	policy_init(&c->policy);
	status = run_with(c, argc, argv);
	issues_free(&c->issues);
	policy_free(&c->policy);
	images_free(&c->images);
	partition_free(&c->p);
	description_free(&c->board);
	free(c);
	return status;
}

const struct command cmd_config_check = {
	.name = "config check",
	.args = "[OPTION]... SYSTEM [CELL]...",
	.summary = "Judge descriptions by all that can be known off line",
	.help = "Cells are judged in the order given, each against the system and those before it.\n\n"
		"      --format FORM     text (default), json (a line each), sarif or github\n"
		"      --severity LEVEL  exit with 1 from note, warning or error (default) on\n"
		"  -W, --warning ID      that check gives warnings\n"
		"  -E, --error ID        ... or errors\n"
		"      --no ID, --no-<ID>  without that check\n"
		"      --suppress ID@NODE=REASON  this finding is known; NODE is a path or name\n"
		"      --suppressions FILE        such lines from a file\n"
		"      --schemas DIR     apply these schemas, too, e.g. the kernel's bindings\n"
		"      --board FILE      compare with another tree of the board\n"
		"      --image CELL=FILE[@ADDRESS]  this file is to be loaded there (default 0)\n"
		"      --no-cache        neither read nor write the cache\n"
		"      --list-checks     every check, its severity, and who makes it\n"
		"      --explain ID      what a check means, and how to mend what it finds\n"
		"  -v, --verbose         say which schemas are left out\n"
		INCLUDE_HELP,
	.run = run,
};
