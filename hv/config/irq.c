/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Interrupt specifiers (Devicetree Specification 0.4, 2.4). GIC: kind, number,
 * flags; SPI n is INTID 32 + n, PPI n is INTID 16 + n. IOAPIC: pin, sense.
 */
#include <string.h>

#include "internal.h"

/* Interrupts that a controller counts from 0. */
struct irq_kind {
	const char *name;
	uint32_t first;
	uint32_t count;
};

static const struct irq_kind spi = { "SPI", 32, 988 };
static const struct irq_kind ppi = { "PPI", 16, 16 };

/* What cells can be given. */
static struct irq_kind shared(const struct cfg_system *sys)
{
	return is_pc(sys) ? (struct irq_kind){
		"pin", 0, CFG_IOAPIC_PINS * sys->intc.ioapic_count } : spi;
}

void irq_all(struct ctx *c)
{
	struct irq_kind kind = shared(c->sys);
	uint32_t i;

	for (i = kind.first; i < kind.first + kind.count; i++)
		c->cell->irqs.bits[i / 32] |= 1u << i % 32;
}

const char *config_irq_name(const struct cfg_system *system, uint32_t irq,
			    uint32_t *number)
{
	struct irq_kind kind = shared(system);

	*number = irq - kind.first;
	if (is_pc(system))
		*number %= CFG_IOAPIC_PINS;
	return kind.name;
}

/* Which of the cells' controllers? Behind the last: none. */
static uint32_t controller(const struct ctx *c, const struct cfg_node *node)
{
	uint32_t i;

	for (i = 0; i < CFG_MAX_IOAPICS; i++)
		if (c->sys->intc.node[i] == node)
			break;
	return i;
}

static void take(struct ctx *c, struct at where, uint32_t irq, bool private)
{
	if (c->wanted_irq == irq + 1)
		c->irq_origin = where;
	else if (c->wanted_irq)
		return;
	else if (!private)
		c->cell->irqs.bits[irq / 32] |= 1u << irq % 32;
	else if (strcmp(where.prop, "devices"))
		say(c, IRQ_PRIVATE, where, irq - ppi.first);
}

static void specifier(struct ctx *c, struct at where, uint32_t intc,
		      const uint8_t *val)
{
	struct irq_kind kind = { "pin", CFG_IOAPIC_PINS * intc,
				 CFG_IOAPIC_PINS };
	bool gic = !is_pc(c->sys);
	uint32_t what = gic ? be32(val) : 0;
	uint32_t n = be32(val + 4 * gic);

	if (gic)
		kind = what ? ppi : spi;
	if (what > 1)
		say(c, IRQ_KIND, where, what);
	else if (n >= kind.count)
		say(c, IRQ_RANGE, where, kind.name, n, kind.count - 1);
	else
		take(c, where, n + kind.first, what);
}

/*
 * Consecutive specifiers of one controller, or, without one, controller and
 * specifier in turn.
 */
static void list(struct ctx *c, struct at where, struct prop irqs,
		 const struct cfg_node *intc)
{
	const uint32_t least = is_pc(c->sys) ? 2 : 3;
	bool extended = !intc;
	/* A fragment of a cell is refused below, or left out. */
	uint32_t count = (irqs.len + (extended ? 0 : 3)) / 4;
	uint32_t i, number;
	bool ours;

	for (i = 0; i < count; i += intc->irq_cells) {
		if (extended)
			intc = ref_get(c, where, irqs, i++);
		if (!intc)
			return;
		number = controller(c, intc);
		ours = number < CFG_MAX_IOAPICS;
		if ((ours || extended) &&
		    (!intc->irq_cells || intc->irq_cells > count - i ||
		     (ours && intc->irq_cells < least) ||
		     (!extended && irqs.len % (4u * intc->irq_cells)))) {
			say_vs(c, CELLS_SPECIFIER, where,
			       board(c, intc->off, "#interrupt-cells"),
			       irqs.len, intc->irq_cells);
			return;
		}
		if (ours)
			specifier(c, where, number, irqs.val + 4 * i);
		else
			say_vs(c, IRQ_LEFT, where, board(c, intc->off, NULL),
			       is_pc(c->sys) ? "IOAPIC" : "GIC");
		if (!ours && !extended)
			return;
	}
}

static void of_device(struct ctx *c, const struct cfg_node *dev,
		      struct at where)
{
	struct prop ext = board_find(c, dev, "interrupts-extended");
	struct prop irqs = board_find(c, dev, "interrupts");
	const struct cfg_node *intc = index_phandle(c->sys, dev->intc);

	/* The standard: interrupts-extended wins where both are given. */
	if (ext.val)
		list(c, where, ext, NULL);
	else if (intc)
		list(c, where, irqs, intc);
}

void irq_load(struct ctx *c, const struct props *props)
{
	struct prop devices = props->p[P_DEVICES];
	const struct cfg_node *dev;
	uint32_t i;

	if (c->sys->intc.node[0])
		list(c, prop_at(c, props, P_IRQS), props->p[P_IRQS],
		     c->sys->intc.node[0]);
	list(c, prop_at(c, props, P_IRQS_EXT), props->p[P_IRQS_EXT], NULL);
	for (i = 0; !is_root(c) && i < devices.len / 4; i++) {
		dev = index_phandle(c->sys, prop_u32(devices, i));
		if (dev)
			of_device(c, dev, prop_at(c, props, P_DEVICES));
	}
}

struct at irq_origin(const struct ctx *c, const struct cfg_cell *cell,
		     uint32_t irq)
{
	struct cfg_report silent = { .emit = NULL };
	struct ctx walk = { .report = &silent, .sys = c->sys,
			    .fdt = cell->fdt, .wanted_irq = irq + 1,
			    .irq_origin = { cell->fdt, 0, NULL } };
	struct props props;

	props_read(&walk, 0, T_CELL, &props);
	irq_load(&walk, &props);
	return walk.irq_origin;
}
