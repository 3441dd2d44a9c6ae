// SPDX-License-Identifier: GPL-2.0-only
/*
 * A system and its cells against another tree of the same board.
 *
 * hv/config reads the other tree too: with a node of a hypervisor added it
 * is a system. Only contradictions count; what one tree leaves out, or what
 * firmware fills in later, is none.
 */
#include <string.h>

#include <libfdt.h>

#include <lib/link.h>

#include "advice_internal.h"

#define SPI_FIRST	32
#define ROOM		4096

struct board {
	const struct advice_input *in;
	const struct cfg_system *sys;	/* the system */
	struct cfg_report *report;
	struct cfg_system other;	/* the other tree, as a system */
	void *copy;
	struct cfg_arena arena;
	struct pool pool;
};

/* Disabled is a matter of use: the registers are there all the same. */
static void enable_devices(void *fdt)
{
	static const char *const kept[] = {
		"device_type", "interrupt-controller", "msi-controller",
		"#iommu-cells",
	};
	bool keep;
	int node;
	size_t i;

	for (node = fdt_next_node(fdt, 0, NULL); node >= 0;
	     node = fdt_next_node(fdt, node, NULL)) {
		keep = !fdt_getprop(fdt, node, "reg", NULL);
		for (i = 0; i < sizeof(kept) / sizeof(*kept); i++)
			keep = keep || fdt_getprop(fdt, node, kept[i], NULL);
		if (!keep)
			fdt_nop_property(fdt, node, "status");
	}
}

static bool make_system(struct board *b)
{
	static const char compatible[] = "cellblock,hypervisor";
	int size = (int)(b->in->board_size + ROOM);
	int node;

	b->copy = pool_alloc(&b->pool, (size_t)size);
	if (fdt_open_into(b->in->board, b->copy, size))
		return false;
	enable_devices(b->copy);
	if (fdt_node_offset_by_compatible(b->copy, -1, compatible) < 0) {
		node = fdt_add_subnode(b->copy, 0, "cellblock-hypervisor");
		if (node < 0 ||
		    fdt_setprop_string(b->copy, node, "compatible",
				       compatible))
			return false;
	}
	return !fdt_pack(b->copy);
}

/* It lacks much of what a system needs: what it has is read nevertheless. */
static bool board_read(struct board *b)
{
	struct cfg_report silent = { .emit = NULL };

	b->arena.size = CFG_ARENA_SYSTEM(CFG_MAX_SYSTEM_BLOB);
	b->arena.base = pool_alloc(&b->pool, b->arena.size);
	if (b->in->board_size > CFG_MAX_SYSTEM_BLOB || !make_system(b))
		return false;
	config_load_system(b->copy, fdt_totalsize(b->copy), &b->arena, &silent,
			   &b->other);
	return b->other.node_count > 0;
}

/* A place in the tree as it was given. */
static struct at board_at(const struct board *b, int32_t node,
			  const char *prop)
{
	char path[1024];
	int32_t offset = -1;

	if (!fdt_get_path(b->copy, node, path, sizeof(path)))
		offset = node_by_path(b->in->board, path, strlen(path));
	return at(b->in->board, offset < 0 ? 0 : offset, prop);
}

static struct at system_at(const struct board *b, int32_t node,
			   const char *prop)
{
	return at(b->sys->fdt, node < 0 ? 0 : node, prop);
}

/* The node of the other tree with the path of one of the system. */
static int32_t same_node(const struct board *b, int32_t node)
{
	char path[1024];

	if (fdt_get_path(b->sys->fdt, node, path, sizeof(path)))
		return -1;
	return node_by_path(b->copy, path, strlen(path));
}

static const struct cfg_cpu *cpu_of(const struct cfg_system *sys, uint64_t id)
{
	uint32_t i;

	for (i = 0; i < sys->cpu_count; i++)
		if (sys->cpus[i].hwid == id)
			return &sys->cpus[i];
	return NULL;
}

static void compare_cpus(const struct board *b)
{
	const struct cfg_cpu *cpu;
	uint32_t i;

	if (!b->other.cpu_count)
		return;
	for (i = 0; i < b->sys->cpu_count; i++) {
		cpu = &b->sys->cpus[i];
		if (!cpu_of(&b->other, cpu->hwid))
			advice_say(b->report, BOARD_CPU,
				   system_at(b, cpu->node, "reg"), NOWHERE,
				   cpu->hwid);
	}
	for (i = 0; i < b->other.cpu_count; i++) {
		cpu = &b->other.cpus[i];
		if (!cpu_of(b->sys, cpu->hwid))
			advice_say(b->report, BOARD_CPU_LEFT,
				   system_at(b, fdt_path_offset(b->sys->fdt,
								"/cpus"),
					     NULL),
				   board_at(b, cpu->node, "reg"), cpu->hwid);
	}
}

static void compare_ram(const struct board *b)
{
	const struct cfg_system *o = &b->other;
	int32_t node = fdt_node_offset_by_prop_value(b->sys->fdt, -1,
						     "device_type", "memory",
						     sizeof("memory"));
	uint32_t i, k;

	/* Without any, firmware fills it in. */
	for (i = 0; o->ram.count && i < b->sys->ram.count; i++) {
		for (k = 0; k < o->ram.count; k++)
			if (cfg_range_holds(o->ram.r[k], b->sys->ram.r[i]))
				break;
		if (k == o->ram.count)
			advice_say(b->report, BOARD_RAM,
				   system_at(b, node, "reg"), NOWHERE,
				   &b->sys->ram.r[i]);
	}
}

static bool system_reserves(const struct board *b, struct cfg_range r)
{
	uint32_t i;

	for (i = 0; i < b->sys->reserved_count; i++)
		if (b->sys->reserved[i].range.base == r.base &&
		    b->sys->reserved[i].range.size == r.size)
			return true;
	return false;
}

/* Memory of ours against what the board's firmware keeps. */
static void compare_reserved(const struct board *b, struct cfg_range r,
			     struct at where, const char *name)
{
	const struct cfg_region *o = b->other.reserved;
	uint32_t i;

	for (i = 0; i < b->other.reserved_count; i++, o++)
		if ((o->kind & CFG_MEM_NOMAP) && cfg_range_meets(o->range, r) &&
		    !system_reserves(b, o->range))
			advice_say(b->report, BOARD_RESERVED, where,
				   board_at(b, o->node, "reg"), name, &r,
				   &o->range);
}

static void compare_memory(const struct board *b)
{
	const struct cfg_region *hv = b->sys->reserved;
	const struct cfg_cell *cell;
	const struct cfg_mem *m;
	uint32_t n, i;

	for (i = 0; i < b->sys->reserved_count; i++, hv++)
		if (hv->range.base == b->sys->hv_mem.base)
			compare_reserved(b, hv->range,
					 system_at(b, hv->node, "reg"),
					 "the hypervisor's memory");
	for (n = 0; n < b->in->cell_count; n++) {
		cell = b->in->cells[n];
		for (i = 0; i < cell->mem_count; i++) {
			m = &cell->mem[i];
			if (!(m->flags & (CFG_MEM_IO | CFG_MEM_COMM)))
				compare_reserved(b, mem_phys(m),
						 mem_place(cell, m),
						 mem_label(b->sys, cell, m));
		}
	}
}

static void compare_intc(const struct board *b)
{
	const struct cfg_intc *s = &b->sys->intc, *o = &b->other.intc;
	const struct {
		const char *name;
		struct cfg_range ours, theirs;
	} parts[] = {
		{ "distributor", s->dist, o->dist },
		{ "redistributor region", s->redist[0], o->redist[0] },
		{ "GICC", s->cpu, o->cpu }, { "GICH", s->hyp, o->hyp },
		{ "GICV", s->vcpu, o->vcpu },
	};
	struct at where = system_at(b, tree_gic(b->sys), "reg");
	struct at other = board_at(b, tree_gic(&b->other), "reg");
	size_t i;

	if (s->kind == CFG_INTC_NONE || o->kind == CFG_INTC_NONE)
		return;
	if (s->kind != o->kind) {
		where.prop = other.prop = "compatible";
		advice_say(b->report, BOARD_INTC_KIND, where, other,
			   s->kind == CFG_INTC_GICV3 ? 3 : 2,
			   o->kind == CFG_INTC_GICV3 ? 3 : 2);
		return;
	}
	for (i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (parts[i].ours.size && parts[i].theirs.size &&
		    memcmp(&parts[i].ours, &parts[i].theirs,
			   sizeof(parts[i].ours)))
			advice_say(b->report, BOARD_INTC, where, other,
				   parts[i].name, &parts[i].ours,
				   &parts[i].theirs);
}

/* A device of the system that is there, or negative. */
static int32_t device_at(const struct cfg_system *sys, struct cfg_range r)
{
	uint32_t i;

	for (i = 0; i < sys->dev_count; i++)
		if (cfg_range_meets(sys->devs[i].range, r))
			return sys->devs[i].node;
	return -1;
}

/* Registers that the other tree makes the hypervisor's. */
static void compare_open(const struct board *b, const struct cfg_cell *cell,
			 bool root)
{
	const struct cfg_region *p;
	const struct cfg_mem *m;
	struct at where;
	uint32_t i, k;

	for (i = 0; i < b->other.prot_count; i++) {
		p = &b->other.prot[i];
		for (k = 0; k < cell->mem_count; k++)
			if (!(cell->mem[k].flags & CFG_MEM_COMM) &&
			    cfg_range_meets(p->range, mem_phys(&cell->mem[k])))
				break;
		if (k == cell->mem_count || p->kind == CFG_PROT_HYPERVISOR ||
		    (root && p->kind == CFG_PROT_ROOT))
			continue;
		m = &cell->mem[k];
		where = root ? system_at(b, device_at(b->sys, p->range), "reg") :
			       mem_place(cell, m);
		advice_say(b->report, BOARD_OPEN, where,
			   board_at(b, p->node, "reg"), &p->range, cell->name);
	}
}

static bool board_knows(const struct board *b, struct cfg_range r)
{
	uint32_t i;

	for (i = 0; i < b->other.prot_count; i++)
		if (cfg_range_meets(b->other.prot[i].range, r))
			return true;
	return device_at(&b->other, r) >= 0;
}

/* The registers of a node of the system, one range of them. */
static void compare_registers(const struct board *b,
			      const struct cfg_region *dev, int32_t node)
{
	const struct cfg_region *o = b->other.devs, *first = NULL;
	struct at where = system_at(b, dev->node, "reg");
	uint32_t i;

	for (i = 0; node >= 0 && i < b->other.dev_count; i++, o++) {
		if (o->node != node)
			continue;
		if (o->range.base == dev->range.base &&
		    o->range.size == dev->range.size)
			return;
		first = first ? first : o;
	}
	if (first)
		advice_say(b->report, BOARD_REG, where,
			   board_at(b, node, "reg"), &dev->range,
			   &first->range);
	else if (!board_knows(b, dev->range))
		advice_say(b->report, BOARD_NOTHING, where, NOWHERE,
			   &dev->range);
}

static void compare_spis(const struct board *b, int32_t ours, int32_t theirs)
{
	struct at where = system_at(b, ours, "interrupts");
	struct at other = board_at(b, theirs, "interrupts");
	struct cfg_irq_set s, o;
	uint32_t n;

	tree_spis(b->sys->fdt, tree_gic(b->sys), ours, &s);
	tree_spis(b->copy, tree_gic(&b->other), theirs, &o);
	for (n = SPI_FIRST; n < CFG_MAX_IRQS; n++) {
		if (cfg_irq_test(&s, n) && !cfg_irq_test(&o, n))
			advice_say(b->report, BOARD_SPI, where, other,
				   n - SPI_FIRST, n);
		if (!cfg_irq_test(&s, n) && cfg_irq_test(&o, n))
			advice_say(b->report, BOARD_SPI_LEFT, where, other,
				   n - SPI_FIRST, n);
	}
}

static void compare_streams(const struct board *b, int32_t ours,
			    int32_t theirs)
{
	struct stream s[STREAMS_MAX], o[STREAMS_MAX];
	int count = tree_streams(b->sys->fdt, ours, s);
	int there = tree_streams(b->copy, theirs, o);
	int i, k;

	for (i = 0; i < count; i++) {
		for (k = 0; k < there; k++)
			if (s[i].id == o[k].id &&
			    same_node(b, s[i].iommu) == o[k].iommu)
				break;
		if (k >= there)
			advice_say(b->report, BOARD_STREAM,
				   system_at(b, ours, "iommus"),
				   board_at(b, theirs, "iommus"), s[i].id,
				   tree_name(b->sys->fdt, s[i].iommu));
	}
}

static void compare_devices(const struct board *b)
{
	const struct cfg_region *dev = b->sys->devs;
	bool again;
	int32_t node;
	uint32_t i, k;

	for (i = 0; i < b->sys->dev_count; i++, dev++) {
		node = same_node(b, dev->node);
		compare_registers(b, dev, node);
		for (k = 0, again = false; k < i; k++)
			again = again || b->sys->devs[k].node == dev->node;
		if (node < 0 || again)
			continue;
		compare_spis(b, dev->node, node);
		compare_streams(b, dev->node, node);
	}
}

/* What a cell lists and no device of the system explains. */
static void cell_spi(const struct board *b, const struct cfg_cell *cell,
		     const char *prop, uint32_t irq)
{
	const struct cfg_region *o = b->other.devs;
	int32_t node = tree_raiser(&b->other, irq);
	uint32_t i, k;

	if (node < 0 || tree_raiser(b->sys, irq) >= 0)
		return;
	for (i = 0; i < b->other.dev_count; i++, o++)
		for (k = 0; o->node == node && k < cell->mem_count; k++)
			if (cfg_range_meets(mem_phys(&cell->mem[k]), o->range))
				return;
	advice_say(b->report, BOARD_SPI_OTHER, at(cell->fdt, 0, prop),
		   board_at(b, node, "interrupts"), irq - SPI_FIRST, irq);
}

static void compare_cell(const struct board *b, const struct cfg_cell *cell)
{
	static const char *const props[] = { "interrupts",
					     "interrupts-extended" };
	struct cfg_irq_set spis;
	const struct cfg_mem *m;
	struct cfg_range r;
	uint32_t i, irq;

	for (i = 0; i < cell->mem_count; i++) {
		m = &cell->mem[i];
		r = mem_phys(m);
		if ((m->flags & CFG_MEM_IO) && m->device < 0 &&
		    !board_knows(b, r))
			advice_say(b->report, BOARD_NOTHING,
				   mem_place(cell, m), NOWHERE, &r);
	}
	for (i = 0; i < 2; i++) {
		tree_own_spis(cell, 0, b->sys, props[i], &spis);
		for (irq = SPI_FIRST; irq < CFG_MAX_IRQS; irq++)
			if (cfg_irq_test(&spis, irq))
				cell_spi(b, cell, props[i], irq);
	}
	compare_open(b, cell, false);
}

void advice_board(const struct advice_input *in, struct cfg_report *report)
{
	struct board b = { .in = in, .sys = in->system, .report = report };
	uint32_t n;

	if (!in->board)
		return;
	if (!board_read(&b)) {
		advice_say(report, BOARD_UNREAD, at(in->board, 0, NULL),
			   NOWHERE);
		pool_free(&b.pool);
		return;
	}
	compare_cpus(&b);
	compare_ram(&b);
	compare_memory(&b);
	compare_intc(&b);
	compare_open(&b, &in->system->root, true);
	compare_devices(&b);
	for (n = 0; n < in->cell_count; n++)
		compare_cell(&b, in->cells[n]);
	pool_free(&b.pool);
}
