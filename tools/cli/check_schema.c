// SPDX-License-Identifier: GPL-2.0-only
/* Schemas: where they are, and their findings as issues. */
#include <inttypes.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <check/image.h>
#include <check/schema.h>
#include <lib/cache.h>

#include "check.h"

#define MARK	"cellblock/hypervisor.yaml"

struct complaints {
	unsigned int count;
	bool all;
};

static void complain_about(void *arg, const char *message)
{
	struct complaints *c = arg;

	if (!c->count++ || c->all)
		complain("%s", message);
}

static void count_only(void *arg, const char *message)
{
	struct complaints *c = arg;

	c->count++;
	if (c->all)
		complain("left out: %s", message);
}

static bool is_folder(const char *dir)
{
	char *mark = xasprintf("%s/" MARK, dir);
	bool found = !access(mark, R_OK);

	free(mark);
	return found;
}

/*
 * $CELLBLOCK_SCHEMAS, or beside the installed command, or in the tree that
 * the command was built in. NULL: complained.
 */
static char *own_folder(void)
{
	static const char *const places[] = {
		"../share/cellblock/schemas", "../../schemas",
	};
	const char *env = getenv("CELLBLOCK_SCHEMAS");
	char exe[4096], *dir, *where;
	ssize_t len;
	size_t n;

	if (env && *env) {
		if (is_folder(env))
			return xstrdup(env);
		complain("%s: no schemas here (" MARK ")", env);
		return NULL;
	}
	len = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	exe[len > 0 ? len : 0] = 0;
	where = dirname(exe);
	for (n = 0; n < sizeof(places) / sizeof(places[0]); n++) {
		dir = xasprintf("%s/%s", where, places[n]);
		if (is_folder(dir))
			return dir;
		free(dir);
	}
	complain("%s/%s: no schemas here (" MARK "); set CELLBLOCK_SCHEMAS or install them",
		 where, places[0]);
	return NULL;
}

/* The set's own pieces, read and made ready. NULL: complained. */
static struct schemas *read_schemas(const char *own,
				    const struct schema_options *opts,
				    struct complaints *left_out)
{
	struct complaints ours = { 0, opts->verbose };
	struct schemas *set = schemas_new();
	unsigned int n, before;

	if (!set || !schemas_add(set, own, complain_about, &ours)) {
		schemas_free(set);
		return NULL;
	}
	for (n = 0; n < opts->count; n++) {
		before = schemas_count(set);
		if (!schemas_add(set, opts->dir[n], count_only, left_out) &&
		    schemas_count(set) == before) {
			complain("%s: no schemas here", opts->dir[n]);
			schemas_free(set);
			return NULL;
		}
	}
	schemas_ready(set, count_only, left_out);
	return set;
}

/*
 * The name of a cache's entry: contents and names of all files, and the
 * program, which may understand them differently from another.
 */
static char *entry_name(struct digest d)
{
	struct stat st;

	if (!stat("/proc/self/exe", &st)) {
		digest_add(&d, &st.st_size, sizeof(st.st_size));
		digest_add(&d, &st.st_mtim, sizeof(st.st_mtim));
		digest_add(&d, &st.st_ino, sizeof(st.st_ino));
	}
	return xasprintf("schemas-%016" PRIx64 "%016" PRIx64, d.high, d.low);
}

static bool from_cache(const char *own, const struct schema_options *opts,
		       struct loaded_schemas *loaded, struct complaints *c)
{
	struct digest d = { 0, 0 };
	struct cache_entry entry;
	unsigned int n;
	char *name;

	if (!schemas_digest(own, &d))
		return false;
	for (n = 0; n < opts->count; n++)
		if (!schemas_digest(opts->dir[n], &d))
			return false;
	name = entry_name(d);
	if (cache_get(name, &entry)) {
		loaded->cached = entry.file;
		loaded->set = schemas_restore(entry.data, entry.size,
					      count_only, c);
		if (!loaded->set)
			bytes_free(&loaded->cached);
	}
	free(name);
	return loaded->set;
}

static void to_cache(const struct schemas *set)
{
	size_t size;
	uint8_t *data = schemas_save(set, &size);
	char *name = entry_name(schemas_content(set));

	if (data)
		cache_put(name, data, size);
	free(data);
	free(name);
}

bool schemas_load(const struct schema_options *opts,
		  struct loaded_schemas *loaded)
{
	struct complaints c = { 0, opts->verbose };
	char *own = own_folder();
	/* reading our few takes less time than looking for them elsewhere */
	bool cache = opts->cache && opts->count;

	memset(loaded, 0, sizeof(*loaded));
	if (own && (!cache || !from_cache(own, opts, loaded, &c))) {
		loaded->set = read_schemas(own, opts, &c);
		if (loaded->set && cache)
			to_cache(loaded->set);
	}
	free(own);
	loaded->left_out = c.count;
	return loaded->set;
}

void schemas_unload(struct loaded_schemas *loaded)
{
	schemas_free(loaded->set);
	bytes_free(&loaded->cached);
}

struct applier {
	struct description *d;
	struct issues *all;
};

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}

/* A whole sentence, in the hypervisor's words where it has the same check. */
static char *sentence(const struct schema_finding *f)
{
	const char *node = last_part(f->path);

	switch (f->class) {
	case SCHEMA_UNKNOWN_PROPERTY:
		return xasprintf("%s has no property %s", node, f->property);
	case SCHEMA_UNKNOWN_NODE:
		return xasprintf("%s has no place for node %s", node,
				 f->property);
	case SCHEMA_MISSING_PROPERTY:
		if (f->property && strncmp(f->text, "is missing", 10) == 0)
			return xasprintf("%s lacks %s%s", node, f->property,
					 f->text + 10);
		break;
	default:
		break;
	}
	return xasprintf("%s %s", f->property ? f->property : node, f->text);
}

/*
 * A guess, or the schema's name from its id and the line that was broken.
 * NULL: it goes without saying.
 */
static char *reference(const struct schema_finding *f)
{
	const char *name = strstr(f->schema, "/schemas/");

	if (f->like)
		return xasprintf("did you mean '%s'?", f->like);
	name = name ? name + 9 : f->schema;
	if (!strncmp(name, "cellblock/", 10) && f->class != SCHEMA_BAD_VALUE)
		return NULL;
	return xasprintf("so says %s, line %u", name, f->line);
}

/* Values of the blob are anybody's bytes: nothing that a terminal obeys. */
static char *printable(char *text)
{
	char *s;

	for (s = text; s && *s; s++)
		if (*s < ' ' || *s > '~')
			*s = '?';
	return text;
}

static void emit(void *arg, const struct schema_finding *f)
{
	struct applier *a = arg;
	char *text = printable(sentence(f)), *path;
	struct issue *i = issue_add(a->all, schema_class_id(f->class),
				    CFG_ERROR, ISSUE_SCHEMA, text);

	free(text);
	i->help = printable(reference(f));
	if (f->class != SCHEMA_UNKNOWN_NODE) {
		issue_place_set(&i->where, a->d, f->path, f->property);
		return;
	}
	path = xasprintf("%s/%s", strcmp(f->path, "/") ? f->path : "",
			 f->property);
	issue_place_set(&i->where, a->d, path, NULL);
	free(path);
}

void schemas_apply(struct schemas *set, struct description *d,
		   struct issues *all)
{
	struct applier a = { d, all };

	schema_check(set, d->blob.data, d->blob.size, emit, &a);
}
