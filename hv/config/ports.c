/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * I/O ports, where there is an I/O space. The root cell has all of them but
 * those that the hypervisor answers; a cell those that it names or that its
 * devices have.
 */
#include "internal.h"

/*
 * Ports of the PC's own chips, in order: the hypervisor answers for those that
 * reset the machine or reach what is another cell's; "root" ones pass to the
 * root cell, and to no other. The last one is where ports end.
 */
static const struct fixed {
	struct cfg_range range;
	bool root;
	const char *why;
} fixed[] = {
	{ { 0x000, 0x20 }, true, "the root cell's DMA controller" },
	{ { 0x020, 0x2 }, true, "the root cell's interrupt controller (PIC)" },
	{ { 0x040, 0x4 }, true, "the root cell's timer (PIT)" },
	{ { 0x060, 0x1 }, false, "the hypervisor moderates the i8042" },
	{ { 0x061, 0x1 }, true, "the root cell's timer gate (PIT)" },
	{ { 0x064, 0x1 }, false, "the hypervisor moderates the i8042" },
	{ { 0x070, 0x2 }, true, "the root cell's clock and NMI mask" },
	{ { 0x080, 0x10 }, true, "the root cell's DMA pages" },
	{ { 0x092, 0x1 }, false, "the hypervisor moderates A20 and reset" },
	{ { 0x0a0, 0x2 }, true, "the root cell's interrupt controller (PIC)" },
	{ { 0x0c0, 0x20 }, true, "the root cell's DMA controller" },
	{ { 0x4d0, 0x2 }, true, "the root cell's interrupt controller (ELCR)" },
	{ { 0xcf8, 0x8 }, false,
	  "the hypervisor moderates PCI configuration and reset" },
	{ { CFG_PORTS, 0 }, false, NULL },
};

/* Unless they are kept from the cell. */
static void add_ports(struct ctx *c, struct at where, struct cfg_range r)
{
	const struct cfg_uart *uart = &c->sys->console;
	struct cfg_range console = { uart->base, uart->size };
	bool root = is_root(c);
	const struct fixed *f;

	for_each(f, fixed, ARRAY_LEN(fixed))
		if (cfg_range_meets(f->range, r) && !(root && f->root))
			say(c, PORT_INTERCEPTED, where, &r, &f->range, f->why);
	if (!root && cfg_range_meets(c->sys->pm_timer, r))
		say(c, PORT_INTERCEPTED, where, &r, &c->sys->pm_timer,
		    "every cell can read the PM timer without naming it");
	if (!root && uart->is_port && cfg_range_meets(console, r))
		say(c, CONSOLE_PORTS, where, &r, &console);
	push(c, &c->cell->ports.count, r, CFG_MAX_PORTS, where,
	     "ranges of I/O ports of one cell");
}

static void load_list(struct ctx *c, const struct props *props)
{
	struct at where = prop_at(c, props, P_PORTS);
	struct prop list = props->p[P_PORTS];
	struct cfg_range r;
	uint32_t i;

	if (list.len % 8)
		say(c, BAD_LENGTH, where, list.len, "a multiple of 8");
	for (i = 0; i + 1 < list.len / 4; i += 2) {
		r = cells_range(list.val + 4 * i, 1, 1);
		if (!r.size || cfg_range_end(r) > CFG_PORTS)
			say(c, PORT_RANGE, where, (uint32_t)r.size, r.base);
		else
			add_ports(c, where, r);
	}
}

static void load_devices(struct ctx *c, const struct props *props)
{
	struct prop devices = props->p[P_DEVICES];
	const struct cfg_node *dev;
	struct cfg_range r;
	enum space space;
	uint32_t i, k;

	for_each_ref(c, dev, devices, i)
		for (k = 0; (space = board_reg(c, dev, k, &r)); k++)
			if (space == SPACE_PORT && dev->cls != CLASS_PM_TIMER)
				add_ports(c, prop_at(c, props, P_DEVICES), r);
}

static void load_all(struct ctx *c)
{
	struct cfg_range r = { 0, 0 };
	const struct fixed *f;

	for_each(f, fixed, ARRAY_LEN(fixed)) {
		if (f->root)
			continue;
		r = range_from(r.base, f->range.base);
		push_any(c, &c->cell->ports.count, r);
		r.base = cfg_range_end(f->range);
	}
}

void ports_load(struct ctx *c, const struct props *props)
{
	struct cfg_cell *cell = c->cell;

	if (!is_pc(c->sys))
		return;
	cell->ports.r = arena_end(c);
	load_list(c, props);
	if (!is_root(c))
		load_devices(c, props);
	else if (!props->p[P_PORTS].val)
		load_all(c);
	ranges_sort_merge(&cell->ports);
}

/* Which property of the cell brings them? */
static struct at origin(const struct cfg_cell *cell, struct cfg_range ports)
{
	struct prop list = node_find(cell->fdt, 0, "io-ports");
	uint32_t i;

	for (i = 0; i < list.len; i += 8)
		if (cfg_range_meets(cells_range(list.val + i, 1, 1), ports))
			return (struct at){ cell->fdt, 0, "io-ports" };
	return (struct at){ cell->fdt, 0, "devices" };
}

void ports_judge(struct ctx *c, const struct cfg_cell *other, bool root)
{
	struct cfg_range *p, *o;

	for_each(p, c->cell->ports.r, c->cell->ports.count) {
		if (root && !ranges_cover(other->ports, *p))
			say(c, PORT_NOT_OWNED, origin(c->cell, *p), p);
		for_each(o, other->ports.r, other->ports.count)
			if (!root && cfg_range_meets(*p, *o))
				say_vs(c, PORT_SHARED, origin(c->cell, *o),
				       origin(other, *p), p, o, other->name);
	}
}
