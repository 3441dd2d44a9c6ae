/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Board facts in the standard bindings; reg and ranges: Devicetree
 * Specification 0.4, 2.3.6, 2.3.8.
 */
#include <string.h>

#include "internal.h"

static const struct cfg_node *bus_of(const struct ctx *c,
				     const struct cfg_node *node)
{
	return &c->sys->nodes[node->parent];
}

/* One finding for a node, then it is left alone. */
static bool report_once(const struct cfg_node *node)
{
	struct cfg_node *n = (struct cfg_node *)(uintptr_t)node;
	bool first = !(n->flags & NODE_BAD_CELLS);

	n->flags |= NODE_BAD_CELLS;
	return first;
}

/* Entry i of reg, or NULL; what does not fit the bus is reported. */
static const uint8_t *reg_entry(struct ctx *c, const struct cfg_node *node,
				uint32_t i)
{
	const struct cfg_node *bus = bus_of(c, node);
	struct prop reg = board_find(c, node, "reg");
	uint32_t entry = 4u * (bus->addr_cells + bus->size_cells);
	struct at cells = board(c, bus->off, "#address-cells");

	if (!reg.val || ((node->flags | bus->flags) & NODE_BAD_CELLS) ||
	    (node->flags & NODE_UNMAPPED))
		return NULL;
	if (!cells_fit(bus->addr_cells, bus->size_cells)) {
		if (report_once(bus))
			say(c, CELLS_VALUE, cells, bus->addr_cells,
			    bus->size_cells);
	} else if (reg.len && !(reg.len % entry)) {
		return i < reg.len / entry ? reg.val + i * entry : NULL;
	} else if (report_once(node)) {
		say_vs(c, CELLS_LENGTH, board(c, node->off, "reg"), cells,
		       reg.len, entry, bus->addr_cells, bus->size_cells);
	}
	return NULL;
}

/* One bus upward: a range of its children as a range beside the bus. */
static bool translate_step(struct ctx *c, const struct cfg_node *bus,
			   struct cfg_range *range)
{
	const struct cfg_node *up = bus_of(c, bus);
	struct prop map = board_find(c, bus, "ranges");
	uint32_t entry = bus->addr_cells + up->addr_cells + bus->size_cells;
	const uint8_t *val = map.val;
	uint64_t base, size;

	if (!val || !map.len)
		return val;
	if (!cells_fit(up->addr_cells, 1) || map.len % (4 * entry)) {
		if (report_once(bus))
			say(c, CELLS_RANGES, board(c, bus->off, "ranges"),
			    map.len, 4 * entry);
		return false;
	}
	for (; val < map.val + map.len; val += 4 * entry) {
		base = cells_u64(val, bus->addr_cells);
		size = cells_u64(val + 4 * (entry - bus->size_cells),
				 bus->size_cells);
		if (range->base < base || range->base - base >= size ||
		    range->size > size - (range->base - base))
			continue;
		range->base += cells_u64(val + 4 * bus->addr_cells,
					 up->addr_cells) - base;
		return range->base + range->size > range->base;
	}
	return false;
}

/* From addresses below a bus to the CPU's. */
static bool translate(struct ctx *c, const struct cfg_node *bus,
		      struct cfg_range *range)
{
	for (; bus->depth; bus = bus_of(c, bus))
		if ((bus->flags & NODE_UNMAPPED) ||
		    !translate_step(c, bus, range))
			return false;
	return true;
}

/* IEEE 1275 ISA binding: bit 0 of the first address cell is the I/O space. */
static enum space space_of(const struct cfg_node *bus, struct cfg_range *r)
{
	if (!(bus->flags & NODE_ISA) || !(r->base >> 32))
		return SPACE_MEMORY;
	r->base = (uint32_t)r->base;
	return r->base + r->size <= CFG_PORTS ? SPACE_PORT : SPACE_NONE;
}

enum space board_reg(struct ctx *c, const struct cfg_node *node, uint32_t i,
		     struct cfg_range *r)
{
	const struct cfg_node *bus = bus_of(c, node);
	const uint8_t *val = reg_entry(c, node, i);
	enum space space;

	*r = (struct cfg_range){ 0, 0 };
	if (!val)
		return SPACE_END;
	*r = cells_range(val, bus->addr_cells, bus->size_cells);
	space = space_of(bus, r);
	if (r->size && r->base + r->size <= r->base)
		say(c, MEM_WRAP, board(c, node->off, "reg"), r->base, r->size);
	else if (r->size && space != SPACE_NONE &&
		 (space == SPACE_PORT || translate(c, bus, r)))
		return space;
	*r = (struct cfg_range){ 0, 0 };
	return SPACE_NONE;
}

static uint64_t number(const struct ctx *c, const struct cfg_node *node,
		       const char *name, uint64_t other)
{
	return prop_number(board_find(c, node, name), other);
}

static bool is(const struct cfg_node *n, uint32_t depth, uint32_t flag)
{
	return n->depth == depth && (n->flags & (flag | NODE_DISABLED)) == flag;
}

static void load_cpu(struct ctx *c, const struct cfg_node *node)
{
	const struct cfg_node *cpus = bus_of(c, node);
	struct prop reg = board_find(c, node, "reg");
	struct cfg_cpu cpu = { prop_number(reg, 0), node->off };

	if (!cells_fit(cpus->addr_cells, 1) ||
	    reg.len != 4u * cpus->addr_cells) {
		say_vs(c, CELLS_LENGTH, here(c, node->off, "reg"),
		       here(c, cpus->off, "#address-cells"), reg.len,
		       4u * cpus->addr_cells, cpus->addr_cells, 0);
		return;
	}
	push(c, &c->sys->cpu_count, cpu, CFG_MAX_CPUS,
	     here(c, node->off, NULL), "CPUs");
}

static void add_region(struct ctx *c, const struct cfg_node *node,
		       struct cfg_range range, uint32_t *count, uint32_t kind)
{
	struct cfg_region r = { range, kind, node->off };

	push(c, count, r, count == &c->sys->prot_count ? CFG_MAX_PROTECTED :
	     UINT32_MAX, here(c, node->off, NULL), "protected ranges");
}

/* All that reg of the node names. */
static void add_regions(struct ctx *c, const struct cfg_node *node,
			uint32_t *count, uint32_t kind)
{
	struct cfg_range range;
	enum space space;
	uint32_t i;

	for (i = 0; (space = board_reg(c, node, i, &range)); i++)
		if (space == SPACE_MEMORY)
			add_region(c, node, range, count, kind);
}

void board_load_memory(struct ctx *c)
{
	struct cfg_system *sys = c->sys;
	const struct cfg_node *n;
	struct cfg_range r;
	uint32_t i;

	sys->cpus = arena_end(c);
	for_each_node(sys, n)
		if (is(n, 2, NODE_CPU))
			load_cpu(c, n);
	sys->ram.r = arena_end(c);
	for_each_node(sys, n) {
		if (!is(n, 1, NODE_MEMORY))
			continue;
		for (i = 0; board_reg(c, n, i, &r); i++) {
			r = range_page_in(r);
			push_any(c, &sys->ram.count, r);
		}
	}
	ranges_sort_merge(&sys->ram);
	sys->reserved = arena_end(c);
	for_each_node(sys, n)
		if (is(n, 2, NODE_RESERVED))
			add_regions(c, n, &sys->reserved_count,
				    n->flags & NODE_NO_MAP ? CFG_MEM_NOMAP : 0);
}

/*
 * reg of v3: GICD, the redistributor regions, then maybe GICC, GICH, GICV;
 * of v2: GICD, GICC, GICH, GICV.
 */
static void load_gic(struct ctx *c, const struct cfg_node *node)
{
	struct cfg_intc *gic = &c->sys->intc;
	struct prop irqs = board_find(c, node, "interrupts");
	uint32_t i;

	gic->kind = CFG_INTC_GICV2;
	gic->node[0] = node;
	/* The maintenance interrupt: a PPI. */
	if (irqs.len >= 12 && prop_u32(irqs, 0) == 1 && prop_u32(irqs, 1) < 16)
		gic->maint_irq = 16 + prop_u32(irqs, 1);
	if (node->cls == CLASS_GICV3) {
		gic->kind = CFG_INTC_GICV3;
		gic->redist_stride = number(c, node, "redistributor-stride", 0);
		gic->redist_count = prop_cell(
			board_find(c, node, "#redistributor-regions"), 1, 1);
	}
	if (gic->redist_count > CFG_MAX_REDIST) {
		say(c, LIMIT, here(c, node->off, NULL), "redistributor regions",
		    gic->redist_count, CFG_MAX_REDIST);
		gic->redist_count = 0;
	}
	board_reg(c, node, 0, &gic->dist);
	for (i = 0; i < gic->redist_count; i++)
		board_reg(c, node, i + 1, &gic->redist[i]);
	board_reg(c, node, i + 1, &gic->cpu);
	board_reg(c, node, i + 2, &gic->hyp);
	board_reg(c, node, i + 3, &gic->vcpu);
}

static void load_intc(struct ctx *c, const struct cfg_node *node)
{
	struct cfg_intc *intc = &c->sys->intc;
	struct at where = here(c, node->off, NULL);
	uint32_t i = intc->ioapic_count;

	if (intc->kind != CFG_INTC_NONE && (!i || node->cls != CLASS_IOAPIC)) {
		say(c, LIMIT, where, "interrupt controllers (GIC)", 2, 1);
	} else if (node->cls != CLASS_IOAPIC) {
		load_gic(c, node);
	} else if (i == CFG_MAX_IOAPICS) {
		say(c, LIMIT, where, "IOAPICs", i + 1, i);
	} else {
		intc->kind = CFG_INTC_APIC;
		intc->node[i] = node;
		board_reg(c, node, 0, &intc->ioapic[i]);
		intc->ioapic_count++;
	}
}

static void load_ecam(struct ctx *c, const struct cfg_node *node)
{
	struct cfg_pci_host host = { 0 };
	uint64_t buses;

	board_reg(c, node, 0, &host.ecam);
	buses = host.ecam.size >> 20;
	if (!buses)
		return;
	buses = number(c, node, "bus-range", buses < 256 ? buses - 1 : 255);
	host.bus_first = buses >> 32;
	host.bus_last = (uint32_t)buses;
	host.domain = (uint32_t)number(c, node, "linux,pci-domain", 0);
	push(c, &c->sys->pci_count, host, CFG_MAX_PCI_HOSTS,
	     here(c, node->off, NULL), "PCI hosts");
}

void board_load_protected(struct ctx *c)
{
	struct cfg_system *sys = c->sys;
	const struct cfg_node *n;

	sys->prot = arena_end(c);
	for_each_node(sys, n) {
		if (n->cls == CLASS_HYPERVISOR && sys->hv_mem.size)
			add_region(c, n, sys->hv_mem, &sys->prot_count,
				   CFG_PROT_HYPERVISOR);
		else if (n->kept)
			add_regions(c, n, &sys->prot_count, n->kept - 1u);
	}
	sort_by_base(sys->prot, sys->prot_count, sizeof(*sys->prot));
	sys->pci = arena_end(c);
	for_each_node(sys, n) {
		if (n->flags & NODE_DISABLED)
			continue;
		if (n->cls == CLASS_ECAM)
			load_ecam(c, n);
		else if (n->cls == CLASS_GICV2 || n->cls == CLASS_GICV3 ||
			 n->cls == CLASS_IOAPIC)
			load_intc(c, n);
		else if (n->cls == CLASS_LAPIC)
			board_reg(c, n, 0, &sys->intc.cpu);
		else if (n->cls == CLASS_PM_TIMER)
			board_reg(c, n, 0, &sys->pm_timer);
	}
}

/*
 * The windows through which a PCI host's devices are seen. IEEE 1275 PCI
 * binding: 3 cells of bus address, parent address, 2 of size.
 */
static void add_pci_windows(struct ctx *c, const struct cfg_node *host)
{
	const struct cfg_node *bus = bus_of(c, host);
	struct prop map = board_find(c, host, "ranges");
	uint32_t entry = 4 * (3u + bus->addr_cells + 2u);
	const uint8_t *val;
	struct cfg_range r;

	if (!map.val || !cells_fit(bus->addr_cells, 1) ||
	    host->addr_cells != 3 || host->size_cells != 2 || map.len % entry)
		return;
	for (val = map.val; val < map.val + map.len; val += entry) {
		r = cells_range(val + 12, bus->addr_cells, 2);
		if (is_pc(c->sys) && !(val[0] & 2))
			continue;	/* I/O space, which is not memory */
		if (r.base + r.size > r.base && translate(c, bus, &r))
			add_region(c, host, r, &c->sys->dev_count, 0);
	}
}

void board_load_devices(struct ctx *c)
{
	const uint32_t other = NODE_DISABLED | NODE_NO_DEVICE | NODE_UNMAPPED |
			       NODE_MEMORY;
	struct cfg_system *sys = c->sys;
	const struct cfg_node *n;

	sys->devs = arena_end(c);
	for_each_node(sys, n) {
		if ((n->flags & other) || n->kept == CFG_PROT_INTC + 1 ||
		    n->kept == CFG_PROT_IOMMU + 1)
			continue;
		if (n->cls != CLASS_ECAM)
			add_regions(c, n, &sys->dev_count, 0);
		if (n->flags & NODE_PCI)
			add_pci_windows(c, n);
	}
	sort_by_base(sys->devs, sys->dev_count, sizeof(*sys->devs));
}

void board_console(struct ctx *c, const struct props *props,
		   struct cfg_uart *uart)
{
	const struct cfg_node *node = ref_one(c, props, P_CONSOLE);
	struct cfg_uart u = { .kind = CFG_UART_8250, .io_width = 1 };
	struct cfg_range r;
	uint32_t speed;

	if (!node)
		return;
	if (node->cls == CLASS_PL011) {
		u.kind = CFG_UART_PL011;
		u.io_width = 4;
	}
	u.is_port = board_reg(c, node, 0, &r) == SPACE_PORT;
	u.base = r.base;
	u.size = r.size;
	u.reg_shift = (uint32_t)number(c, node, "reg-shift", 0);
	u.io_width = (uint32_t)number(c, node, "reg-io-width", u.io_width);
	speed = 16 * (uint32_t)number(c, node, "current-speed", 0);
	if (speed)
		u.divider = (uint32_t)number(c, node, "clock-frequency", 0) /
			    speed;
	if ((node->cls == CLASS_PL011 || node->cls == CLASS_8250) && u.size &&
	    u.reg_shift < 8 && (u.io_width == 1 || u.io_width == 4))
		*uart = u;
	else
		say_vs(c, CONSOLE_KIND, prop_at(c, props, P_CONSOLE),
		       board(c, node->off, NULL));
}
