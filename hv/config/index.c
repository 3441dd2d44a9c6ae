/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One pass over a system: every node with what all later steps ask for again
 * and again.
 */
#include "internal.h"

/* A class, and what kind of protected registers it has, if any. */
#define KEPT(cls, kind)	(CLASS_##cls | (CFG_PROT_##kind + 1) << 8)

static const struct name classes[] = {
	{ "cellblock,hypervisor", CLASS_HYPERVISOR },
	{ "cellblock,root-cell", CLASS_ROOT_CELL },
	{ "cellblock,ivshmem", CLASS_LINK },
	{ "arm,gic-v3", KEPT(GICV3, INTC) },
	{ "arm,gic-400", KEPT(GICV2, INTC) },
	{ "arm,cortex-a15-gic", KEPT(GICV2, INTC) },
	{ "arm,cortex-a9-gic", KEPT(GICV2, INTC) },
	{ "arm,cortex-a7-gic", KEPT(GICV2, INTC) },
	{ "qcom,msm-qgic2", KEPT(GICV2, INTC) },
	{ "arm,gic-v3-its", KEPT(NONE, INTC) },
	{ "arm,gic-v2m-frame", KEPT(NONE, INTC) },
	{ "arm,smmu-v3", KEPT(NONE, IOMMU) },
	{ "arm,smmu-v2", KEPT(NONE, IOMMU) },
	{ "arm,smmu-v1", KEPT(NONE, IOMMU) },
	{ "arm,mmu-500", KEPT(NONE, IOMMU) },
	{ "pci-host-ecam-generic", KEPT(ECAM, ECAM) },
	{ "snps,dw-pcie-ecam", KEPT(ECAM, ECAM) },
	{ "cavium,pci-host-thunder-ecam", KEPT(ECAM, ECAM) },
	{ "marvell,armada8k-pcie-ecam", KEPT(ECAM, ECAM) },
	{ "socionext,synquacer-pcie-ecam", KEPT(ECAM, ECAM) },
	{ "arm,pl011", CLASS_PL011 },
	{ "ns16550a", CLASS_8250 },
	{ "ns16550", CLASS_8250 },
	{ "snps,dw-apb-uart", CLASS_8250 },
	{ "intel,ce4100-ioapic", KEPT(IOAPIC, INTC) },
	{ "intel,ce4100-lapic", KEPT(LAPIC, INTC) },
	{ "intel,ce4100-hpet", KEPT(NONE, ROOT) },
	{ "cellblock,pm-timer", CLASS_PM_TIMER },
	{ NULL, CLASS_NONE },
};

static const struct name types[] = {
	{ "cpu", NODE_CPU }, { "memory", NODE_MEMORY }, { "pci", NODE_PCI },
	{ "isa", NODE_ISA }, { NULL, 0 },
};

static const struct name states[] = {
	{ "okay", 0 }, { "ok", 0 }, { "reserved", 0 }, { NULL, NODE_DISABLED },
};

/* Children of the root node that hold no devices. */
static const struct name no_devices[] = {
	{ "cpus", NODE_NO_DEVICE },
	{ "reserved-memory", NODE_NO_DEVICE | NODE_RESERVED },
	{ "chosen", NODE_NO_DEVICE }, { "firmware", NODE_NO_DEVICE },
	{ "aliases", NODE_NO_DEVICE | NODE_NAMES },
	{ "__symbols__", NODE_NO_DEVICE | NODE_NAMES }, { NULL, 0 },
};

/* A number of cells; too many, 255, are an error where they are used. */
static uint8_t cells(struct prop prop, uint32_t absent)
{
	uint32_t v = prop_cell(prop, absent, 255);

	return v < 255 ? (uint8_t)v : 255;
}

static void index_properties(struct ctx *c, struct cfg_node *n)
{
	struct props props;
	uint32_t cls;

	if (n->flags & NODE_NAMES)
		return;
	props_read(c, n->off, T_BOARD, &props);
	cls = strings_value(classes, props.p[P_COMPATIBLE]);
	n->flags |= (uint16_t)strings_value(types, props.p[P_DEVICE_TYPE]);
	if (props.p[P_STATUS].val)
		n->flags |= (uint16_t)strings_value(states, props.p[P_STATUS]);
	if (props.p[P_NO_MAP].val)
		n->flags |= NODE_NO_MAP;
	if ((n->flags & NODE_PCI) || (n->depth && !props.p[P_RANGES].val))
		n->flags |= NODE_OPAQUE;
	n->phandle = prop_cell(props.p[P_PHANDLE], 0, 0);
	n->intc = prop_cell(props.p[P_INTC], n->intc, 0);
	n->addr_cells = cells(props.p[P_ADDR_CELLS], 2);
	n->size_cells = cells(props.p[P_SIZE_CELLS], 1);
	n->irq_cells = cells(props.p[P_IRQ_CELLS], 0);
	n->cls = (uint8_t)cls;
	n->kept = (uint8_t)(cls >> 8);
	if (!n->kept && props.p[P_IOMMU_CELLS].val)
		n->kept = CFG_PROT_IOMMU + 1;
}

/* All properties of the parent are known by now: they stand before children. */
static void inherit(struct ctx *c, struct cfg_node *n,
		    const struct cfg_node *up)
{
	n->flags = up->flags & (NODE_DISABLED | NODE_NO_DEVICE |
				NODE_UNMAPPED | NODE_RESERVED);
	n->depth = (uint8_t)(up->depth + 1);
	/* A controller or a nexus takes its children's interrupts. */
	n->intc = up->irq_cells ? up->phandle : up->intc;
	if (up->flags & NODE_OPAQUE)
		n->flags |= NODE_UNMAPPED;
	if (up->flags & NODE_ISA)
		n->flags &= (uint16_t)~NODE_UNMAPPED;
	if (n->depth == 1)
		n->flags |= (uint16_t)name_find(no_devices,
				node_name(c->fdt, n->off))->value;
	if (up->cls == CLASS_HYPERVISOR)
		n->flags |= NODE_NO_DEVICE;
}

/* Nodes are pushed one behind the other to the end of the arena. */
bool index_build(struct ctx *c)
{
	struct cfg_node *nodes = arena_end(c);
	const struct cfg_node *twin;
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
		index_properties(c, &node);
		twin = index_phandle(c->sys, node.phandle);
		if (twin)
			say_vs(c, BAD_TWICE, here(c, node.off, "phandle"),
			       here(c, twin->off, "phandle"),
			       (uint64_t)node.phandle);
		open = c->sys->node_count;
		if (!push_any(c, &c->sys->node_count, node))
			return false;
	}
	return true;
}

const struct cfg_node *index_phandle(const struct cfg_system *sys,
				     uint32_t phandle)
{
	const struct cfg_node *n;

	if (!phandle || phandle == PHANDLE_UNRESOLVED)
		return NULL;
	for_each_node(sys, n)
		if (n->phandle == phandle)
			return n;
	return NULL;
}
