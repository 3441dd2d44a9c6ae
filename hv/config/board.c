/* SPDX-License-Identifier: GPL-2.0-only */
/* Board facts in the standard bindings. */
#include <string.h>

#include "internal.h"

/* Kinds of nodes that no cell is given. */
#define CLASSES_KEPT	(1u << CLASS_GICV2 | 1u << CLASS_GICV3 | \
			 1u << CLASS_MSI | 1u << CLASS_IOMMU)

static uint64_t number(const struct cfg_system *sys,
		       const struct cfg_node *node, const char *name,
		       uint64_t value)
{
	int len;
	const void *val = fdt_getprop(sys->fdt, node->off, name, &len);

	return val && (len == 4 || len == 8) ?
	       cells_u64(val, (uint32_t)len / 4) : value;
}

static bool below(const struct ctx *c, const struct cfg_node *n,
		  const char *parent)
{
	return n->depth == 2 && !(n->flags & NODE_DISABLED) &&
	       !strcmp(node_name(c->fdt, c->sys->nodes[n->parent].off), parent);
}

static void load_cpu(struct ctx *c, const struct cfg_node *node)
{
	const struct cfg_node *cpus = &c->sys->nodes[node->parent];
	struct prop reg = node_prop(c->fdt, node->reg);
	struct cfg_cpu *cpu;

	if (!cells_fit(cpus->addr_cells, 1) ||
	    reg.len != 4u * cpus->addr_cells) {
		say_vs(c, CELLS_LENGTH, here(c, node->off, "reg"),
		       here(c, cpus->off, "#address-cells"), reg.len,
		       4u * cpus->addr_cells, cpus->addr_cells, 0);
		return;
	}
	cpu = arena_push(c, &c->sys->cpu_count, sizeof(*cpu), CFG_MAX_CPUS,
			 here(c, node->off, NULL), "CPUs");
	if (cpu)
		*cpu = (struct cfg_cpu){ prop_number(&reg), node->off };
}

static void load_ram(struct ctx *c, const struct cfg_node *node)
{
	uint32_t count = board_reg_count(c, node);
	struct cfg_range *r;
	uint32_t i;

	for (i = 0; i < count; i++) {
		r = arena_push(c, &c->sys->ram_count, sizeof(*r), UINT32_MAX,
			       NOWHERE, NULL);
		if (r)
			*r = range_page_in(board_reg(c, node, i));
	}
}

static void add_region(struct ctx *c, const struct cfg_node *node,
		       struct cfg_range range, uint32_t *count, uint32_t kind)
{
	uint32_t max = count == &c->sys->prot_count ? CFG_MAX_PROTECTED :
						      UINT32_MAX;
	struct cfg_region *r;

	r = arena_push(c, count, sizeof(*r), max, here(c, node->off, NULL),
		       "protected ranges");
	if (r)
		*r = (struct cfg_region){ range, kind, node->off };
}

/* All that reg of the node names. */
static void add_regions(struct ctx *c, const struct cfg_node *node,
			uint32_t *count, uint32_t kind)
{
	uint32_t n = board_reg_count(c, node);
	struct cfg_range range;
	uint32_t i;

	for (i = 0; i < n; i++) {
		range = board_reg(c, node, i);
		if (range.size)
			add_region(c, node, range, count, kind);
	}
}

void board_load_memory(struct ctx *c)
{
	struct cfg_system *sys = c->sys;
	const struct cfg_node *n;

	sys->cpus = arena_end(c);
	for_each_node(sys, n)
		if ((n->flags & NODE_CPU) && below(c, n, "cpus"))
			load_cpu(c, n);
	sys->ram = arena_end(c);
	for_each_node(sys, n)
		if ((n->flags & (NODE_MEMORY | NODE_DISABLED)) == NODE_MEMORY &&
		    n->depth == 1)
			load_ram(c, n);
	sys->ram_count = ranges_sort_merge(sys->ram, sys->ram_count);
	sys->reserved = arena_end(c);
	for_each_node(sys, n)
		if ((n->flags & NODE_NO_DEVICE) && n->reg &&
		    below(c, n, "reserved-memory"))
			add_regions(c, n, &sys->reserved_count,
				    n->flags & NODE_NO_MAP ? CFG_MEM_NOMAP : 0);
}

static void protect(struct ctx *c, const struct cfg_node *node, uint32_t kind)
{
	add_regions(c, node, &c->sys->prot_count, kind);
}

/*
 * reg of v3: GICD, the redistributor regions, then maybe GICC, GICH, GICV;
 * of v2: GICD, GICC, GICH, GICV.
 */
static void load_gic_regs(struct ctx *c, const struct cfg_node *node)
{
	struct cfg_intc *gic = &c->sys->intc;
	uint32_t i = 0;

	gic->dist = board_reg(c, node, i++);
	for (; i <= gic->redist_count; i++)
		gic->redist[i - 1] = board_reg(c, node, i);
	gic->cpu = board_reg(c, node, i++);
	gic->hyp = board_reg(c, node, i++);
	gic->vcpu = board_reg(c, node, i);
}

static void load_gic(struct ctx *c, const struct cfg_node *node)
{
	struct cfg_intc *gic = &c->sys->intc;
	struct prop irqs = node_prop(c->fdt, node->irqs);
	uint64_t regions = 0;

	if (gic->kind != CFG_INTC_NONE) {
		say_at(c, LIMIT, here(c, node->off, NULL),
		       "interrupt controllers (GIC)", 2, 1);
		return;
	}
	gic->kind = CFG_INTC_GICV2;
	gic->node = node;
	/* The maintenance interrupt: a PPI. */
	if (irqs.len >= 12 && prop_u32(&irqs, 0) == 1 &&
	    prop_u32(&irqs, 1) < 16)
		gic->maint_irq = 16 + prop_u32(&irqs, 1);
	if (node->cls == CLASS_GICV3) {
		gic->kind = CFG_INTC_GICV3;
		gic->redist_stride = number(c->sys, node,
					    "redistributor-stride", 0);
		regions = number(c->sys, node, "#redistributor-regions", 1);
	}
	if (regions > CFG_MAX_REDIST)
		say_at(c, LIMIT, here(c, node->off, NULL),
		       "redistributor regions", (uint32_t)regions,
		       CFG_MAX_REDIST);
	else
		gic->redist_count = (uint32_t)regions;
	load_gic_regs(c, node);
}

static void load_ecam(struct ctx *c, const struct cfg_node *node)
{
	struct cfg_range ecam = board_reg(c, node, 0);
	uint64_t buses = ecam.size >> 20;
	struct cfg_pci_host *host;

	if (!buses)
		return;
	host = arena_push(c, &c->sys->pci_count, sizeof(*host),
			  CFG_MAX_PCI_HOSTS, here(c, node->off, NULL),
			  "PCI hosts");
	if (!host)
		return;
	buses = number(c->sys, node, "bus-range", buses < 256 ? buses - 1 : 255);
	host->ecam = ecam;
	host->bus_first = (uint32_t)(buses >> 32);
	host->bus_last = (uint32_t)buses;
	host->domain = (uint32_t)number(c->sys, node, "linux,pci-domain", 0);
}

static void protect_node(struct ctx *c, const struct cfg_node *n)
{
	if (n->cls == CLASS_HYPERVISOR && c->sys->hv_mem.size)
		add_region(c, n, c->sys->hv_mem, &c->sys->prot_count,
			   CFG_PROT_HYPERVISOR);
	else if (n->cls == CLASS_GICV2 || n->cls == CLASS_GICV3 ||
		 n->cls == CLASS_MSI)
		protect(c, n, CFG_PROT_INTC);
	else if (n->cls == CLASS_ECAM)
		protect(c, n, CFG_PROT_ECAM);
	else if (n->cls == CLASS_IOMMU || (n->flags & NODE_IOMMU))
		protect(c, n, CFG_PROT_IOMMU);
}

void board_load_protected(struct ctx *c)
{
	struct cfg_system *sys = c->sys;
	const struct cfg_node *n;

	sys->prot = arena_end(c);
	for_each_node(sys, n)
		protect_node(c, n);
	sort_by_base(sys->prot, sys->prot_count, sizeof(*sys->prot));
	sys->pci = arena_end(c);
	for_each_node(sys, n) {
		if (n->flags & NODE_DISABLED)
			continue;
		if (n->cls == CLASS_ECAM)
			load_ecam(c, n);
		else if (n->cls == CLASS_GICV2 || n->cls == CLASS_GICV3)
			load_gic(c, n);
	}
}

/*
 * The windows through which a PCI host's devices are seen. IEEE 1275 PCI
 * binding: 3 cells of bus address, parent address, 2 of size.
 */
static void add_pci_windows(struct ctx *c, const struct cfg_node *host)
{
	const struct cfg_node *bus = &c->sys->nodes[host->parent];
	struct prop map = node_prop(c->sys->fdt, host->ranges);
	uint32_t entry = 4 * (3u + bus->addr_cells + 2u);
	const uint8_t *val = map.val;
	struct cfg_range r;

	if (!val || !cells_fit(bus->addr_cells, 1) || host->addr_cells != 3 ||
	    host->size_cells != 2 || map.len % entry)
		return;
	for (; val < map.val + map.len; val += entry) {
		r.base = cells_u64(val + 12, bus->addr_cells);
		r.size = cells_u64(val + entry - 8, 2);
		if (r.base + r.size > r.base && board_translate(c, bus, &r))
			add_region(c, host, r, &c->sys->dev_count, 0);
	}
}

void board_load_devices(struct ctx *c)
{
	const uint32_t other = NODE_DISABLED | NODE_NO_DEVICE | NODE_UNMAPPED |
			       NODE_MEMORY | NODE_IOMMU;
	struct cfg_system *sys = c->sys;
	const struct cfg_node *n;

	sys->devs = arena_end(c);
	for_each_node(sys, n) {
		if ((n->flags & other) || (CLASSES_KEPT >> n->cls & 1))
			continue;
		if (n->reg && n->cls != CLASS_ECAM)
			add_regions(c, n, &sys->dev_count, 0);
		if (n->flags & NODE_PCI)
			add_pci_windows(c, n);
	}
	sort_by_base(sys->devs, sys->dev_count, sizeof(*sys->devs));
}

bool board_uart(struct ctx *c, const struct cfg_node *node,
		struct cfg_uart *uart)
{
	struct cfg_range r = board_reg(c, node, 0);
	bool pl011 = node->cls == CLASS_PL011;

	if ((!pl011 && node->cls != CLASS_8250) || !r.size)
		return false;
	uart->kind = pl011 ? CFG_UART_PL011 : CFG_UART_8250;
	uart->base = r.base;
	uart->size = r.size;
	uart->reg_shift = (uint32_t)number(c->sys, node, "reg-shift", 0);
	uart->io_width = (uint32_t)number(c->sys, node, "reg-io-width",
					  pl011 ? 4 : 1);
	return uart->reg_shift < 8 &&
	       (uart->io_width == 1 || uart->io_width == 4);
}
