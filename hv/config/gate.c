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
#define FILTER_WORDS	16

struct level {
	uint32_t start;		/* first tag inside the node */
	/* Two bits for each name in the node: not set, it is new. */
	uint32_t filter[FILTER_WORDS];
};

struct gate {
	struct cfg_report *report;
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
	struct level levels[CFG_MAX_DEPTH];
};

static uint32_t word(const struct gate *g, uint32_t pos)
{
	return be32(g->blob + pos);
}

static bool reject(struct gate *g, uint32_t pos, const char *why)
{
	return say(g, BLOB_INVALID, g->where, why, (uint64_t)pos);
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
 * Is the tag at hand the only one of its kind and name in the open node? All
 * before it has been checked.
 */
static bool check_twin(struct gate *g, const char *name, uint32_t hash)
{
	struct level *level = &g->levels[g->depth - 1];
	uint32_t *filter = &level->filter[hash / 1024 % FILTER_WORDS];
	uint32_t bits = 1u << hash % 32 | 1u << hash / 32 % 32;
	uint32_t pos = (*filter & bits) == bits ? level->start : g->pos;
	uint32_t depth = 0;
	struct tag t;

	*filter |= bits;
	for (; pos < g->pos; pos = g->tree + (uint32_t)t.next) {
		if (!g->budget--)
			return say(g, LIMIT, g->where,
				   "comparisons of the names in one node",
				   TWIN_BUDGET + 1, TWIN_BUDGET);
		t = tag_read(g->blob, (int32_t)(pos - g->tree));
		if (t.kind == word(g, g->pos) && !depth &&
		    !strcmp(t.name, name))
			return say(g, BLOB_TWICE, g->where, name);
		depth += t.kind == FDT_BEGIN_NODE;
		depth -= t.kind == FDT_END_NODE;
	}
	return true;
}

static bool open_node(struct gate *g)
{
	const uint8_t *name = g->blob + g->pos + 4;
	uint32_t hash;
	int32_t len = name_length(name, g->tree_end - g->pos - 4, &hash);

	if (!g->depth && g->levels[0].start)
		return reject(g, g->pos, "a second root node");
	if (len < 0 || !g->depth != !len)
		return reject(g, g->pos, "a node without a valid name");
	if (g->depth == CFG_MAX_DEPTH)
		return say(g, LIMIT, g->where, "depth of nested nodes",
			   g->depth + 1, CFG_MAX_DEPTH);
	if (g->depth && !check_twin(g, (const char *)name, hash))
		return false;
	g->next = g->pos + 4 + (((uint32_t)len + 4) & ~3u);
	g->levels[g->depth++] = (struct level){ .start = g->next };
	g->head = true;
	return true;
}

static bool check_property(struct gate *g)
{
	uint32_t left = g->tree_end - g->pos;
	const uint8_t *name;
	uint32_t len, off, hash;

	if (!g->head)
		return reject(g, g->pos,
			      "a property outside a node or behind a child");
	if (left < 12 || word(g, g->pos + 4) > left - 12)
		return reject(g, g->pos, "a property is cut off");
	len = word(g, g->pos + 4);
	off = word(g, g->pos + 8);
	name = g->blob + g->strings + off;
	if (off >= g->strings_size ||
	    name_length(name, g->strings_size - off, &hash) <= 0)
		return reject(g, g->pos, "a property without a valid name");
	g->next = g->pos + 12 + ((len + 3) & ~3u);
	return check_twin(g, (const char *)name, hash);
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
		       reject(g, g->pos, "a node ends that was not begun");
	case FDT_END:
		if (g->depth || !g->levels[0].start)
			return reject(g, g->pos, "the tree ends too early");
		g->next = 0;
		return false;
	}
	return reject(g, g->pos, "an unknown tag");
}

static bool check_tags(struct gate *g)
{
	for (; g->pos < g->tree_end; g->pos = g->next)
		if (!check_tag(g))
			return !g->next;
	return reject(g, g->pos, "the tree is cut off");
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
		return reject(g, 8, "a block is misaligned or outside");
	b[1].end = reserve_map_end(g, map);
	for (i = 0; i < ARRAY_LEN(b); i++) {
		if (b[i].start > b[i].end || b[i].end > g->size)
			return reject(g, b[i].start, "a block lies outside");
		for (j = 0; j < i; j++)
			if (b[i].start < b[j].end && b[j].start < b[i].end)
				return reject(g, b[i].start, "blocks overlap");
	}
	return true;
}

static bool check_header(struct gate *g, uint32_t max_size)
{
	if (g->size > max_size)
		return say(g, LIMIT, g->where, "bytes of the blob",
			   g->size, max_size);
	if (!g->blob || g->size < HEADER_SIZE || ((uintptr_t)g->blob & 7))
		return reject(g, g->size, "shorter than a header, or not aligned");
	if (word(g, 0) != FDT_MAGIC)
		return reject(g, 0, "the magic number is missing");
	if (word(g, 20) != 17 || word(g, 24) > 17)
		return say(g, BLOB_VERSION, g->where, word(g, 20),
			   word(g, 24));
	if (word(g, 4) != g->size)
		return reject(g, 4, "the size in the header is not the blob's");
	g->tree = g->pos = word(g, 8);
	g->tree_end = g->tree + word(g, 36);
	g->strings = word(g, 12);
	g->strings_size = word(g, 32);
	return check_blocks(g, word(g, 16));
}

int config_gate(const void *blob, uint32_t size, uint32_t max_size,
		struct cfg_report *report)
{
	struct gate g = { .report = report,
			  .where = { blob, -1, NULL }, .blob = blob,
			  .size = size, .budget = TWIN_BUDGET };

	return check_header(&g, max_size) && check_tags(&g) ? 0 : -CFG_EINVAL;
}
