// SPDX-License-Identifier: GPL-2.0-only
/* Stream ids: an IOMMU tells devices apart by them, and by nothing else. */
#include <stddef.h>

#include "advice_internal.h"

struct user {
	const struct advice_input *in;
	struct cfg_report *report;
	struct devices *all;		/* of each cell */
	const struct device *dev;
	const struct stream *stream;
};

/* Does the device have the stream as well? */
static bool meets(const struct user *u, int32_t node)
{
	struct stream streams[STREAMS_MAX];
	int count = tree_streams(u->in->system->fdt, node, streams);
	int i;

	for (i = 0; i < count; i++)
		if (stream_meets(&streams[i], u->stream))
			return true;
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
			if (d->node == u->dev->node || !meets(u, d->node))
				continue;
			advice_say(u->report, STREAM_CELLS, u->dev->where,
				   d->where, tree_name(fdt, u->dev->node),
				   tree_name(fdt, d->node),
				   u->in->cells[i]->name,
				   tree_name(fdt, u->stream->iommu),
				   u->stream->id);
		}
}

static bool in_any_cell(const struct user *u, int32_t node)
{
	uint32_t n;

	for (n = 0; n < u->in->cell_count; n++)
		if (has_device(&u->all[n], node))
			return true;
	return false;
}

/* Against what stays with the root cell: the first such device is enough. */
static void against_root(const struct user *u)
{
	const struct cfg_system *sys = u->in->system;
	int32_t node;
	uint32_t i;

	for (i = 0; i < sys->dev_count; i++) {
		node = sys->devs[i].node;
		if (!meets(u, node) || in_any_cell(u, node))
			continue;
		advice_say(u->report, STREAM_ROOT, u->dev->where,
			   at(sys->fdt, node, "iommus"),
			   tree_name(sys->fdt, u->dev->node),
			   tree_name(sys->fdt, node),
			   tree_name(sys->fdt, u->stream->iommu),
			   u->stream->id);
		return;
	}
}

static void device_streams(struct user *u, uint32_t n)
{
	const void *fdt = u->in->system->fdt;
	struct stream streams[STREAMS_MAX];
	int count = tree_streams(fdt, u->dev->node, streams);
	int i;

	if (count < 0)
		advice_say(u->report, STREAM_UNKNOWN, u->dev->where,
			   at(fdt, u->dev->node, "iommus"),
			   (uint32_t)(-1 - count));
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

	for (n = 0; n < in->cell_count; n++)
		all[n] = cell_devices(&pool, in->system,
				      in->cells[n]);
	for (n = 0; n < in->cell_count; n++) {
		for (i = 0; i < all[n].count; i++) {
			u.dev = &all[n].d[i];
			device_streams(&u, n);
		}
	}
	pool_free(&pool);
}
