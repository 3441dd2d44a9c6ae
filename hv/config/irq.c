/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Interrupt specifiers (Devicetree Specification 0.4, 2.4). GIC: kind, number,
 * flags; SPI n is INTID 32 + n, PPI n is INTID 16 + n. IOAPIC: pin, sense.
 */
#include <string.h>

#include "internal.h"

/* Interrupts that a controller counts from 0. The GIC has these numbers. */
enum kind { SPI, PPI, PIN };

static const struct {
	const char *name;
	uint32_t first;
	uint32_t count;
} kinds[] = {
	{ "SPI", 32, 988 }, { "PPI", 16, 16 }, { "pin", 0, CFG_IOAPIC_PINS },
};

static void add(struct ctx *c, enum kind kind, uint32_t n)
{
	n += kinds[kind].first;
	c->cell->irqs.bits[n / 32] |= 1u << n % 32;
}

void irq_all(struct ctx *c)
{
	enum kind kind = is_pc(c->sys) ? PIN : SPI;
	uint32_t n = kind == PIN ? c->sys->intc.ioapic_count : 1;
	uint32_t i;

	for (i = 0; i < n * kinds[kind].count; i++)
		add(c, kind, i);
}

const char *config_irq_name(const struct cfg_system *system, uint32_t irq,
			    uint32_t *number)
{
	enum kind kind = is_pc(system) ? PIN : SPI;

	*number = (irq - kinds[kind].first) % kinds[kind].count;
	return kinds[kind].name;
}

static void specifier(struct ctx *c, struct at where, uint32_t intc,
		      const uint8_t *val)
{
	bool gic = !is_pc(c->sys);
	uint32_t kind = gic ? be32(val) : PIN;
	uint32_t n = be32(val + 4 * gic);

	if (gic && kind > PPI)
		say(c, IRQ_KIND, where, kind);
	else if (n >= kinds[kind].count)
		say(c, IRQ_RANGE, where, kinds[kind].name, n,
		    kinds[kind].count - 1);
	else if (kind != PPI)
		add(c, kind, CFG_IOAPIC_PINS * intc + n);
	else if (strcmp(where.prop, "devices"))
		say(c, IRQ_PRIVATE, where, n);
}

/*
 * Consecutive specifiers of one controller, if there is one, or, extended,
 * controller and specifier in turn.
 */
static void list(struct ctx *c, struct at where, struct prop irqs,
		 const struct cfg_node *intc, bool extended)
{
	const uint32_t least = is_pc(c->sys) ? 2 : 3;
	/* A fragment of a cell is refused below, or left out. */
	uint32_t count = (irqs.len + (extended ? 0 : 3)) / 4;
	uint32_t i, number, cells;
	bool ours;

	for (i = 0; i < count; i += cells) {
		if (extended)
			intc = ref_get(c, where, irqs, i++);
		if (!intc)
			return;
		for (number = 0; number < CFG_MAX_IOAPICS; number++)
			if (c->sys->intc.node[number] == intc)
				break;
		ours = number < CFG_MAX_IOAPICS;
		cells = ours || extended ? intc->irq_cells : count;
		if (!cells || cells > count - i ||
		    (ours && (cells < least ||
			      (!extended && irqs.len % (4 * cells))))) {
			say_vs(c, CELLS_SPECIFIER, where,
			       board(c, intc->off, "#interrupt-cells"),
			       irqs.len, cells);
			return;
		}
		if (ours)
			specifier(c, where, number, irqs.val + 4 * i);
		else
			say_vs(c, IRQ_LEFT, where, board(c, intc->off, NULL),
			       is_pc(c->sys) ? "IOAPIC" : "GIC");
	}
}

static void of_property(struct ctx *c, const struct props *props,
			enum prop_id id)
{
	struct at where = prop_at(c, props, id);
	struct prop prop = props->p[id];
	const struct cfg_node *dev;
	struct prop ext;
	uint32_t i;

	if (id != P_DEVICES)
		list(c, where, prop, c->sys->intc.node[0], id == P_IRQS_EXT);
	else if (!is_root(c))
		for_each_ref(c, dev, prop, i) {
			/* The standard: interrupts-extended wins. */
			ext = board_find(c, dev, "interrupts-extended");
			list(c, where, ext.val ? ext :
			     board_find(c, dev, "interrupts"),
			     index_phandle(c->sys, dev->intc), ext.val);
		}
}

static const enum prop_id sources[] = { P_IRQS, P_IRQS_EXT, P_DEVICES };

void irq_load(struct ctx *c, const struct props *props)
{
	const enum prop_id *id;

	for_each(id, sources, ARRAY_LEN(sources))
		of_property(c, props, *id);
}

struct at irq_origin(const struct ctx *c, const struct cfg_cell *cell,
		     uint32_t irq)
{
	struct cfg_report silent = { .emit = NULL };
	struct cfg_cell again = { .name = "" };
	struct ctx walk = { .report = &silent, .sys = c->sys, .cell = &again,
			    .fdt = cell->fdt };
	const enum prop_id *id;
	struct props props;

	props_read(&walk, 0, T_CELL, &props);
	for (id = sources; *id != P_DEVICES; id++) {
		of_property(&walk, &props, *id);
		if (cfg_irq_test(&again.irqs, irq))
			break;
	}
	return prop_at(&walk, &props, *id);
}
