/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Layout: the head; tables of schemas, of compatible strings, and of messages;
 * the bits of schemas that are tried on every node; trees; texts, each
 * terminated. Numbers in trees have seven bits a byte, low ones first.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "image.h"
#include "schema_internal.h"

#define IMAGE_MAGIC	0x63626931	/* "cbi1" */
#define MAX_DEPTH	200
#define NO_TEXT		0xffffffff

struct image_head {
	uint32_t magic, docs, rows, messages, bits, trees, texts, zero;
};

struct image_doc {
	uint32_t id, file;		/* texts */
	uint32_t tree;
	uint32_t broken;
};

struct image_row {
	uint32_t text, doc;
};

enum { TRUTH = 0x10, NUMBER = 0x20, TEXT_BIT = 0x40 };

/* ---- writing ------------------------------------------------------------- */

struct buffer {
	uint8_t *data;
	size_t size, room;
};

struct saver {
	struct buffer trees, texts;
	uint32_t *slot;			/* hash table of texts, by offset */
	uint32_t slots, used;
	bool failed;
};

static void put(struct saver *s, struct buffer *b, const void *data,
		size_t size)
{
	size_t room = b->room ? b->room : 4096;
	uint8_t *more;

	while (room - b->size < size)
		room *= 2;
	if (!b->data || room != b->room) {
		more = realloc(b->data, room);
		if (!more) {
			s->failed = true;
			return;
		}
		b->data = more;
		b->room = room;
	}
	memcpy(b->data + b->size, data, size);
	b->size += size;
}

static uint32_t hash(const char *text)
{
	uint32_t h = 0x811c9dc5;

	while (*text)
		h = (h ^ (uint8_t)*text++) * 0x01000193;
	return h;
}

static uint32_t *find_slot(const struct saver *s, const char *text)
{
	uint32_t n = hash(text) & (s->slots - 1);

	/* slots that are taken speak of texts, so there are some then */
	while (s->slot[n] != NO_TEXT && s->texts.data &&
	       strcmp((char *)s->texts.data + s->slot[n], text))
		n = (n + 1) & (s->slots - 1);
	return &s->slot[n];
}

static bool grow_slots(struct saver *s)
{
	uint32_t *old = s->slot, count = s->slots, n;

	s->slots = count ? 2 * count : 4096;
	s->slot = malloc(s->slots * sizeof(*s->slot));
	if (!s->slot) {
		s->slot = old;
		s->slots = count;
		s->failed = true;
		return false;
	}
	memset(s->slot, 0xff, s->slots * sizeof(*s->slot));
	for (n = 0; n < count; n++)
		if (old[n] != NO_TEXT)
			*find_slot(s, (char *)s->texts.data + old[n]) = old[n];
	free(old);
	return true;
}

/* Each text stands once. */
static uint32_t put_text(struct saver *s, const char *text)
{
	uint32_t *slot, offset = (uint32_t)s->texts.size;

	if (2 * s->used >= s->slots && !grow_slots(s))
		return 0;
	slot = find_slot(s, text);
	if (*slot != NO_TEXT)
		return *slot;
	put(s, &s->texts, text, strlen(text) + 1);
	if (!s->failed) {
		*slot = offset;
		s->used++;
	}
	return offset;
}

static void put_number(struct saver *s, uint64_t v)
{
	uint8_t byte;

	do {
		byte = (uint8_t)((v & 0x7f) | (v > 0x7f ? 0x80 : 0));
		put(s, &s->trees, &byte, 1);
		v >>= 7;
	} while (v);
}

static void put_tree(struct saver *s, const struct val *v)
{
	uint8_t kind = (uint8_t)v->kind;
	uint32_t i;

	kind |= v->truth ? TRUTH : 0;
	kind |= v->number ? NUMBER : 0;
	kind |= v->text ? TEXT_BIT : 0;
	put(s, &s->trees, &kind, 1);
	put_number(s, v->line);
	if (v->number)
		put_number(s, v->number);
	if (v->kind == VAL_REAL)
		put(s, &s->trees, &v->real, sizeof(v->real));
	if (v->text)
		put_number(s, put_text(s, v->text));
	if (v->kind != VAL_LIST && v->kind != VAL_MAP)
		return;
	put_number(s, v->count);
	for (i = 0; i < v->count; i++) {
		if (v->kind == VAL_MAP)
			put_number(s, put_text(s, v->keys[i]));
		put_tree(s, v->items[i]);
	}
}

static void put_docs(struct saver *s, const struct schemas *set,
		     struct buffer *out)
{
	struct image_doc d;
	const struct doc *doc;

	for (doc = set->docs; doc; doc = doc->next) {
		d.id = put_text(s, doc->id);
		d.file = put_text(s, doc->file);
		d.tree = (uint32_t)s->trees.size;
		d.broken = doc->broken;
		put(s, out, &d, sizeof(d));
		put_tree(s, doc->root);
	}
}

static void put_tables(struct saver *s, const struct schemas *set,
		       struct buffer *out)
{
	const struct message *m;
	struct image_row row;
	uint32_t n, text;

	for (n = 0; n < set->row_count; n++) {
		row.text = put_text(s, set->rows[n].text);
		row.doc = set->rows[n].doc;
		put(s, out, &row, sizeof(row));
	}
	for (m = set->messages; m; m = m->next) {
		text = put_text(s, m->text);
		put(s, out, &text, sizeof(text));
	}
	put(s, out, set->tried, set->count / 8 + 1);
}

uint8_t *schemas_save(const struct schemas *set, size_t *size)
{
	struct image_head head = { .magic = IMAGE_MAGIC, .docs = set->count,
				   .rows = set->row_count,
				   .messages = set->message_count };
	struct buffer out = { .data = NULL };
	struct saver s = { .failed = false };

	if (!set->ready || set->image)
		return NULL;
	put(&s, &out, &head, sizeof(head));
	put_docs(&s, set, &out);
	put_tables(&s, set, &out);
	head.bits = set->count / 8 + 1;
	head.trees = (uint32_t)s.trees.size;
	head.texts = (uint32_t)s.texts.size;
	if (s.trees.size)
		put(&s, &out, s.trees.data, s.trees.size);
	if (s.texts.size)
		put(&s, &out, s.texts.data, s.texts.size);
	if (!s.failed)
		memcpy(out.data, &head, sizeof(head));
	if (s.failed || out.size > UINT32_MAX) {
		free(out.data);
		out.data = NULL;
	}
	free(s.trees.data);
	free(s.texts.data);
	free(s.slot);
	*size = out.size;
	return out.data;
}

/* ---- reading ------------------------------------------------------------- */

struct image {
	const uint8_t *trees, *trees_end;
	const char *texts;
	uint32_t texts_size;
};

static const char *image_text(const struct image *image, uint64_t offset)
{
	return offset < image->texts_size ? image->texts + offset : NULL;
}

struct cursor {
	const struct image *image;
	struct pool *pool;
	const struct doc *doc;
	const uint8_t *at;
	uint32_t depth;
};

static bool get_number(struct cursor *c, uint64_t *v)
{
	uint32_t shift;

	*v = 0;
	for (shift = 0; shift < 64; shift += 7) {
		if (c->at == c->image->trees_end)
			return false;
		*v |= (uint64_t)(*c->at & 0x7f) << shift;
		if (!(*c->at++ & 0x80))
			return true;
	}
	return false;
}

static bool get_text(struct cursor *c, const char **text)
{
	uint64_t offset;

	*text = get_number(c, &offset) ? image_text(c->image, offset) : NULL;
	return *text;
}

static struct val *get_tree(struct cursor *c);

static bool get_items(struct cursor *c, struct val *v)
{
	uint64_t count;
	uint32_t i;

	if (!get_number(c, &count) ||
	    count > (size_t)(c->image->trees_end - c->at))
		return false;
	v->count = v->room = (uint32_t)count;
	v->items = pool_alloc(c->pool, (count + 1) * sizeof(void *));
	v->keys = pool_alloc(c->pool, (count + 1) * sizeof(void *));
	for (i = 0; i < v->count; i++) {
		if (v->kind == VAL_MAP && !get_text(c, &v->keys[i]))
			return false;
		v->items[i] = get_tree(c);
		if (!v->items[i])
			return false;
	}
	return true;
}

/* NULL: damaged. */
static struct val *get_tree(struct cursor *c)
{
	struct val *v = pool_alloc(c->pool, sizeof(*v));
	uint64_t line;
	uint8_t kind;

	if (c->at == c->image->trees_end || c->depth == MAX_DEPTH)
		return NULL;
	kind = *c->at++;
	v->kind = kind & 7;
	v->truth = kind & TRUTH;
	v->doc = c->doc;
	if (v->kind > VAL_MAP || !get_number(c, &line))
		return NULL;
	v->line = (uint32_t)line;
	if (kind & NUMBER && !get_number(c, &v->number))
		return NULL;
	if (v->kind == VAL_REAL) {
		if (c->image->trees_end - c->at < (ptrdiff_t)sizeof(v->real))
			return NULL;
		memcpy(&v->real, c->at, sizeof(v->real));
		c->at += sizeof(v->real);
	}
	if (kind & TEXT_BIT && !get_text(c, &v->text))
		return NULL;
	if (v->kind == VAL_TEXT && !v->text)
		return NULL;
	if (v->kind != VAL_LIST && v->kind != VAL_MAP)
		return v;
	c->depth++;
	if (!get_items(c, v))
		return NULL;
	c->depth--;
	return v;
}

/* The document's tree; it waits to be compiled then. */
void image_need(struct schemas *set, struct doc *doc)
{
	struct cursor c = { .image = set->image, .pool = &set->pool,
			    .doc = doc };

	if (doc->root || !set->image)
		return;
	c.at = set->image->trees + doc->tree;
	doc->root = get_tree(&c);
	if (!doc->root) {
		doc->root = val_bool(&set->pool, NULL, true);
		doc->broken = true;
	}
	doc->select = map_get(doc->root, "select");
	doc->waiting = set->waiting;
	set->waiting = doc;
}

static void silent(void *arg, const char *message)
{
	(void)arg;
	(void)message;
}

/* What is wrong with it was reported when the image was made. */
void image_ready(struct schemas *set, struct doc *doc)
{
	struct compile c = { .set = set, .error = silent };

	image_need(set, doc);
	while (set->waiting) {
		doc = set->waiting;
		set->waiting = doc->waiting;
		compile_schema(&c, doc->root);
	}
}

/* The tables' places in the data; false: they do not fit into it. */
static bool lay_out(const struct image_head *h, size_t size, size_t offset[6])
{
	const uint64_t length[5] = {
		(uint64_t)h->docs * sizeof(struct image_doc),
		(uint64_t)h->rows * sizeof(struct image_row),
		(uint64_t)h->messages * sizeof(uint32_t), h->bits, h->trees,
	};
	uint64_t at = sizeof(*h);
	uint32_t n;

	for (n = 0; n < 5; n++) {
		offset[n] = (size_t)at;
		at += length[n];
	}
	offset[5] = (size_t)at;
	return h->magic == IMAGE_MAGIC && h->bits == h->docs / 8 + 1 &&
	       h->texts && at + h->texts == size;
}

static bool restore_docs(struct schemas *set, const struct image_doc *in,
			 uint32_t count)
{
	const struct image *image = set->image;
	struct doc *doc;
	uint32_t n;

	set->by_id = calloc(count + 1, sizeof(void *));
	set->in_order = calloc(count + 1, sizeof(void *));
	for (n = 0; set->by_id && set->in_order && n < count; n++) {
		doc = pool_alloc(&set->pool, sizeof(*doc));
		doc->id = image_text(image, in[n].id);
		doc->file = image_text(image, in[n].file);
		doc->tree = in[n].tree;
		doc->broken = in[n].broken;
		if (!doc->id || !doc->file ||
		    doc->tree >= (size_t)(image->trees_end - image->trees))
			return false;
		set->by_id[n] = set->in_order[n] = doc;
		*set->tail = doc;
		set->tail = &doc->next;
		set->count++;
	}
	return set->count == count;
}

static bool restore_rows(struct schemas *set, const struct image_row *in,
			 uint32_t count)
{
	uint32_t n;

	set->rows = calloc(count + 1, sizeof(*set->rows));
	if (!set->rows)
		return false;
	for (n = 0; n < count; n++) {
		set->rows[n].text = image_text(set->image, in[n].text);
		set->rows[n].doc = in[n].doc;
		if (!set->rows[n].text || in[n].doc >= set->count)
			return false;
	}
	set->row_count = count;
	return true;
}

static bool restore(struct schemas *set, const uint8_t *data, size_t size)
{
	struct image *image = pool_alloc(&set->pool, sizeof(*image));
	struct image_head head;
	size_t at[6];

	if (size < sizeof(head))
		return false;
	memcpy(&head, data, sizeof(head));
	if (!lay_out(&head, size, at) || data[size - 1])
		return false;
	image->trees = data + at[4];
	image->trees_end = data + at[5];
	image->texts = (const char *)data + at[5];
	image->texts_size = head.texts;
	set->image = image;
	if (!restore_docs(set, (const void *)(data + at[0]), head.docs) ||
	    !restore_rows(set, (const void *)(data + at[1]), head.rows))
		return false;
	set->tried = malloc(head.bits);
	if (!set->tried)
		return false;
	memcpy(set->tried, data + at[3], head.bits);
	/* no bits behind the last */
	set->tried[head.bits - 1] &= (uint8_t)((1u << head.docs % 8) - 1);
	return true;
}

struct schemas *schemas_restore(const void *data, size_t size,
				val_error_fn *error, void *arg)
{
	struct schemas *set = schemas_new();
	const struct image_head *head = data;
	const uint32_t *message;
	const char *text;
	uint32_t n;

	if (!set || !restore(set, data, size)) {
		schemas_free(set);
		return NULL;
	}
	schemas_sort(set);
	message = (const uint32_t *)(const void *)((const uint8_t *)data +
		sizeof(*head) + head->docs * sizeof(struct image_doc) +
		head->rows * sizeof(struct image_row));
	for (n = 0; n < head->messages; n++) {
		text = image_text(set->image, message[n]);
		if (text)
			error(arg, text);
	}
	set->ready = true;
	return set;
}
