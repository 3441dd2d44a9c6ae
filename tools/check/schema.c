/* SPDX-License-Identifier: GPL-2.0-only */
/* A set of schemas: reading the files, and finding them again by id. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "schema_internal.h"

#define MAX_FILE	(4u << 20)
#define MAX_FOLDERS	16

struct loader {
	struct schemas *set;
	val_error_fn *error;
	void *arg;
	struct digest *digest;	/* only that */
	bool failed;
};

struct schemas *schemas_new(void)
{
	struct schemas *set = calloc(1, sizeof(*set));

	if (set) {
		set->tail = &set->docs;
		set->last_message = &set->messages;
	}
	return set;
}

void schemas_free(struct schemas *set)
{
	struct regex_entry *e;

	if (!set)
		return;
	for (e = set->regexes; e; e = e->next)
		regex_free(e->regex);
	free(set->by_id);
	free(set->in_order);
	free(set->rows);
	free(set->tried);
	pool_free(&set->pool);
	pool_free(&set->message_pool);
	free(set);
}

unsigned int schemas_count(const struct schemas *set)
{
	return set->count;
}

void schemas_say(struct schemas *set, val_error_fn *error, void *arg,
		 const char *message)
{
	struct message *m;

	error(arg, message);
	if (set->image)		/* it has them already */
		return;
	m = pool_alloc(&set->message_pool, sizeof(*m));
	m->text = pool_text(&set->message_pool, message, strlen(message));
	*set->last_message = m;
	set->last_message = &m->next;
	set->message_count++;
}

static void load_error(struct loader *l, const char *file, const char *text)
{
	char *message = pool_format(&l->set->pool, "%s: %s", file, text);

	schemas_say(l->set, l->error, l->arg, message);
	l->failed = true;
}

static bool read_all(int fd, char *text, size_t size)
{
	ssize_t got;

	while (size) {
		got = read(fd, text, size);
		if (got <= 0)
			return false;
		text += got;
		size -= (size_t)got;
	}
	return true;
}

/* NULL: reported. */
static char *read_file(struct loader *l, const char *file, size_t *size)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char *text = NULL;
	struct stat st;

	if (fd < 0 || fstat(fd, &st)) {
		load_error(l, file, strerror(errno));
	} else if (!S_ISREG(st.st_mode) || st.st_size > MAX_FILE) {
		load_error(l, file, "not a file of at most 4 MiB");
	} else {
		*size = (size_t)st.st_size;
		text = malloc(*size + 1);
		if (!text || !read_all(fd, text, *size)) {
			load_error(l, file, "cannot be read");
			free(text);
			text = NULL;
		}
	}
	if (fd >= 0)
		close(fd);
	return text;
}

static bool keep(struct loader *l, struct doc *doc)
{
	const struct val *id = map_get(doc->root, "$id");
	struct pool *pool = &l->set->pool;
	const struct doc *other;

	if (!val_is(id, VAL_TEXT)) {
		load_error(l, doc->file, "no schema: it has no $id");
		return false;
	}
	doc->id = pool_text(pool, id->text, strcspn(id->text, "#"));
	for (other = l->set->docs; other; other = other->next)
		if (!strcmp(other->id, doc->id)) {
			load_error(l, doc->file,
				   pool_format(pool, "has the same $id as %s",
					       other->file));
			return false;
		}
	*l->set->tail = doc;
	l->set->tail = &doc->next;
	l->set->count++;
	return true;
}

static void yaml_error(void *arg, const char *message)
{
	struct loader *l = arg;

	schemas_say(l->set, l->error, l->arg, message);
	l->failed = true;
}

static void load_file(struct loader *l, const char *file)
{
	struct pool *pool = &l->set->pool;
	struct doc *doc;
	size_t size;
	char *text = read_file(l, file, &size);

	if (!text)
		return;
	digest_add(l->digest ? l->digest : &l->set->content, file,
		   strlen(file) + 1);
	digest_add(l->digest ? l->digest : &l->set->content, text, size);
	if (l->digest) {
		free(text);
		return;
	}
	doc = pool_alloc(pool, sizeof(*doc));
	doc->file = pool_text(pool, file, strlen(file));
	doc->root = yaml_parse(pool, doc, text, size, yaml_error, l);
	free(text);
	if (doc->root && keep(l, doc)) {
		fixup_schema(pool, doc->root);
		doc->select = map_get(doc->root, "select");
	}
}

static int schema_name(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void load_path(struct loader *l, const char *path, uint32_t depth)
{
	struct dirent **entries;
	size_t len = strlen(path);
	struct stat st;
	char *below;
	int n, i;

	if (stat(path, &st)) {
		load_error(l, path, strerror(errno));
		return;
	}
	if (!S_ISDIR(st.st_mode)) {
		if (!depth || (len > 5 && !strcmp(path + len - 5, ".yaml")))
			load_file(l, path);
		return;
	}
	n = depth > MAX_FOLDERS ? -1 :
	    scandir(path, &entries, schema_name, alphasort);
	if (n < 0) {
		load_error(l, path, "cannot be listed");
		return;
	}
	for (i = 0; i < n; i++) {
		below = pool_format(&l->set->pool, "%s/%s", path,
				    entries[i]->d_name);
		free(entries[i]);
		load_path(l, below, depth + 1);
	}
	free(entries);
}

bool schemas_add(struct schemas *set, const char *path, val_error_fn *error,
		 void *arg)
{
	struct loader l = { .set = set, .error = error, .arg = arg };
	uint32_t before = set->count;

	load_path(&l, path, 0);
	if (!l.failed && set->count == before)
		load_error(&l, path, "has no schema in it");
	return !l.failed;
}

static void ignore(void *arg, const char *message)
{
	(void)arg;
	(void)message;
}

bool schemas_digest(const char *path, struct digest *d)
{
	struct schemas *set = schemas_new();
	struct loader l = { .set = set, .error = ignore, .digest = d };

	if (!set)
		return false;
	load_path(&l, path, 0);
	schemas_free(set);
	return !l.failed;
}

struct digest schemas_content(const struct schemas *set)
{
	return set->content;
}

static int by_id(const void *a, const void *b)
{
	const struct doc *const *x = a;
	const struct doc *const *y = b;

	return strcmp((*x)->id, (*y)->id);
}

void schemas_sort(struct schemas *set)
{
	qsort(set->by_id, set->count, sizeof(void *), by_id);
}

bool schemas_ready(struct schemas *set, val_error_fn *error, void *arg)
{
	struct compile c = { .set = set, .error = error, .arg = arg };
	struct doc *doc;
	uint32_t i = 0;

	if (set->ready)
		return true;
	set->by_id = calloc(set->count + 1, sizeof(void *));
	if (!set->by_id)
		return false;
	for (doc = set->docs; doc; doc = doc->next)
		set->by_id[i++] = doc;
	schemas_sort(set);
	for (doc = set->docs; doc; doc = doc->next) {
		c.broken = false;
		compile_schema(&c, doc->root);
		doc->broken = c.broken;
	}
	set->ready = select_index(set);
	return set->ready && !c.failed;
}
