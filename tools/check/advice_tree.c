// SPDX-License-Identifier: GPL-2.0-only
/*
 * What hv/config does not keep of a tree, read again: whose interrupt, whose
 * stream. All blobs here have passed the gate.
 */
#include <string.h>

#include <libfdt.h>

#include "advice_internal.h"

#define SPI_FIRST	32
#define SPI_COUNT	988

struct at mem_place(const struct cfg_cell *cell, const struct cfg_mem *m)
{
	const char *prop = "reg";

	if (m->device >= 0)
		prop = "devices";
	else if (fdt_getprop(cell->fdt, m->node, "physical-address", NULL))
		prop = "physical-address";
	return at(cell->fdt, m->node, prop);
}

const char *mem_label(const struct cfg_system *sys,
		      const struct cfg_cell *cell, const struct cfg_mem *m)
{
	return m->device >= 0 ? tree_name(sys->fdt, m->device) :
				tree_name(cell->fdt, m->node);
}

uint32_t tree_u32(const void *fdt, int32_t node, const char *prop, uint32_t i)
{
	int len;
	const fdt32_t *val = fdt_getprop(fdt, node, prop, &len);

	return val && i < (uint32_t)len / 4 ? fdt32_ld(val + i) : 0;
}

uint32_t tree_u32s(const void *fdt, int32_t node, const char *prop)
{
	int len;

	return fdt_getprop(fdt, node, prop, &len) ? (uint32_t)len / 4 : 0;
}

int32_t tree_target(const void *blob, int32_t node, const char *prop,
		    uint32_t i, const void *fdt)
{
	uint32_t phandle = tree_u32(blob, node, prop, i);

	return phandle && phandle != ~0u ?
	       fdt_node_offset_by_phandle(fdt, phandle) : -1;
}

int32_t tree_gic(const struct cfg_system *sys)
{
	uint32_t i;

	for (i = 0; i < sys->prot_count; i++)
		if (sys->prot[i].kind == CFG_PROT_INTC &&
		    sys->intc.dist.size &&
		    sys->prot[i].range.base == sys->intc.dist.base)
			return sys->prot[i].node;
	return -1;
}

static void add_spi(const void *fdt, int32_t node, const char *prop,
		    uint32_t i, struct cfg_irq_set *spis)
{
	uint32_t n = tree_u32(fdt, node, prop, i + 1) + SPI_FIRST;

	if (!tree_u32(fdt, node, prop, i) && n < SPI_FIRST + SPI_COUNT)
		spis->bits[n / 32] |= 1u << n % 32;
}

/* interrupts; cells: of one specifier. */
static void add_list(const void *fdt, int32_t node, uint32_t cells,
		     struct cfg_irq_set *spis)
{
	uint32_t count = tree_u32s(fdt, node, "interrupts");
	uint32_t i;

	for (i = 0; cells >= 3 && cells <= count - i && i < count; i += cells)
		add_spi(fdt, node, "interrupts", i, spis);
}

/* interrupts-extended of a node in fdt; the controllers are in board. */
static void add_extended(const void *fdt, int32_t node, const void *board,
			 int32_t gic, struct cfg_irq_set *spis)
{
	static const char prop[] = "interrupts-extended";
	uint32_t count = tree_u32s(fdt, node, prop);
	uint32_t i, cells;
	int32_t intc;

	for (i = 0; i < count; i += 1 + cells) {
		intc = tree_target(fdt, node, prop, i, board);
		cells = intc < 0 ? 0 :
			tree_u32(board, intc, "#interrupt-cells", 0);
		if (!cells || cells >= count - i)
			return;
		if (intc == gic && cells >= 3)
			add_spi(fdt, node, prop, i + 1, spis);
	}
}

/* As interrupt_parent() of hv/config/irq.c. */
static int32_t interrupt_parent(const void *fdt, int32_t node)
{
	while (node >= 0) {
		if (fdt_getprop(fdt, node, "interrupt-parent", NULL))
			return tree_target(fdt, node, "interrupt-parent", 0,
					   fdt);
		node = fdt_parent_offset(fdt, node);
		if (node >= 0 && tree_u32(fdt, node, "#interrupt-cells", 0))
			return node;
	}
	return -1;
}

void tree_spis(const void *fdt, int32_t gic, int32_t node,
	       struct cfg_irq_set *spis)
{
	memset(spis, 0, sizeof(*spis));
	if (gic < 0)
		return;
	if (fdt_getprop(fdt, node, "interrupts-extended", NULL))
		add_extended(fdt, node, fdt, gic, spis);
	else if (fdt_getprop(fdt, node, "interrupts", NULL) &&
		 interrupt_parent(fdt, node) == gic)
		add_list(fdt, node, tree_u32(fdt, gic, "#interrupt-cells", 0),
			 spis);
}

void tree_own_spis(const struct cfg_cell *cell, int32_t node,
		   const struct cfg_system *sys, const char *prop,
		   struct cfg_irq_set *spis)
{
	int32_t gic = tree_gic(sys);

	memset(spis, 0, sizeof(*spis));
	if (gic < 0)
		return;
	if (!strcmp(prop, "interrupts"))
		add_list(cell->fdt, node,
			 tree_u32(sys->fdt, gic, "#interrupt-cells", 0), spis);
	else
		add_extended(cell->fdt, node, sys->fdt, gic, spis);
}

int32_t tree_raiser(const struct cfg_system *sys, uint32_t irq)
{
	struct cfg_irq_set spis;
	uint32_t i;

	for (i = 0; i < sys->dev_count; i++) {
		tree_spis(sys->fdt, tree_gic(sys), sys->devs[i].node, &spis);
		if (cfg_irq_test(&spis, irq))
			return sys->devs[i].node;
	}
	return -1;
}

int tree_streams(const void *fdt, int32_t node, struct stream *out)
{
	uint32_t count = tree_u32s(fdt, node, "iommus");
	uint32_t i, cells;
	struct stream *s;
	int n = 0;

	for (i = 0; i < count && n < STREAMS_MAX; i += 1 + cells, n++) {
		s = &out[n];
		s->iommu = tree_target(fdt, node, "iommus", i, fdt);
		if (s->iommu < 0 ||
		    !fdt_getprop(fdt, s->iommu, "#iommu-cells", NULL))
			return -1 - n;
		cells = tree_u32(fdt, s->iommu, "#iommu-cells", 0);
		if (cells > 2 || cells >= count - i)
			return -1 - n;
		s->id = cells ? tree_u32(fdt, node, "iommus", i + 1) : 0;
		s->mask = cells == 2 ? tree_u32(fdt, node, "iommus", i + 2) :
			  tree_u32(fdt, s->iommu, "stream-match-mask", 0);
	}
	return n;
}

bool stream_meets(const struct stream *a, const struct stream *b)
{
	return a->iommu == b->iommu &&
	       !((a->id ^ b->id) & ~(a->mask | b->mask));
}

bool has_device(const struct devices *devices, int32_t node)
{
	uint32_t i;

	for (i = 0; i < devices->count; i++)
		if (devices->d[i].node == node)
			return true;
	return false;
}

/* By a window that the root cell has no more. */
static const struct cfg_mem *window_over(const struct cfg_cell *cell,
					 struct cfg_range regs)
{
	uint32_t i;

	for (i = 0; i < cell->mem_count; i++)
		if ((cell->mem[i].flags & (CFG_MEM_IO | CFG_MEM_SHARED)) ==
		    CFG_MEM_IO && cell->mem[i].device < 0 &&
		    cfg_range_holds(mem_phys(&cell->mem[i]), regs))
			return &cell->mem[i];
	return NULL;
}

struct devices cell_devices(struct pool *pool, const struct cfg_system *sys,
			    const struct cfg_cell *cell)
{
	uint32_t listed = tree_u32s(cell->fdt, 0, "devices");
	struct devices out = { NULL, 0 };
	const struct cfg_region *dev;
	const struct cfg_mem *m;
	int32_t node;
	uint32_t i;

	out.d = pool_alloc(pool, (listed + sys->dev_count + 1) *
			   sizeof(*out.d));
	for (i = 0; i < listed; i++) {
		node = tree_target(cell->fdt, 0, "devices", i, sys->fdt);
		if (node >= 0 && !has_device(&out, node))
			out.d[out.count++] = (struct device){
				node, at(cell->fdt, 0, "devices"), true };
	}
	for (i = 0; i < sys->dev_count; i++) {
		dev = &sys->devs[i];
		m = window_over(cell, dev->range);
		if (m && !has_device(&out, dev->node))
			out.d[out.count++] = (struct device){
				dev->node, mem_place(cell, m), false };
	}
	return out;
}
