// SPDX-License-Identifier: GPL-2.0-only
#include <stdlib.h>
#include <string.h>

#include <lib/json.h>

#include "cli.h"
#include "hardware.h"

#define MAX_FEATURES	64

struct result {
	const struct hw_feature *feature;
	enum hw_answer answer;
	char *seen;
};

struct results {
	struct result r[MAX_FEATURES];
	unsigned int count;
	unsigned int missing;	/* of what is needed */
	unsigned int unknown;	/* … */
};

static const char *const answers[] = { "found", "missing", "unknown" };

static void look(const struct machine *m, const struct hw_arch *arch,
		 struct results *all)
{
	const struct hw_feature *f;
	struct result *r;

	for (f = arch->features; f->id && all->count < MAX_FEATURES; f++) {
		r = &all->r[all->count++];
		*r = (struct result){ .feature = f };
		r->answer = f->look(m, f, &r->seen);
		all->missing += f->needed && r->answer == HW_MISSING;
		all->unknown += f->needed && r->answer == HW_UNKNOWN;
	}
}

static enum ink ink_of(const struct result *r)
{
	if (r->answer == HW_FOUND)
		return INK_BOLD;
	return r->feature->needed && r->answer == HW_MISSING ? INK_ERROR :
							       INK_WARNING;
}

static void print_text(const struct hw_arch *arch, const struct results *all)
{
	const struct hw_feature *f;
	const struct result *r;
	unsigned int n;

	printf("%s\n", arch->name);
	for (n = 0; n < all->count; n++) {
		r = &all->r[n];
		f = r->feature;
		printf("  %s%-8s%s %-7s %-19s %s%s%s\n",
		       ink(stdout, ink_of(r)), answers[r->answer],
		       ink(stdout, INK_OFF), f->needed ? "needed" : "useful",
		       f->id, f->what, r->seen ? ": " : "",
		       r->seen ? r->seen : "");
		if (r->answer == HW_MISSING)
			printf("%20s%s\n", "", f->without);
	}
	if (all->missing)
		printf("Cellblock can't run here: %u needed missing.\n",
		       all->missing);
	else if (all->unknown)
		printf("Nothing needed is missing; %u could not be told (try as root).\n",
		       all->unknown);
	else
		puts("Cellblock can run here.");
}

static void print_json(const struct hw_arch *arch, const struct results *all)
{
	struct json j = { .out = stdout };
	const struct result *r;
	unsigned int n;

	json_open(&j, NULL, '{');
	json_string(&j, "machine", arch->name);
	json_number(&j, "needed_missing", all->missing);
	json_number(&j, "needed_unknown", all->unknown);
	json_open(&j, "features", '[');
	for (n = 0; n < all->count; n++) {
		r = &all->r[n];
		json_open(&j, NULL, '{');
		json_string(&j, "id", r->feature->id);
		json_string(&j, "importance",
			    r->feature->needed ? "needed" : "useful");
		json_string(&j, "answer", answers[r->answer]);
		json_string(&j, "what", r->feature->what);
		json_string(&j, "seen", r->seen ? r->seen : "");
		json_string(&j, "without", r->feature->without);
		json_close(&j, '}');
	}
	json_close(&j, ']');
	json_close(&j, '}');
	json_end(&j);
}

static enum status report(const struct machine *m, bool json)
{
	static const struct hw_arch *const archs[] = {
		&hw_amd, &hw_intel, &hw_arm64,
	};
	struct results all = { .count = 0 };
	size_t n;

	for (n = 0; n < 3 && !archs[n]->is(m); n++)
		;
	if (n == 3) {
		complain("%s/proc/cpuinfo: neither x86-64 of AMD or Intel nor arm64; other machines are not supported",
			 m->root);
		return STATUS_CANNOT;
	}
	look(m, archs[n], &all);
	if (json)
		print_json(archs[n], &all);
	else
		print_text(archs[n], &all);
	for (n = 0; n < all.count; n++)
		free(all.r[n].seen);
	if (all.missing)
		return STATUS_REFUSED;
	return all.unknown ? STATUS_CANNOT : STATUS_OK;
}

static enum status run(int argc, char *argv[])
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "root", required_argument, NULL, 'r' },
		HELP_OPTION
	};
	const char *root = "";
	struct machine machine;
	enum status status;
	bool json = false;
	int c, err;

	while ((c = next_option(argc, argv, ":h", options)) != -1) {
		if (c == 'r')
			root = optarg;
		else
			json = true;
	}
	if (optind < argc)
		return usage_error("one argument too many: '%s'",
				   argv[optind]);
	err = machine_read(&machine, root);
	if (err) {
		complain("%s/proc/cpuinfo: %s", root, strerror(-err));
		return STATUS_CANNOT;
	}
	status = report(&machine, json);
	machine_free(&machine);
	return status;
}

const struct command cmd_hardware_check = {
	.name = "hardware check",
	.args = "[--json] [--root DIR]",
	.summary = "Tell what this machine has of what is needed and useful",
	.help = "      --json            print a JSON object\n"
		"      --root DIR        look at a copy of another machine's /proc, /sys and /dev\n"
		"\n"
		"Exit status: 0 all that is needed is there, 1 some of it is missing,\n"
		"2 some could not be told, or wrong usage.\n",
	.run = run,
};
