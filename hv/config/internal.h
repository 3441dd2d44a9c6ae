/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the files of hv/config share. Nothing here is for other folders.
 *
 * Only gated blobs are read, by tag_read and by libfdt; then neither can fail
 * for offsets that it returned itself.
 */
#ifndef CONFIG_INTERNAL_H
#define CONFIG_INTERNAL_H

#include <libfdt.h>

#include <config/config.h>

#include "checks.h"

#define CFG_EINVAL	22
#define CFG_ENOMEM	12

#define ARRAY_LEN(a)	((uint32_t)(sizeof(a) / sizeof((a)[0])))
#define PAGE_OFFSET	(CFG_PAGE_SIZE - 1)

#define for_each(p, array, count) \
	for ((p) = (array); (p) < (array) + (count); (p)++)
#define for_each_node(sys, n)	for_each(n, (sys)->nodes, (sys)->node_count)
#define for_each_child(sys, n, up) \
	for_each_node(sys, n) \
		if (&(sys)->nodes[(n)->parent] == (up) && (n) != (up))
#define for_each_mem(cell, m)	for_each(m, (cell)->mem, (cell)->mem_count)
/* Nodes of the system that a list of phandles names. */
#define for_each_ref(c, n, list, i) \
	for ((i) = 0; (i) < (list).len / 4; (i)++) \
		if (((n) = index_phandle((c)->sys, prop_u32(list, i))))

/* dtc leaves this where a label of a plug-in is to be resolved. */
#define PHANDLE_UNRESOLVED	0xffffffffu

enum node_class {
	CLASS_NONE, CLASS_HYPERVISOR, CLASS_ROOT_CELL, CLASS_LINK, CLASS_GICV2,
	CLASS_GICV3, CLASS_ECAM, CLASS_PL011, CLASS_8250, CLASS_IOAPIC,
	CLASS_LAPIC, CLASS_PM_TIMER,
};

enum node_flags {
	NODE_DISABLED	= 1 << 0,	/* it or an ancestor */
	NODE_NO_DEVICE	= 1 << 1,	/* on no bus: cpus, memory, … */
	NODE_UNMAPPED	= 1 << 2,	/* reg is no address of the CPU */
	NODE_BAD_CELLS	= 1 << 3,	/* reported once, not decoded */
	NODE_CPU	= 1 << 4,
	NODE_MEMORY	= 1 << 5,
	NODE_PCI	= 1 << 6,
	NODE_NO_MAP	= 1 << 7,
	NODE_OPAQUE	= 1 << 8,	/* addresses below it are its own */
	NODE_RESERVED	= 1 << 11,	/* of /reserved-memory */
	NODE_NAMES	= 1 << 9,	/* properties are labels or aliases */
	NODE_ISA	= 1 << 10,	/* reg of children may be ports */
};

/* One node of the system. */
struct cfg_node {
	int32_t off;
	uint32_t parent;		/* index; the root is its own parent */
	uint32_t phandle;
	uint32_t intc;			/* phandle of what takes interrupts */
	uint16_t flags;			/* enum node_flags */
	uint8_t cls;			/* enum node_class */
	uint8_t depth;
	uint8_t addr_cells, size_cells, irq_cells;
	uint8_t kept;			/* enum cfg_protected_kind + 1, or 0 */
};

/* One loading or judging: what is read, where results and findings go. */
struct ctx {
	struct cfg_report *report;
	struct cfg_arena *arena;
	struct cfg_system *sys;
	struct cfg_cell *cell;
	const void *fdt;		/* the blob being read */
	uint32_t errors;		/* of the report, at the start */
	uint32_t addr_cells, size_cells;	/* of reg_own's parent node */
	bool out_of_memory;
};

static inline struct at here(const struct ctx *c, int32_t node,
			     const char *prop)
{
	return (struct at){ c->fdt, node, prop };
}

static inline bool is_root(const struct ctx *c)
{
	return c->cell == &c->sys->root;
}

static inline struct at board(const struct ctx *c, int32_t node,
			      const char *prop)
{
	return (struct at){ c->sys->fdt, node, prop };
}

/* Tags, cells and blocks of a gated blob are aligned. */
static inline uint32_t be32(const void *p)
{
	return fdt32_to_cpu(*(const fdt32_t *)p);
}

/* finding.c, with the arguments of the template behind the places. */
#define say(c, check, where, ...) \
	say_vs(c, check, where, NOWHERE, ##__VA_ARGS__)
#define say_vs(c, check, where, ...) \
	config_say((c)->report, &config_checks[check], where, __VA_ARGS__)
int ctx_result(const struct ctx *c);
/* ranges.c: where the next item will be: pushes make an array from there on. */
void *arena_end(const struct ctx *c);
/*
 * Copies an item; size: a multiple of 8. False: no memory, which is reported
 * once, or beyond the limit max, then "what" are too many.
 */
bool arena_push(struct ctx *c, uint32_t *count, const void *item, uint32_t size,
		uint32_t max, struct at where, const char *what);
#define push(c, count, item, max, where, what) \
	arena_push(c, count, &(item), sizeof(item), max, where, what)
#define push_any(c, count, item) \
	push(c, count, item, UINT32_MAX, NOWHERE, NULL)

/* props.c: properties and tags of gated blobs. */
struct prop {
	const uint8_t *val;	/* NULL: absent, or malformed and reported */
	uint32_t len;
	bool bad;
};

struct tag {
	uint32_t kind;		/* FDT_BEGIN_NODE and so on */
	int32_t off;
	int32_t next;		/* offset of the tag behind it */
	const char *name;	/* of a node or property */
	struct prop prop;
};

/* A table of names ends with NULL and the value of those not in it. */
struct name {
	const char *name;
	uint32_t value;
};

struct tag tag_read(const void *fdt, int32_t offset);
/* From the tag of a node or property to the next property of the node. */
bool prop_next(const void *fdt, struct tag *t);
struct prop node_find(const void *fdt, int32_t node, const char *name);
/* … of a node of the system */
static inline struct prop board_find(const struct ctx *c,
				     const struct cfg_node *node,
				     const char *name)
{
	return node_find(c->sys->fdt, node->off, name);
}

const char *node_name(const void *fdt, int32_t node);
uint64_t cells_u64(const uint8_t *val, uint32_t cells);
struct cfg_range cells_range(const uint8_t *val, uint32_t addr_cells,
			     uint32_t size_cells);
uint32_t prop_u32(struct prop prop, uint32_t index);
/* The value if it is one cell. */
uint32_t prop_cell(struct prop prop, uint32_t absent, uint32_t malformed);
/* The value if it is a number of one or two cells. */
uint64_t prop_number(struct prop prop, uint64_t other);
const struct name *name_find(const struct name *names, const char *name);
/* Of NUL-terminated strings, from special to general, the first known. */
uint32_t strings_value(const struct name *names, struct prop list);
bool strings_contain(struct prop list, const char *want);

static inline bool cells_fit(uint32_t addr_cells, uint32_t size_cells)
{
	return addr_cells - 1 < 2 && size_cells - 1 < 2;
}

/* Properties that are known. */
enum prop_id {
#define PROP(id, name, form, types) id,
#include "props.def"
#undef PROP
	P_COUNT
};

enum node_type {
	T_HYPERVISOR, T_ROOT, T_ROOT_WINDOW, T_LINK, T_CELL, T_MEMORY,
	T_WINDOW, T_COMM, T_LINKS, T_LINK_END, T_BOARD,
};

struct props {
	int32_t node;
	struct prop p[P_COUNT];
};

/*
 * Unknown, malformed and missing (compatible) properties are reported, but of
 * T_BOARD, where each may have any form.
 */
void props_read(struct ctx *c, int32_t node, enum node_type type,
		struct props *props);
/* Is it there? If it is missing, not malformed, that is reported. */
bool prop_need(struct ctx *c, const struct props *props, enum prop_id id);
struct at prop_at(const struct ctx *c, const struct props *props,
		  enum prop_id id);
/* Takes the cells of a node for reg_own of its children. False: reported. */
bool cells_own(struct ctx *c, int32_t node);
/* The one range in reg of a node of ours, untranslated. False: reported. */
bool reg_own(struct ctx *c, const struct props *props, struct cfg_range *out);
/* Phandles in nodes of ours; NULL: reported. */
const struct cfg_node *ref_get(struct ctx *c, struct at where,
			       struct prop prop, uint32_t i);
const struct cfg_node *ref_one(struct ctx *c, const struct props *props,
			       enum prop_id id);
const struct cfg_region *ref_reserved(struct ctx *c,
				      const struct props *props);

/* size is a multiple of 8, up to 64; the key is the first word. */
void sort_by_base(void *array, uint32_t count, uint32_t size);
/* Makes a set of what was pushed. */
void ranges_sort_merge(struct cfg_ranges *set);
bool ranges_cover(struct cfg_ranges set, struct cfg_range r);
struct cfg_range range_page_out(struct cfg_range r);
struct cfg_range range_page_in(struct cfg_range r);

static inline struct cfg_range range_from(uint64_t base, uint64_t end)
{
	return (struct cfg_range){ base, end - base };
}

static inline bool range_paged(struct cfg_range r)
{
	return !((r.base | r.size) & PAGE_OFFSET);
}

/*
 * gate.c: the length of a printable, terminated string within max bytes; -1
 * if it is none. A slash would break paths.
 */
int32_t name_length(const uint8_t *s, uint32_t max, uint32_t *hash);

/* index.c */
bool index_build(struct ctx *c);
const struct cfg_node *index_phandle(const struct cfg_system *sys,
				     uint32_t phandle);

/* x86: IOAPICs, an I/O space. */
static inline bool is_pc(const struct cfg_system *sys)
{
	return sys->intc.kind == CFG_INTC_APIC;
}

/* Where registers are. */
enum space {
	SPACE_END,		/* behind the last */
	SPACE_NONE,		/* at no address of the CPU; size 0 */
	SPACE_MEMORY, SPACE_PORT,
};

/* board.c: entry i of reg. The end, too, if reg does not fit: reported. */
enum space board_reg(struct ctx *c, const struct cfg_node *node, uint32_t i,
		     struct cfg_range *r);
void board_load_memory(struct ctx *c);
void board_load_protected(struct ctx *c);
void board_load_devices(struct ctx *c);
/* The UART that console refers to, if it does. */
void board_console(struct ctx *c, const struct props *props,
		   struct cfg_uart *uart);

/* irq.c: interrupts of the cell that go to the GIC or to IOAPICs. */
void irq_load(struct ctx *c, const struct props *props);
/* All that the machine has. */
void irq_all(struct ctx *c);
/* Which property of the cell brings the interrupt? */
struct at irq_origin(const struct ctx *c, const struct cfg_cell *cell,
		     uint32_t irq);

/* cell.c: what the root cell's node and a cell's have in common. */
void cell_load_node(struct ctx *c, const struct props *props);

/* ports.c: I/O ports of x86, of a cell or of the root cell. */
void ports_load(struct ctx *c, const struct props *props);
/* The cell's against the root cell's, or another cell's. */
void ports_judge(struct ctx *c, const struct cfg_cell *other, bool root);

/* region.c: the memory of a cell. Registers of a device: */
void cell_add_device(struct ctx *c, const struct cfg_node *dev,
		     struct at where);
/* A node memory@…, window@… or comm-region@…. */
void cell_add_region(struct ctx *c, int32_t node, enum node_type type);

#endif
