/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Interrupt specifiers (Devicetree Specification 0.4, 2.4) of the GIC: kind,
 * number, flags. SPI n is INTID 32 + n, PPI n is INTID 16 + n.
 */
#include <string.h>

#include "internal.h"

struct irq_kind {
	const char *name;
	uint32_t first;		/* INTID */
	uint32_t count;
};

static const struct irq_kind kinds[] = {
	{ "SPI", 32, 988 },
	{ "PPI", 16, 16 },
};

/*
 * The node that interprets the specifiers of this one. A node with
 * #interrupt-cells is a controller or a nexus; both end the search.
 */
static const struct cfg_node *interrupt_parent(const struct cfg_system *sys,
					       const struct cfg_node *node)
{
	while (!node->intc) {
		if (!node->depth)
			return NULL;
		node = &sys->nodes[node->parent];
		if (node->irq_cells)
			return node;
	}
	return index_phandle(sys, node->intc);
}

static void take(struct ctx *c, struct at where, uint32_t intid)
{
	if (c->wanted_irq == intid)
		c->irq_origin = where;
	else if (c->wanted_irq)
		return;
	else if (intid >= 32)
		c->cell->irqs.bits[intid / 32] |= 1u << intid % 32;
	else if (strcmp(where.prop, "devices"))
		say(c, IRQ_PRIVATE, where, intid - 16);
}

static void specifier(struct ctx *c, struct at where, struct prop irqs,
		      uint32_t i)
{
	uint32_t kind = prop_u32(irqs, i);
	uint32_t n = prop_u32(irqs, i + 1);

	if (kind >= ARRAY_LEN(kinds))
		say(c, IRQ_KIND, where, kind);
	else if (n >= kinds[kind].count)
		say(c, IRQ_RANGE, where, kinds[kind].name, n,
		       kinds[kind].count - 1);
	else
		take(c, where, n + kinds[kind].first);
}

/* Consecutive specifiers of the GIC, or controller and specifier in turn. */
static void list(struct ctx *c, struct at where, struct prop irqs,
		 bool extended)
{
	const struct cfg_node *gic = c->sys->intc.node;
	const struct cfg_node *intc = gic;
	/* A fragment of a cell is refused below, or left out. */
	uint32_t count = (irqs.len + (extended ? 0 : 3)) / 4;
	uint32_t i;

	for (i = 0; i < count; i += intc->irq_cells) {
		if (extended)
			intc = ref_get(c, where, irqs, i++);
		if (!intc)
			return;
		if (!intc->irq_cells || intc->irq_cells > count - i ||
		    (intc == gic && intc->irq_cells < 3) ||
		    (!extended && irqs.len % (4u * intc->irq_cells))) {
			say_vs(c, CELLS_SPECIFIER, where,
			       board(c, intc->off, "#interrupt-cells"),
			       irqs.len, intc->irq_cells);
			return;
		}
		if (intc == gic)
			specifier(c, where, irqs, i);
		else
			say_vs(c, IRQ_LEFT, where, board(c, intc->off, NULL));
	}
}

void irq_of_device(struct ctx *c, const struct cfg_node *dev, struct at where)
{
	struct prop ext = prop_read(c->sys->fdt, dev->irqs_ext);
	struct prop irqs = prop_read(c->sys->fdt, dev->irqs);
	const struct cfg_node *intc = interrupt_parent(c->sys, dev);

	/* The standard: interrupts-extended wins where both are given. */
	if (ext.val)
		list(c, where, ext, true);
	else if (irqs.val && intc && intc == c->sys->intc.node)
		list(c, where, irqs, false);
	else if (irqs.val && intc)
		say_vs(c, IRQ_LEFT, where, board(c, intc->off, NULL));
}

void irq_lists(struct ctx *c, const struct props *props)
{
	list(c, prop_at(c, props, P_IRQS), props->p[P_IRQS], false);
	list(c, prop_at(c, props, P_IRQS_EXT), props->p[P_IRQS_EXT], true);
}
