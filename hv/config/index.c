/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One pass over a system: every node with what all later steps ask for, and
 * the phandles in order.
 */
#include "internal.h"

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
	{ NULL, CLASS_NONE },
};

static const struct name types[] = {
	{ "cpu", NODE_CPU }, { "memory", NODE_MEMORY }, { "pci", NODE_PCI },
	{ NULL, 0 },
};

static const struct name states[] = {
	{ "okay", 0 }, { "ok", 0 }, { "reserved", 0 }, { NULL, NODE_DISABLED },
};

/* Children of the root node that hold no devices. */
static const struct name no_devices[] = {
	{ "cpus", NODE_NO_DEVICE }, { "reserved-memory", NODE_NO_DEVICE },
	{ "chosen", NODE_NO_DEVICE }, { "firmware", NODE_NO_DEVICE },
	{ "aliases", NODE_NO_DEVICE | NODE_NAMES },
	{ "__symbols__", NODE_NO_DEVICE | NODE_NAMES }, { NULL, 0 },
};

/* Properties that a node is known by; what else it has is read on demand. */
enum field {
	F_NONE, F_COMPATIBLE, F_REG, F_IRQS, F_PHANDLE, F_STATUS, F_TYPE,
	F_RANGES, F_IRQS_EXT, F_INTC, F_ADDR_CELLS, F_SIZE_CELLS, F_IRQ_CELLS,
	F_IOMMU, F_NO_MAP, F_COUNT,
};

static const struct name fields[] = {
	{ "compatible", F_COMPATIBLE }, { "reg", F_REG },
	{ "interrupts", F_IRQS }, { "phandle", F_PHANDLE },
	{ "status", F_STATUS }, { "device_type", F_TYPE },
	{ "ranges", F_RANGES }, { "interrupts-extended", F_IRQS_EXT },
	{ "interrupt-parent", F_INTC }, { "#address-cells", F_ADDR_CELLS },
	{ "#size-cells", F_SIZE_CELLS }, { "#interrupt-cells", F_IRQ_CELLS },
	{ "#iommu-cells", F_IOMMU }, { "no-map", F_NO_MAP },
	{ "linux,phandle", F_PHANDLE }, { NULL, F_NONE },
};

/* A number of cells; too many, 255, are an error where they are used. */
static uint8_t cells_value(struct ctx *c, int32_t off, uint32_t absent)
{
	uint32_t v = prop_cell(prop_read(c->fdt, off), absent, 255);

	return v < 255 ? (uint8_t)v : 255;
}

/* Returns the offset of the tag behind them. */
static int32_t index_properties(struct ctx *c, struct cfg_node *n)
{
	int32_t f[F_COUNT] = { 0 };
	struct tag t = tag_read(c->fdt, n->off);
	uint32_t flags = 0;

	while (prop_next(c->fdt, &t))
		if (!(n->flags & NODE_NAMES))
			f[name_find(fields, t.name)->value] = t.off;
	n->reg = f[F_REG];
	n->ranges = f[F_RANGES];
	n->irqs = f[F_IRQS];
	n->irqs_ext = f[F_IRQS_EXT];
	n->phandle = prop_cell(prop_read(c->fdt, f[F_PHANDLE]), 0, 0);
	n->intc = prop_cell(prop_read(c->fdt, f[F_INTC]), 0, 0);
	n->addr_cells = cells_value(c, f[F_ADDR_CELLS], 2);
	n->size_cells = cells_value(c, f[F_SIZE_CELLS], 1);
	n->irq_cells = cells_value(c, f[F_IRQ_CELLS], 0);
	n->cls = (uint8_t)strings_value(classes,
					prop_read(c->fdt, f[F_COMPATIBLE]));
	if (f[F_TYPE])
		flags = strings_value(types, prop_read(c->fdt, f[F_TYPE]));
	if (f[F_STATUS])
		flags |= strings_value(states,
				       prop_read(c->fdt, f[F_STATUS]));
	flags |= (f[F_IOMMU] ? NODE_IOMMU : 0) |
		 (f[F_NO_MAP] ? NODE_NO_MAP : 0);
	n->flags |= (uint16_t)flags;
	return t.off;
}

/* All properties of the parent are known by now: they stand before children. */
static void inherit(struct ctx *c, struct cfg_node *n,
		    const struct cfg_node *up)
{
	uint32_t flags = up->flags &
			 (NODE_DISABLED | NODE_NO_DEVICE | NODE_UNMAPPED);

	n->depth = (uint8_t)(up->depth + 1);
	if ((up->flags & NODE_PCI) || (up->depth && !up->ranges))
		flags |= NODE_UNMAPPED;
	if (n->depth == 1)
		flags |= name_find(no_devices,
				   node_name(c->fdt, n->off))->value;
	if (up->cls == CLASS_HYPERVISOR)
		flags |= NODE_NO_DEVICE;
	n->flags = (uint16_t)flags;
}

/* Nodes are pushed one behind the other to the end of the arena. */
static bool index_nodes(struct ctx *c)
{
	struct cfg_node *nodes = arena_end(c);
	struct cfg_node node;
	uint32_t open = 0;
	struct tag t = tag_read(c->fdt, 0);

	c->sys->nodes = nodes;
	for (; t.kind != FDT_END; t = tag_read(c->fdt, t.next)) {
		if (t.kind == FDT_END_NODE)
			open = nodes[open].parent;
		if (t.kind != FDT_BEGIN_NODE)
			continue;
		node = (struct cfg_node){ .off = t.off, .parent = open };
		if (t.off)
			inherit(c, &node, &nodes[open]);
		t.next = index_properties(c, &node);
		open = c->sys->node_count;
		if (!push_any(c, &c->sys->node_count, node))
			return false;
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
		if (sys->phandles[mid].value < phandle)
			low = mid + 1;
		else
			high = mid;
	}
	if (low == sys->phandle_count || sys->phandles[low].value != phandle)
		return NULL;
	return &sys->nodes[sys->phandles[low].node];
}

bool index_build(struct ctx *c)
{
	struct cfg_system *sys = c->sys;
	struct cfg_phandle *p, entry;
	const struct cfg_node *n;
	uint32_t i;

	if (!index_nodes(c))
		return false;
	sys->phandles = p = arena_end(c);
	for_each_node(sys, n) {
		if (!n->phandle || n->phandle == PHANDLE_UNRESOLVED)
			continue;
		entry.value = n->phandle;
		entry.node = (uint64_t)(n - sys->nodes);
		if (!push_any(c, &sys->phandle_count, entry))
			return false;
	}
	sort_by_base(p, sys->phandle_count, sizeof(*p));
	for (i = 1; i < sys->phandle_count; i++)
		if (p[i].value == p[i - 1].value)
			say_vs(c, BAD_TWICE,
			       here(c, sys->nodes[p[i].node].off, "phandle"),
			       here(c, sys->nodes[p[i - 1].node].off,
				    "phandle"), p[i].value);
	return true;
}
