// SPDX-License-Identifier: GPL-2.0-only
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <lib/cache.h>
#include <lib/child.h>
#include <lib/compile.h>
#include <lib/digest.h>
#include <lib/dtc_message.h>

#define INSTALLED	"/../share/cellblock/dts/include"
#define MAX_ARGS	(2 * MAX_INCLUDE_DIRS + 16)

enum status compile_add_folder(struct compile_options *opts, const char *dir)
{
	if (opts->count == MAX_INCLUDE_DIRS) {
		complain("more than %d include folders", MAX_INCLUDE_DIRS);
		return STATUS_CANNOT;
	}
	opts->dir[opts->count++] = dir;
	return STATUS_OK;
}

/* The command line of cpp or dtc; every argument is from malloc. */
struct args {
	char *arg[MAX_ARGS];
	unsigned int count;
};

static void arg_add(struct args *args, char *s)
{
	if (args->count < MAX_ARGS - 1)
		args->arg[args->count++] = s;
	else
		free(s);
}

static void args_free(struct args *args)
{
	while (args->count)
		free(args->arg[--args->count]);
}

static void add_folder(struct args *args, const char *opt, const char *dir,
		       const char *tail)
{
	arg_add(args, xasprintf("%s%s%s", opt, dir, tail));
}

static void add_env_folders(struct args *args, const char *opt)
{
	const char *env = getenv("CELLBLOCK_INCLUDE");
	char *copy, *dir, *save;

	if (!env)
		return;
	copy = xstrdup(env);
	for (dir = strtok_r(copy, ":", &save); dir;
	     dir = strtok_r(NULL, ":", &save))
		add_folder(args, opt, dir, "");
	free(copy);
}

static void add_folders(struct args *args, const char *opt, const char *file,
			const struct compile_options *opts)
{
	char *copy = xstrdup(file), *own = dirname(copy), exe[4096];
	unsigned int n;
	ssize_t len;

	add_folder(args, opt, own, "");
	add_folder(args, opt, own, "/../include");
	free(copy);
	for (n = 0; n < opts->count; n++)
		add_folder(args, opt, opts->dir[n], "");
	add_env_folders(args, opt);
	len = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	if (len <= 0)
		return;
	exe[len] = 0;
	add_folder(args, opt, dirname(exe), INSTALLED);
}

/* $CPP may be "gcc -E": words, not a path with spaces. */
static void add_program(struct args *args, const char *env,
			const char *fallback)
{
	const char *name = getenv(env);
	char *copy, *word, *save;

	copy = xstrdup(name && name[strspn(name, " ")] ? name : fallback);
	for (word = strtok_r(copy, " ", &save); word;
	     word = strtok_r(NULL, " ", &save))
		arg_add(args, xstrdup(word));
	free(copy);
}

static bool is_directive(const char *s)
{
	static const char *const words[] = {
		"include", "define", "undef", "if", "ifdef", "ifndef", "elif",
		"else", "endif", "error", "warning", "pragma", "line",
	};
	size_t n, len;

	s += strspn(s, " \t");
	if (*s++ != '#')
		return false;
	s += strspn(s, " \t");
	len = strspn(s, "abcdefghijklmnopqrstuvwxyz");
	/* "#address-cells" and its like are properties. */
	if (isalnum((unsigned char)s[len]) || (s[len] && strchr("-,._+?#", s[len])))
		return false;
	for (n = 0; n < sizeof(words) / sizeof(words[0]); n++)
		if (strlen(words[n]) == len && !strncmp(words[n], s, len))
			return true;
	return false;
}

/* Number of the first line that needs cpp, or 0. */
static unsigned int first_directive(const char *s)
{
	unsigned int line = 1;

	for (; s; line++) {
		if (is_directive(s))
			return line;
		s = strchr(s, '\n');
		if (s)
			s++;
	}
	return 0;
}

/* What cpp would do with the file's name. */
static void add_marker(const char *file, struct bytes *text)
{
	const char *s;

	bytes_add(text, "# 1 \"", 5);
	for (s = file; *s; s++) {
		if (*s == '"' || *s == '\\')
			bytes_add(text, "\\", 1);
		bytes_add(text, s, 1);
	}
	bytes_add(text, "\"\n", 2);
}

/* Says why there is no output. err as child_run() returns it. */
static enum status explain(const char *what, const char *file, int err,
			   int exit_code, const struct compile_options *opts)
{
	if (opts->quiet)
		return err ? STATUS_CANNOT : STATUS_REFUSED;
	if (err == -ENOENT)
		complain("%s: %s is needed and not installed (Debian: apt install %s)",
			 file, what,
			 *what == 'd' ? "device-tree-compiler" : "cpp");
	else if (err == -ETIMEDOUT)
		complain("%s: %s did not end within %u seconds", file, what,
			 child_time_limit());
	else if (err == -EFBIG)
		complain("%s: %s writes more than %u MiB", file, what,
			 CHILD_MAX_OUT >> 20);
	else if (err)
		complain("%s: cannot run %s: %s", file, what, strerror(-err));
	else if (exit_code >= 128)
		complain("%s: %s crashed on it (signal %d)", file, what,
			 exit_code - 128);
	else
		complain("%s: does not compile (%s)", file, what);
	return err ? STATUS_CANNOT : STATUS_REFUSED;
}

static enum status run_cpp(const char *file, unsigned int directive,
			   const struct compile_options *opts,
			   struct bytes *text)
{
	static const struct bytes nothing;
	struct child_result r;
	struct args args = { .count = 0 };
	enum status status = STATUS_OK;
	int err;

	add_program(&args, "CPP", "cpp");
	arg_add(&args, xstrdup("-nostdinc"));
	arg_add(&args, xstrdup("-undef"));
	arg_add(&args, xstrdup("-x"));
	arg_add(&args, xstrdup("assembler-with-cpp"));
	add_folders(&args, "-I", file, opts);
	arg_add(&args, xstrdup(file));
	err = child_run((const char *const *)args.arg, &nothing, &r);
	if (!opts->quiet)
		cpp_messages(&r.err, opts);
	if (err == -ENOENT && !opts->quiet)
		complain("%s:%u: this line is for the C preprocessor", file,
			 directive);
	if (err || r.exit_code)
		status = explain("cpp", file, err, r.exit_code, opts);
	else
		bytes_add(text, r.out.data, r.out.size);
	args_free(&args);
	bytes_free(&r.out);
	bytes_free(&r.err);
	return status;
}

enum status compile_preprocess(const char *file, const struct bytes *source,
			       const struct compile_options *opts,
			       struct bytes *text)
{
	unsigned int directive = first_directive((const char *)source->data);

	text->data = NULL;
	text->size = 0;
	if (directive)
		return run_cpp(file, directive, opts, text);
	add_marker(file, text);
	bytes_add(text, source->data, source->size);
	return STATUS_OK;
}

static int run_dtc(const char *file, const struct bytes *text, bool annotate,
		   const struct compile_options *opts, struct child_result *r)
{
	struct args args = { .count = 0 };
	int err;

	add_program(&args, "DTC", "dtc");
	arg_add(&args, xstrdup("-@"));
	/* the interrupt parent of a cell is the system's, as its labels are */
	if (strstr((const char *)text->data, "/plugin/")) {
		arg_add(&args, xstrdup("-W"));
		arg_add(&args, xstrdup("no-interrupts_property"));
	}
	if (annotate) {
		arg_add(&args, xstrdup("-q"));
		arg_add(&args, xstrdup("-T"));
		arg_add(&args, xstrdup("-T"));
	}
	arg_add(&args, xstrdup("-I"));
	arg_add(&args, xstrdup("dts"));
	arg_add(&args, xstrdup("-O"));
	arg_add(&args, xstrdup(annotate ? "dts" : "dtb"));
	add_folders(&args, "-i", file, opts);
	arg_add(&args, xstrdup("-"));
	err = child_run((const char *const *)args.arg, text, r);
	args_free(&args);
	return err;
}

/* The program that execvp() would start. False: who knows. */
static bool find_program(const char *name, struct stat *st)
{
	const char *path = getenv("PATH");
	char *copy, *dir, *save, *file;
	bool found = false;

	if (strchr(name, '/'))
		return !stat(name, st);
	copy = xstrdup(path ? path : "");
	for (dir = strtok_r(copy, ":", &save); dir && !found;
	     dir = strtok_r(NULL, ":", &save)) {
		file = xasprintf("%s/%s", dir, name);
		found = !access(file, X_OK) && !stat(file, st);
		free(file);
	}
	free(copy);
	return found;
}

/*
 * What the blob is made of: the text, unless it includes more, and dtc. NULL:
 * that cannot be told.
 */
static char *entry_name(const struct bytes *text)
{
	const char *dtc = getenv("DTC");
	struct digest d = { 0, 0 };
	struct stat st;

	if (!dtc || !dtc[strspn(dtc, " ")])
		dtc = "dtc";
	if (strchr(dtc, ' ') || strlen((char *)text->data) != text->size ||
	    strstr((char *)text->data, "/include/") ||
	    strstr((char *)text->data, "/incbin/") || !find_program(dtc, &st))
		return NULL;
	digest_add(&d, dtc, strlen(dtc));
	digest_add(&d, &st.st_dev, sizeof(st.st_dev));
	digest_add(&d, &st.st_ino, sizeof(st.st_ino));
	digest_add(&d, &st.st_size, sizeof(st.st_size));
	digest_add(&d, &st.st_mtim, sizeof(st.st_mtim));
	digest_add(&d, text->data, text->size);
	return xasprintf("blob-%016" PRIx64 "%016" PRIx64, d.high, d.low);
}

static bool from_cache(const char *name, struct bytes *blob)
{
	struct cache_entry entry;

	if (!name || !cache_get(name, &entry))
		return false;
	blob->data = NULL;
	blob->size = 0;
	bytes_add(blob, entry.data, entry.size);
	bytes_free(&entry.file);
	return true;
}

static enum status make_blob(const char *file, const struct bytes *text,
			     const struct compile_options *opts,
			     const char *name, struct bytes *blob)
{
	struct child_result r;
	enum status status = STATUS_OK;
	int err;

	err = run_dtc(file, text, false, opts, &r);
	if (!opts->quiet)
		dtc_messages(&r.err, opts);
	if (err || r.exit_code)
		status = explain("dtc", file, err, r.exit_code, opts);
	*blob = r.out;
	/* warnings are to be heard each time */
	if (status == STATUS_OK && name && !r.err.size)
		cache_put(name, blob->data, blob->size);
	bytes_free(&r.err);
	if (status != STATUS_OK)
		bytes_free(blob);
	return status;
}

enum status compile_blob(const char *file, const struct bytes *text,
			 const struct compile_options *opts, struct bytes *blob)
{
	char *name = opts->cache ? entry_name(text) : NULL;
	enum status status = STATUS_OK;

	if (!from_cache(name, blob))
		status = make_blob(file, text, opts, name, blob);
	free(name);
	return status;
}

int compile_annotated(const char *file, const struct bytes *text,
		      const struct compile_options *opts, struct bytes *out)
{
	struct child_result r;
	int err;

	err = run_dtc(file, text, true, opts, &r);
	if (!err && r.exit_code)
		err = -EINVAL;
	bytes_free(&r.err);
	*out = r.out;
	if (err)
		bytes_free(out);
	return err;
}
