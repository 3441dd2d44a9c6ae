/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The gate: no blob reaches libfdt before this has read all of it once.
 *
 * Devicetree Specification 0.4, chapter 5. Stricter than that where readers
 * could disagree: no child and no property twice in a node, properties before
 * children, printable names. Depth and work are bounded.
 */
#include <string.h>

#include "internal.h"

#define HEADER_SIZE	40
#define RESERVE_ENTRY	16
/* Steps of looking for twins, all nodes together; real boards need < 1 %. */
#define TWIN_BUDGET	(1u << 24)
#define BLOOM_BITS	512

/* Hashes seen so far: tells surely that a name is new. */
struct bloom {
	uint32_t words[BLOOM_BITS / 32];
};

struct level {
	uint32_t start;		/* first tag inside the node */
	struct bloom names;	/* of the children so far */
};

struct gate {
	struct ctx ctx;
	struct at where;	/* the blob as a whole */
	const uint8_t *blob;
	uint32_t size;
	uint32_t pos;		/* of the tag at hand */
	uint32_t next;
	uint32_t tree;		/* the block of tags */
	uint32_t tree_end;
	uint32_t strings;
	uint32_t strings_size;
	uint32_t budget;
	uint32_t depth;		/* open nodes */
	bool head;		/* of a node: properties may follow */
	struct bloom props;	/* of the node at hand */
	struct level levels[CFG_MAX_DEPTH];
};

static uint32_t word(const struct gate *g, uint32_t pos)
{
	return be32(g->blob + pos);
}

static bool reject_at(struct gate *g, const char *why, uint32_t pos)
{
	return say(&g->ctx, BLOB_INVALID, g->where, why, (uint64_t)pos);
}

static bool reject(struct gate *g, const char *why)
{
	return reject_at(g, why, g->pos);
}

/* Adds the hash. False: it may have been there before. */
static bool bloom_add(struct bloom *b, uint32_t hash)
{
	uint32_t one = hash % BLOOM_BITS;
	uint32_t two = hash / BLOOM_BITS % BLOOM_BITS;
	bool was = (b->words[one / 32] >> one % 32 & 1) &&
		   (b->words[two / 32] >> two % 32 & 1);

	b->words[one / 32] |= 1u << one % 32;
	b->words[two / 32] |= 1u << two % 32;
	return !was;
}

int32_t name_length(const uint8_t *s, uint32_t max, uint32_t *hash)
{
	uint32_t h = 2166136261u;
	uint32_t i;

	for (i = 0; i < max && s[i] > ' ' && s[i] <= '~' && s[i] != '/'; i++)
		h = (h ^ s[i]) * 16777619u;
	*hash = h ^ h >> 18;
	return i < max && !s[i] ? (int32_t)i : -1;
}

/*
 * Rejects a tag of this name and the kind at hand between pos and here, on
 * the level of pos. All in between has been checked.
 */
static bool reject_twin(struct gate *g, uint32_t pos, const char *name)
{
	uint32_t kind = word(g, g->pos);
	uint32_t depth = 0;
	struct tag t;

	for (; pos < g->pos; pos = g->tree + (uint32_t)t.next) {
		if (!g->budget--)
			return reject(g, "too many similar names");
		t = tag_read(g->blob, (int32_t)(pos - g->tree));
		if (t.kind == kind && !depth && !strcmp(t.name, name))
			return say(&g->ctx, BLOB_TWICE, g->where, name);
		depth += t.kind == FDT_BEGIN_NODE;
		depth -= t.kind == FDT_END_NODE;
	}
	return true;
}

static bool open_node(struct gate *g)
{
	const uint8_t *name = g->blob + g->pos + 4;
	struct level *up = g->depth ? &g->levels[g->depth - 1] : NULL;
	uint32_t hash = 0;
	int32_t len = name_length(name, g->tree_end - g->pos - 4, &hash);

	if (!up && g->levels[0].start)
		return reject(g, "a second root node");
	if (len < 0 || !up != !len)
		return reject(g, "a node without a valid name");
	if (g->depth == CFG_MAX_DEPTH)
		return say(&g->ctx, LIMIT, g->where, "depth of nested nodes",
			   g->depth + 1, CFG_MAX_DEPTH);
	if (up && !bloom_add(&up->names, hash) &&
	    !reject_twin(g, up->start, (const char *)name))
		return false;
	g->next = g->pos + 4 + (((uint32_t)len + 4) & ~3u);
	g->levels[g->depth++] = (struct level){ .start = g->next };
	g->props = (struct bloom){ 0 };
	g->head = true;
	return true;
}

static bool check_property(struct gate *g)
{
	uint32_t left = g->tree_end - g->pos;
	uint32_t len, name, hash;

	if (!g->head)
		return reject(g, "a property outside a node or behind a child");
	if (left < 12 || word(g, g->pos + 4) > left - 12)
		return reject(g, "a property is cut off");
	len = word(g, g->pos + 4);
	name = word(g, g->pos + 8);
	if (name >= g->strings_size ||
	    name_length(g->blob + g->strings + name, g->strings_size - name,
			&hash) <= 0)
		return reject(g, "a property without a valid name");
	g->next = g->pos + 12 + ((len + 3) & ~3u);
	return bloom_add(&g->props, hash) ||
	       reject_twin(g, g->levels[g->depth - 1].start,
			   (const char *)g->blob + g->strings + name);
}

/* One tag; sets next. False: rejected, or the end (next = 0). */
static bool check_tag(struct gate *g)
{
	g->next = g->pos + 4;
	switch (word(g, g->pos)) {
	case FDT_NOP:
		return true;
	case FDT_BEGIN_NODE:
		return open_node(g);
	case FDT_PROP:
		return check_property(g);
	case FDT_END_NODE:
		g->head = false;
		return g->depth-- ||
		       reject(g, "a node ends that was not begun");
	case FDT_END:
		if (g->depth || !g->levels[0].start)
			return reject(g, "the tree ends too early");
		g->next = 0;
		return false;
	}
	return reject(g, "an unknown tag");
}

static bool check_tags(struct gate *g)
{
	for (; g->pos < g->tree_end; g->pos = g->next)
		if (!check_tag(g))
			return !g->next;
	return reject(g, "the tree is cut off");
}

/* Where the reserve map at off ends; 0 if it does not. */
static uint32_t reserve_map_end(const struct gate *g, uint32_t off)
{
	for (; off <= g->size - RESERVE_ENTRY; off += RESERVE_ENTRY)
		if (!(cells_u64(g->blob + off, 2) |
		      cells_u64(g->blob + off + 8, 2)))
			return off + RESERVE_ENTRY;
	return 0;
}

/* The blocks are aligned, inside and apart. */
static bool check_blocks(struct gate *g, uint32_t map)
{
	/* A sum that wraps ends before it starts. */
	struct { uint32_t start, end; } b[] = {
		{ 0, HEADER_SIZE }, { map, 0 }, { g->tree, g->tree_end },
		{ g->strings, g->strings + g->strings_size },
	};
	uint32_t i, j;

	if (((g->tree | g->tree_end) & 3) || (map & 7) || map < HEADER_SIZE ||
	    map > g->size || g->size < HEADER_SIZE + RESERVE_ENTRY)
		return reject_at(g, "a block is misaligned or outside", 8);
	b[1].end = reserve_map_end(g, map);
	for (i = 0; i < ARRAY_LEN(b); i++) {
		if (b[i].start > b[i].end || b[i].end > g->size)
			return reject_at(g, "a block lies outside", b[i].start);
		for (j = 0; j < i; j++)
			if (b[i].start < b[j].end && b[j].start < b[i].end)
				return reject_at(g, "blocks overlap",
						 b[i].start);
	}
	return true;
}

static bool check_header(struct gate *g, uint32_t max_size)
{
	if (g->size > max_size)
		return say(&g->ctx, LIMIT, g->where, "bytes of the blob",
			   g->size, max_size);
	if (!g->blob || g->size < HEADER_SIZE || ((uintptr_t)g->blob & 7))
		return reject_at(g, "shorter than a header, or not aligned",
				 g->size);
	if (word(g, 0) != FDT_MAGIC)
		return reject_at(g, "the magic number is missing", 0);
	if (word(g, 20) != 17 || word(g, 24) > 17)
		return say(&g->ctx, BLOB_VERSION, g->where, word(g, 20),
			   word(g, 24));
	if (word(g, 4) != g->size)
		return reject_at(g, "the size in the header is not the blob's",
				 4);
	g->tree = g->pos = word(g, 8);
	g->tree_end = g->tree + word(g, 36);
	g->strings = word(g, 12);
	g->strings_size = word(g, 32);
	return check_blocks(g, word(g, 16));
}

int config_gate(const void *blob, uint32_t size, uint32_t max_size,
		struct cfg_report *report)
{
	struct gate g = { .ctx = { .report = report },
			  .where = { blob, -1, NULL }, .blob = blob,
			  .size = size, .budget = TWIN_BUDGET };

	return check_header(&g, max_size) && check_tags(&g) ? 0 : -CFG_EINVAL;
}
