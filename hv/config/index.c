/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One pass over a system: every node with what all later steps ask for, and
 * the phandles in order.
 */
#include <string.h>

#include "internal.h"

struct name {
	const char *name;
	uint32_t value;
};

static const struct name classes[] = {
	{ "cellblock,hypervisor", CLASS_HYPERVISOR },
	{ "cellblock,root-cell", CLASS_ROOT_CELL },
	{ "cellblock,ivshmem", CLASS_LINK },
	{ "arm,gic-v3", CLASS_GICV3 },
	{ "arm,gic-400", CLASS_GICV2 },
	{ "arm,cortex-a15-gic", CLASS_GICV2 },
	{ "arm,cortex-a9-gic", CLASS_GICV2 },
	{ "arm,cortex-a7-gic", CLASS_GICV2 },
	{ "qcom,msm-qgic2", CLASS_GICV2 },
	{ "arm,gic-v3-its", CLASS_MSI },
	{ "arm,gic-v2m-frame", CLASS_MSI },
	{ "arm,smmu-v3", CLASS_IOMMU },
	{ "arm,smmu-v2", CLASS_IOMMU },
	{ "arm,smmu-v1", CLASS_IOMMU },
	{ "arm,mmu-500", CLASS_IOMMU },
	{ "pci-host-ecam-generic", CLASS_ECAM },
	{ "snps,dw-pcie-ecam", CLASS_ECAM },
	{ "cavium,pci-host-thunder-ecam", CLASS_ECAM },
	{ "marvell,armada8k-pcie-ecam", CLASS_ECAM },
	{ "socionext,synquacer-pcie-ecam", CLASS_ECAM },
	{ "arm,pl011", CLASS_PL011 },
	{ "ns16550a", CLASS_8250 },
	{ "ns16550", CLASS_8250 },
	{ "snps,dw-apb-uart", CLASS_8250 },
	{ NULL, 0 },
};

static const struct name types[] = {
	{ "cpu", NODE_CPU }, { "memory", NODE_MEMORY }, { "pci", NODE_PCI },
	{ NULL, 0 },
};

static const struct name enabled[] = {
	{ "okay", 1 }, { "ok", 1 }, { "reserved", 1 }, { NULL, 0 },
};

/* Children of the root node that hold no devices. */
static const struct name no_devices[] = {
	{ "cpus", NODE_NO_DEVICE }, { "reserved-memory", NODE_NO_DEVICE },
	{ "chosen", NODE_NO_DEVICE }, { "firmware", NODE_NO_DEVICE },
	{ "aliases", NODE_NO_DEVICE | NODE_NAMES },
	{ "__symbols__", NODE_NO_DEVICE | NODE_NAMES }, { NULL, 0 },
};

static uint32_t lookup(const struct name *names, const char *name)
{
	for (; names->name; names++)
		if (names->name[0] == name[0] && !strcmp(name, names->name))
			break;
	return names->value;
}

/* Of a list of strings, from special to general, the first that is known. */
static uint32_t lookup_list(const struct name *names, const uint8_t *val,
			    uint32_t len)
{
	uint32_t value = 0;
	uint32_t start = 0;
	uint32_t i;

	for (i = 0; i < len && !value; i++) {
		if (val[i])
			continue;
		value = lookup(names, (const char *)val + start);
		start = i + 1;
	}
	return value;
}

enum field_kind {
	FIELD_OFFSET,	/* int32_t: where the property is */
	FIELD_U32,	/* its value; 0 if it is not one cell */
	FIELD_CELLS,	/* uint8_t: a number of cells */
	FIELD_CLASS,
	FIELD_TYPE,
	FIELD_STATUS,
	FIELD_IOMMU,
	FIELD_NO_MAP,
};

#define FIELD(member)	offsetof(struct cfg_node, member)

/* Where a property goes in cfg_node. */
static const struct field {
	const char *name;
	uint16_t kind;		/* enum field_kind */
	uint16_t offset;
} fields[] = {
	{ "compatible", FIELD_CLASS, 0 },
	{ "reg", FIELD_OFFSET, FIELD(reg) },
	{ "interrupts", FIELD_OFFSET, FIELD(irqs) },
	{ "phandle", FIELD_U32, FIELD(phandle) },
	{ "status", FIELD_STATUS, 0 },
	{ "device_type", FIELD_TYPE, 0 },
	{ "ranges", FIELD_OFFSET, FIELD(ranges) },
	{ "interrupts-extended", FIELD_OFFSET, FIELD(irqs_ext) },
	{ "interrupt-parent", FIELD_U32, FIELD(intc) },
	{ "#address-cells", FIELD_CELLS, FIELD(addr_cells) },
	{ "#size-cells", FIELD_CELLS, FIELD(size_cells) },
	{ "#interrupt-cells", FIELD_CELLS, FIELD(irq_cells) },
	{ "#iommu-cells", FIELD_IOMMU, 0 },
	{ "no-map", FIELD_NO_MAP, 0 },
	{ "linux,phandle", FIELD_U32, FIELD(phandle) },
};

static void index_property(struct cfg_node *n, int32_t off,
			   const struct tag *t)
{
	const struct prop *p = &t->prop;
	uint32_t v = p->len == 4 ? prop_u32(p, 0) : ~0u;
	const struct field *f;
	uint8_t *field;

	for_each(f, fields, ARRAY_LEN(fields))
		if (f->name[0] == t->name[0] && !strcmp(f->name, t->name))
			break;
	if (f == fields + ARRAY_LEN(fields))
		return;
	field = (uint8_t *)n + f->offset;
	switch (f->kind) {
	case FIELD_OFFSET:
		memcpy(field, &off, sizeof(off));
		break;
	case FIELD_U32:
		v = v == ~0u ? 0 : v;
		memcpy(field, &v, sizeof(v));
		break;
	case FIELD_CELLS:
		/* what is too much is an error where it is used */
		*field = (uint8_t)(v < 255 ? v : 255);
		break;
	case FIELD_CLASS:
		n->cls = (uint8_t)lookup_list(classes, p->val, p->len);
		break;
	case FIELD_TYPE:
		n->flags |= (uint16_t)lookup_list(types, p->val, p->len);
		break;
	case FIELD_STATUS:
		if (!lookup_list(enabled, p->val, p->len))
			n->flags |= NODE_DISABLED;
		break;
	case FIELD_IOMMU:
		n->flags |= NODE_IOMMU;
		break;
	case FIELD_NO_MAP:
		n->flags |= NODE_NO_MAP;
		break;
	}
}

/* All properties of the parent are known by now: they stand before children. */
static void index_node(struct ctx *c, struct cfg_node *node,
		       const struct cfg_node *up, uint32_t parent, int32_t off)
{
	node->off = off;
	node->parent = parent;
	node->addr_cells = 2;
	node->size_cells = 1;
	if (node == up)
		return;
	node->depth = (uint8_t)(up->depth + 1);
	node->flags = up->flags &
		      (NODE_DISABLED | NODE_NO_DEVICE | NODE_UNMAPPED);
	if ((up->flags & NODE_PCI) || (up->depth && !up->ranges))
		node->flags |= NODE_UNMAPPED;
	if (node->depth == 1)
		node->flags |= (uint16_t)lookup(no_devices,
						node_name(c->fdt, off));
	if (up->cls == CLASS_HYPERVISOR)
		node->flags |= NODE_NO_DEVICE;
}

/* Nodes are pushed one behind the other to the end of the arena. */
static bool index_walk(struct ctx *c, struct cfg_node *nodes)
{
	uint32_t *count = &c->sys->node_count;
	uint32_t open = 0;
	int32_t off = 0;
	struct tag t;

	for (; (t = tag_read(c->fdt, off)).kind != FDT_END; off = t.next) {
		if (t.kind == FDT_BEGIN_NODE) {
			if (!arena_push(c, count, sizeof(*nodes), UINT32_MAX,
					NOWHERE, NULL))
				return false;
			index_node(c, &nodes[*count - 1], &nodes[open], open,
				   off);
			open = *count - 1;
		} else if (t.kind == FDT_END_NODE) {
			open = nodes[open].parent;
		} else if (t.kind == FDT_PROP &&
			   !(nodes[open].flags & NODE_NAMES)) {
			index_property(&nodes[open], off, &t);
		}
	}
	return true;
}

const struct cfg_node *index_phandle(const struct cfg_system *sys,
				     uint32_t phandle)
{
	uint32_t low = 0;
	uint32_t high = sys->phandle_count;
	uint32_t mid;

	while (low < high) {
		mid = low + (high - low) / 2;
		if (sys->phandles[mid].value == phandle)
			return &sys->nodes[sys->phandles[mid].node];
		if (sys->phandles[mid].value < phandle)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

static void index_phandles(struct ctx *c)
{
	struct cfg_system *sys = c->sys;
	struct cfg_phandle *p = arena_end(c);
	const struct cfg_node *n;
	uint32_t i;

	sys->phandles = p;
	for_each_node(sys, n) {
		if (!n->phandle || n->phandle == PHANDLE_UNRESOLVED)
			continue;
		if (!arena_push(c, &sys->phandle_count, sizeof(*p), UINT32_MAX,
				NOWHERE, NULL))
			return;
		p[sys->phandle_count - 1] = (struct cfg_phandle){
			n->phandle, (uint64_t)(n - sys->nodes) };
	}
	sort_by_base(p, sys->phandle_count, sizeof(*p));
	for (i = 1; i < sys->phandle_count; i++)
		if (p[i].value == p[i - 1].value)
			say_vs(c, BAD_TWICE,
			       here(c, sys->nodes[p[i].node].off, "phandle"),
			       here(c, sys->nodes[p[i - 1].node].off,
				    "phandle"), p[i].value);
}

bool index_build(struct ctx *c)
{
	c->sys->nodes = arena_end(c);
	if (index_walk(c, arena_end(c)))
		index_phandles(c);
	return !c->out_of_memory;
}
