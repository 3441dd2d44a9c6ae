/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of the advice share. */
#ifndef CHECK_ADVICE_INTERNAL_H
#define CHECK_ADVICE_INTERNAL_H

#include "advice.h"
#include "pool.h"

enum advice_check {
#define ADVICE(name, id, severity, text) name,
#include "advice.def"
#undef ADVICE
	ADVICE_COUNT
};

/* As config_say(), for the rows of advice.def. */
void advice_say(struct cfg_report *report, enum advice_check check,
		struct at where, struct at other, ...);

static inline struct at at(const void *fdt, int32_t node, const char *prop)
{
	return (struct at){ fdt, node, prop };
}

static inline struct cfg_range mem_phys(const struct cfg_mem *m)
{
	return (struct cfg_range){ m->phys, m->size };
}

static inline struct cfg_range mem_virt(const struct cfg_mem *m)
{
	return (struct cfg_range){ m->virt, m->size };
}

/* The place that says where a piece lies in physical memory. */
struct at mem_place(const struct cfg_cell *cell, const struct cfg_mem *m);
/* The node that it is named after. */
const char *mem_label(const struct cfg_system *sys,
		      const struct cfg_cell *cell, const struct cfg_mem *m);
const char *tree_name(const void *fdt, int32_t node);
/* One cell of a property, 0 where there is none; and how many there are. */
uint32_t tree_u32(const void *fdt, int32_t node, const char *prop, uint32_t i);
uint32_t tree_u32s(const void *fdt, int32_t node, const char *prop);
/* By the property that holds its phandle, entry i; or negative. */
int32_t tree_target(const void *blob, int32_t node, const char *prop,
		    uint32_t i, const void *fdt);

/* The interrupt controller's node in the system, or negative. */
int32_t tree_gic(const struct cfg_system *sys);
/* The SPIs that a node sends to the GIC. */
void tree_spis(const void *fdt, int32_t gic, int32_t node,
	       struct cfg_irq_set *spis);
/* An enabled device that raises the interrupt, or negative. */
int32_t tree_raiser(const struct cfg_system *sys, uint32_t irq);
/* The SPIs in interrupts or interrupts-extended of a node of a cell. */
void tree_own_spis(const struct cfg_cell *cell, int32_t node,
		   const struct cfg_system *sys, const char *prop,
		   struct cfg_irq_set *spis);

/* What a device is to its IOMMU. */
struct stream {
	int32_t iommu;		/* node */
	uint64_t id;
	uint64_t mask;		/* bits of id that do not matter */
};

#define STREAMS_MAX	64

/*
 * The entries of iommus, up to STREAMS_MAX. Returns their number; or, where
 * entry n is none, -1 - n.
 */
int tree_streams(const void *fdt, int32_t node, struct stream *out);
bool stream_meets(const struct stream *a, const struct stream *b);

/* A device that a cell has for itself. */
struct device {
	int32_t node;		/* in the system */
	struct at where;	/* what gives it to the cell */
	bool listed;		/* in devices, not by a window */
};

struct devices {
	struct device *d;
	uint32_t count;
};

struct devices cell_devices(struct pool *pool, const struct cfg_system *sys,
			    const struct cfg_cell *cell);
bool has_device(const struct devices *devices, int32_t node);

/* The advice itself; advice.c lists it. */
typedef void advice_fn(const struct advice_input *in,
		       struct cfg_report *report);
advice_fn advice_pages, advice_unused, advice_units, advice_rights,
	  advice_links, advice_consoles, advice_irqs, advice_dma,
	  advice_streams, advice_board, advice_pci, advice_msix, advice_vpci,
	  advice_colors;

#endif
