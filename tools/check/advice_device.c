// SPDX-License-Identifier: GPL-2.0-only
/* Advice about devices of cells: interrupts, DMA, consoles, links. */
#include <string.h>

#include <libfdt.h>

#include "advice_internal.h"

#define SPI_FIRST	32

/* The next SPI of the set from n on, as an interrupt number; or 0. */
static uint32_t next_spi(const struct cfg_irq_set *set, uint32_t n)
{
	for (; n < CFG_MAX_IRQS; n++)
		if (cfg_irq_test(set, n))
			return n;
	return 0;
}

/* Has the cell registers that the board does not describe? */
static bool has_unknown(const struct cfg_system *sys,
			const struct cfg_cell *cell)
{
	const struct cfg_mem *m;
	uint32_t i, n;

	for (n = 0; n < cell->mem_count; n++) {
		m = &cell->mem[n];
		if (!(m->flags & CFG_MEM_IO) || m->device >= 0)
			continue;
		for (i = 0; i < sys->dev_count; i++)
			if (cfg_range_meets(sys->devs[i].range, mem_phys(m)))
				break;
		if (i == sys->dev_count)
			return true;
	}
	return false;
}

/* Even a shared window makes its device's interrupt one of the cell. */
static bool cell_reaches(const struct cfg_system *sys,
			 const struct cfg_cell *cell, int32_t node)
{
	uint32_t i, n;

	for (n = 0; n < cell->mem_count; n++)
		for (i = 0; i < sys->dev_count; i++)
			if (sys->devs[i].node == node &&
			    (cell->mem[n].flags & CFG_MEM_IO) &&
			    cfg_range_meets(sys->devs[i].range,
					    mem_phys(&cell->mem[n])))
				return true;
	return false;
}

/* One that the cell lists: does a device of its own raise it? */
static void listed_irq(const struct cfg_system *sys,
		       const struct cfg_cell *cell, const char *prop,
		       uint32_t irq, struct cfg_report *report)
{
	struct at where = at(cell->fdt, 0, prop);
	int32_t node = tree_raiser(sys, irq);

	if (node < 0 && !has_unknown(sys, cell))
		advice_say(report, IRQ_NOBODY, where, NOWHERE,
			   irq - SPI_FIRST, irq);
	else if (node >= 0 && !cell_reaches(sys, cell, node))
		advice_say(report, IRQ_OTHER, where,
			   at(sys->fdt, node, "interrupts"), irq - SPI_FIRST,
			   irq);
}

static void listed_irqs(const struct cfg_system *sys,
			const struct cfg_cell *cell,
			const struct cfg_irq_set *of_devices,
			struct cfg_report *report)
{
	static const char *const props[] = { "interrupts",
					     "interrupts-extended" };
	struct cfg_irq_set spis;
	uint32_t irq, i;

	for (i = 0; i < 2; i++) {
		tree_own_spis(cell, 0, sys, props[i], &spis);
		for (irq = 0; (irq = next_spi(&spis, irq)); irq++)
			if (!cfg_irq_test(of_devices, irq))
				listed_irq(sys, cell, props[i], irq, report);
	}
}

/* What a window takes from the root cell, it takes without interrupts. */
static void left_behind(const struct cfg_system *sys,
			const struct cfg_cell *cell, const struct device *dev,
			const struct cfg_irq_set *spis,
			struct cfg_report *report)
{
	uint32_t irq;

	for (irq = 0; !dev->listed && (irq = next_spi(spis, irq)); irq++)
		if (!cfg_irq_test(&cell->irqs, irq))
			advice_say(report, IRQ_BEHIND, dev->where,
				   at(sys->fdt, dev->node, "interrupts"),
				   irq - SPI_FIRST, irq);
}

void advice_irqs(const struct advice_input *in, struct cfg_report *report)
{
	const struct cfg_system *sys = in->system;
	struct pool pool = { NULL };
	struct cfg_irq_set spis, all;
	struct devices devices;
	uint32_t n, i, w;

	for (n = 0; n < in->cell_count; n++) {
		memset(&all, 0, sizeof(all));
		devices = cell_devices(&pool, sys, in->cells[n]);
		for (i = 0; i < devices.count; i++) {
			tree_spis(sys->fdt, tree_gic(sys), devices.d[i].node,
				  &spis);
			for (w = 0; w < CFG_MAX_IRQS / 32; w++)
				all.bits[w] |= spis.bits[w];
			left_behind(sys, in->cells[n], &devices.d[i], &spis,
				    report);
		}
		listed_irqs(sys, in->cells[n], &all, report);
	}
	pool_free(&pool);
}

/*
 * A tree does not say who masters the bus. These properties and the generic
 * names of the specification do for most.
 */
static bool works_by_dma(const void *fdt, int32_t node)
{
	static const char *const props[] = {
		"iommus", "dma-coherent", "dma-noncoherent", "#dma-cells",
	};
	static const char *const names[] = {
		"crypto", "display-controller", "dma", "dma-controller",
		"ethernet", "gpu", "mmc", "nvme", "sata", "ufs", "usb",
		"video-codec",
	};
	const char *name = tree_name(fdt, node);
	size_t len = strcspn(name, "@");
	size_t i;

	for (i = 0; i < sizeof(props) / sizeof(*props); i++)
		if (fdt_getprop(fdt, node, props[i], NULL))
			return true;
	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strlen(names[i]) == len && !strncmp(name, names[i], len))
			return true;
	return false;
}

static bool has_dma_memory(const struct cfg_cell *cell)
{
	uint32_t i;

	for (i = 0; i < cell->mem_count; i++)
		if (cell->mem[i].flags & CFG_MEM_DMA)
			return true;
	return false;
}

static void device_dma(const struct cfg_system *sys,
		       const struct cfg_cell *cell, const struct device *dev,
		       struct cfg_report *report)
{
	struct at other = at(sys->fdt, dev->node, NULL);
	struct stream streams[STREAMS_MAX];
	int count = tree_streams(sys->fdt, dev->node, streams);

	if (!works_by_dma(sys->fdt, dev->node))
		return;
	if (!has_dma_memory(cell))
		advice_say(report, RIGHTS_DMA, dev->where, other);
	if (!count)
		advice_say(report, DMA_OPEN, dev->where, other);
	else if (count > 0)
		advice_say(report, DMA_UNDRIVEN, dev->where, other,
			   tree_name(sys->fdt, streams[0].iommu));
}

void advice_dma(const struct advice_input *in, struct cfg_report *report)
{
	struct pool pool = { NULL };
	struct devices devices;
	uint32_t n, i;

	for (n = 0; n < in->cell_count; n++) {
		devices = cell_devices(&pool, in->system, in->cells[n]);
		for (i = 0; i < devices.count; i++)
			device_dma(in->system, in->cells[n], &devices.d[i],
				   report);
	}
	pool_free(&pool);
}

/* The ends of a link, and the cell of the last one. */
static uint32_t link_ends(const struct advice_input *in, uint32_t link,
			  struct at *where)
{
	const struct cfg_cell *cell;
	uint32_t count = 0;
	uint32_t n, i;

	for (n = 0; n < in->cell_count; n++) {
		cell = in->cells[n];
		for (i = 0; i < cell->link_count; i++) {
			if (cell->links[i].link != link)
				continue;
			*where = at(cell->fdt, cell->links[i].node, "link");
			count++;
		}
	}
	return count;
}

void advice_links(const struct advice_input *in, struct cfg_report *report)
{
	const struct cfg_system *sys = in->system;
	struct at where, link;
	uint32_t i, ends;

	for (i = 0; in->cell_count && i < sys->link_count; i++) {
		link = at(sys->fdt, sys->links[i].node, NULL);
		ends = link_ends(in, i, &where);
		if (ends == 1)
			advice_say(report, LINK_ONE_END, where, link);
		else if (!ends)
			advice_say(report, LINK_NO_END, link, NOWHERE);
	}
}

void advice_consoles(const struct advice_input *in, struct cfg_report *report)
{
	const void *fdt = in->system->fdt;
	int32_t node;
	uint32_t n, i;

	for (n = 0; n < in->cell_count; n++) {
		node = tree_target(in->cells[n]->fdt, 0, "console", 0, fdt);
		for (i = 0; node >= 0 && i < n; i++)
			if (tree_target(in->cells[i]->fdt, 0, "console", 0,
					fdt) == node)
				advice_say(report, CONSOLE_TWICE,
					   at(in->cells[n]->fdt, 0, "console"),
					   at(in->cells[i]->fdt, 0, "console"),
					   tree_name(fdt, node),
					   in->cells[i]->name);
	}
}
