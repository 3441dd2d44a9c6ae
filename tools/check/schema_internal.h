/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of the schema engine share. */
#ifndef CHECK_SCHEMA_INTERNAL_H
#define CHECK_SCHEMA_INTERNAL_H

#include "image.h"
#include "regex.h"
#include "schema.h"

#define SCHEMA_URL	"http://devicetree.org"

struct regex_entry {
	struct regex *regex;
	const char *text;
	struct regex_entry *next;
};

/* A schema that is for nodes with that compatible string. */
struct select_row {
	const char *text;
	uint32_t doc;			/* in_order[doc] */
};

struct message {
	const char *text;
	struct message *next;
};

struct image;

struct schemas {
	struct pool pool;
	struct doc *docs;		/* in the order of reading */
	struct doc **tail;
	struct doc **by_id;
	uint32_t count;
	struct regex_entry *regexes;
	struct doc **in_order;
	struct select_row *rows;	/* by text */
	uint32_t row_count;
	uint8_t *tried;			/* a bit for each of the others */
	struct message *messages;	/* all that was reported */
	struct pool message_pool;	/* the other one is cut back */
	struct message **last_message;
	uint32_t message_count;
	struct digest content;
	const struct image *image;	/* NULL: read from files */
	struct doc *waiting;
	bool ready;
};

/* schema.c */
void schemas_sort(struct schemas *set);
void schemas_say(struct schemas *set, val_error_fn *error, void *arg,
		 const char *message);

/* image.c: a schema's tree; and its references, and those that it leads to. */
void image_need(struct schemas *set, struct doc *doc);
void image_ready(struct schemas *set, struct doc *doc);

/* fixup.c, fixup_prop.c */
struct extent {
	uint64_t min, max;
};

void fixup_schema(struct pool *pool, struct val *schema);
void fixup_property(struct pool *pool, const char *name, struct val *schema);
void fixup_items_size(struct pool *pool, struct val *schema);
/* How many items a list has by its schema; 0 to 0: not said. */
struct extent schema_extent(const struct val *schema);
/* The name ends in a unit: a number of 32 bits. */
bool unit_suffix(const char *name);

/* select.c; false: no memory */
bool select_index(struct schemas *set);
struct node;
/* Sets a bit for each schema, in_order, that may be for the node. */
void select_candidates(const struct schemas *set, const struct node *node,
		       uint8_t *bits);

/* compile.c: resolves what a schema refers to. */
struct compile {
	struct schemas *set;
	val_error_fn *error;
	void *arg;
	bool failed;
	bool broken;		/* the schema at hand */
	uint32_t depth;
};

void compile_schema(struct compile *c, struct val *schema);
void compile_error(struct compile *c, const struct val *place,
		   const char *text, const char *detail);

/* types.c: the definitions of types.yaml. */
enum type_base {
	BASE_FLAG, BASE_STRING, BASE_INT, BASE_PHANDLE,
};

enum type_shape {
	SHAPE_ITEM,		/* a number alone, in a row */
	SHAPE_SINGLE, SHAPE_ARRAY, SHAPE_MATRIX,
};

struct schema_type {
	const char *name;
	enum type_base base;
	enum type_shape shape;
	uint32_t bits;		/* BASE_INT */
	bool twice;		/* BASE_STRING: the same text may come twice */
	const char *what;	/* "one number of 32 bits" */
};

const struct schema_type *type_find(const char *name);
/* The type of a property by the standard's rules for names, or NULL. */
const struct schema_type *type_by_name(const char *property);

/* Values of a device tree. */
enum inst_kind {
	INST_FLAG,		/* no value: true */
	INST_BYTES,		/* fits no type */
	INST_INT, INST_TEXT, INST_LIST, INST_NODE,
};

struct inst {
	enum inst_kind kind;
	uint32_t bits;		/* INST_INT */
	uint64_t number;
	const char *text;
	uint32_t count;
	struct inst **items;	/* INST_LIST */
	struct node *node;	/* INST_NODE */
};

#define MAX_TYPES	4

/* A property or child node. */
struct member {
	const char *name;
	struct node *child;		/* NULL: a property */
	const uint8_t *bytes;
	uint32_t len;
	/* In the light of the schema that is being applied: */
	uint32_t generation;
	uint32_t type_count;
	const struct schema_type *types[MAX_TYPES];
	struct extent outer, inner;	/* of a matrix */
	const struct inst *value;
};

struct node {
	const char *name;
	struct node *parent;
	struct node *next;		/* in the order of the blob */
	int offset;
	uint32_t phandle;
	bool disabled;			/* by its status or an ancestor's */
	uint32_t prop_count, child_count;
	uint32_t count;
	struct member *members;		/* member 0 is $nodename */
	struct inst self;
};

struct tree {
	struct pool *pool;
	const void *fdt;
	struct node *root;
	struct node **phandles;
	uint32_t phandle_count, node_count;
};

/* tree.c */
bool tree_build(struct tree *tree, struct pool *pool, const void *fdt);
struct node *tree_phandle(const struct tree *tree, uint32_t phandle);
struct member *node_member(const struct node *node, const char *name);
/* A property of one cell, as it is. */
uint32_t node_u32(const struct node *node, const char *name,
		  uint32_t otherwise);
char *node_path(struct pool *pool, const struct node *node);

/* decode.c: bytes to values, by the types collected by context.c. */
const struct inst *member_value(const struct tree *tree, struct pool *pool,
				const struct node *node, struct member *m,
				uint32_t generation);

/* match.c */
struct match {
	const struct tree *tree;
	struct pool *pool;		/* emptied after each schema */
	uint32_t generation;
	const struct doc *doc;
	const struct node *node;	/* where we are */
	const char *property;
	schema_finding_fn *emit;	/* NULL: silent */
	void *arg;
	uint32_t findings;
	uint32_t depth;
	bool lenient;			/* nothing is required */
	const char *like;		/* of the next finding */
};

/*
 * Does the value fit? seen: for a node, one byte for each member, set where
 * the schema judged that member; may be NULL.
 */
bool match_value(struct match *m, const struct val *schema,
		 const struct inst *inst, uint8_t *seen);
bool match_object(struct match *m, const struct val *schema,
		  const struct inst *inst, uint8_t *seen);
bool match_list(struct match *m, const struct val *schema,
		const struct inst *inst);
bool match_type_of(struct match *m, const struct val *ref,
		   const struct inst *inst);
/* The same without findings. */
bool match_quiet(struct match *m, const struct val *schema,
		 const struct inst *inst, uint8_t *seen);
/* Reports, unless silent. Returns false. */
bool match_fail(struct match *m, enum schema_class class,
		const struct val *place, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
bool inst_equals(const struct inst *inst, const struct val *v);
bool inst_same(const struct inst *a, const struct inst *b);
/* suggest.c: what schema has and is most like the name, or NULL. */
const char *suggest_member(struct pool *pool, const struct val *schema,
			   const char *name, bool child);
/* The text of an enum or const that is most like this one, or NULL. */
const char *suggest_choice(const struct val *list, const struct inst *inst);
/* For messages. */
const char *inst_show(struct pool *pool, const struct inst *inst);
const char *val_show(struct pool *pool, const struct val *v);

/* context.c: finds the types that a schema gives to the members of a node. */
void context_types(const struct val *schema, struct node *node,
		   uint32_t generation);

#endif
