// SPDX-License-Identifier: GPL-2.0-only
/* Stream ids: an IOMMU tells devices apart by them, and by nothing else. */
#include <stddef.h>

#include "advice_pci.h"

struct user {
	const struct advice_input *in;
	struct pci_tree pci;
	struct cfg_report *report;
	struct devices *all;		/* of each cell */
	const struct device *dev;
	const struct stream *stream;
};

/* As tree_streams(), of a PCI function too. */
static int streams_of(const struct user *u, int32_t node, struct stream *out)
{
	const struct pci_node *f = pci_find(&u->pci, node);
	const void *fdt = u->in->system->fdt;

	if (!f || f->is_bus)
		return tree_streams(fdt, node, out);
	return f->state ? 0 : pci_streams(fdt, f, out);
}

/* Which property says so: of the device itself, or of its PCI host. */
static struct at place_of(const struct user *u, int32_t node)
{
	const struct pci_node *f = pci_find(&u->pci, node);

	return f && !f->is_bus ?
	       at(u->in->system->fdt, f->host, "iommu-map") :
	       at(u->in->system->fdt, node, "iommus");
}

/* Is it the device itself, if by another node? */
static bool is_same(const struct user *u, int32_t node)
{
	const struct pci_node *a = pci_find(&u->pci, u->dev->node);
	const struct pci_node *b = pci_find(&u->pci, node);

	return node == u->dev->node ||
	       (a && b && !a->state && !b->state && pci_same(a, b));
}

/* Does another device have the stream as well? */
static bool meets(const struct user *u, int32_t node)
{
	struct stream streams[STREAMS_MAX];
	int count = streams_of(u, node, streams);
	int i;

	for (i = 0; i < count; i++)
		if (stream_meets(&streams[i], u->stream))
			return !is_same(u, node);
	return false;
}

/* Against the cells before it: each pair is met once. */
static void against_cells(const struct user *u, uint32_t n)
{
	const void *fdt = u->in->system->fdt;
	const struct device *d;
	uint32_t i, k;

	for (i = 0; i < n; i++)
		for (k = 0; k < u->all[i].count; k++) {
			d = &u->all[i].d[k];
			if (!meets(u, d->node))
				continue;
			advice_say(u->report, STREAM_CELLS, u->dev->where,
				   d->where, tree_name(fdt, u->dev->node),
				   tree_name(fdt, d->node),
				   u->in->linked[i]->name,
				   tree_name(fdt, u->stream->iommu),
				   u->stream->id);
		}
}

static bool in_any_cell(const struct user *u, int32_t node)
{
	uint32_t n;

	for (n = 0; n < u->in->linked_count; n++)
		if (has_device(&u->all[n], node))
			return true;
	return false;
}

/* Does it stay with the root cell? */
static bool meets_root(const struct user *u, int32_t node)
{
	const struct cfg_system *sys = u->in->system;

	if (!meets(u, node) || in_any_cell(u, node))
		return false;
	advice_say(u->report, STREAM_ROOT, u->dev->where, place_of(u, node),
		   tree_name(sys->fdt, u->dev->node),
		   tree_name(sys->fdt, node),
		   tree_name(sys->fdt, u->stream->iommu), u->stream->id);
	return true;
}

/* Against what stays with the root cell: the first such device is enough. */
static void against_root(const struct user *u)
{
	const struct cfg_system *sys = u->in->system;
	const struct pci_node *f;
	uint32_t i;

	for (i = 0; i < sys->dev_count; i++)
		if (meets_root(u, sys->devs[i].node))
			return;
	for (f = u->pci.n; f < u->pci.n + u->pci.count; f++)
		if (!f->disabled && meets_root(u, f->node))
			return;
}

static void device_streams(struct user *u, uint32_t n)
{
	struct stream streams[STREAMS_MAX];
	int count = streams_of(u, u->dev->node, streams);
	struct at place = place_of(u, u->dev->node);
	int i;

	if (count < 0)
		advice_say(u->report, STREAM_UNKNOWN, u->dev->where, place,
			   place.prop, (uint32_t)(-1 - count));
	for (i = 0; i < count; i++) {
		u->stream = &streams[i];
		against_cells(u, n);
		against_root(u);
	}
	u->stream = NULL;
}

void advice_streams(const struct advice_input *in, struct cfg_report *report)
{
	struct devices all[CFG_MAX_CELLS];
	struct pool pool = { NULL };
	struct user u = { .in = in, .report = report, .all = all };
	uint32_t n, i;

	u.pci = pci_read(&pool, in->system);
	for (n = 0; n < in->linked_count; n++)
		all[n] = cell_devices(&pool, in->system,
				      in->linked[n]);
	for (n = 0; n < in->linked_count; n++) {
		for (i = 0; i < all[n].count; i++) {
			u.dev = &all[n].d[i];
			device_streams(&u, n);
		}
	}
	pool_free(&pool);
}
