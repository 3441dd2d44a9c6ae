// SPDX-License-Identifier: GPL-2.0-only
/* Files that are to be loaded into cells. */
#include "advice_internal.h"

/* As the loader looks for it: the one piece that has the first byte. */
static const struct cfg_mem *piece_at(const struct cfg_cell *cell,
				      uint64_t address)
{
	const struct cfg_mem *m = cell->mem;
	uint32_t i;

	for (i = 0; i < cell->mem_count; i++, m++)
		if ((m->flags & CFG_MEM_LOADABLE) && address >= m->virt &&
		    address - m->virt < m->size)
			return m;
	return NULL;
}

static struct cfg_range image_range(const struct advice_image *image)
{
	return (struct cfg_range){ image->address, image->size };
}

static bool image_fits(const struct advice_image *image,
		       struct cfg_report *report)
{
	const struct cfg_cell *cell = image->cell;
	const struct cfg_mem *m = piece_at(cell, image->address);
	struct at where = at(cell->fdt, 0, NULL);
	struct cfg_range r = image_range(image);
	struct cfg_range room;

	if (r.size && r.base + (r.size - 1) < r.base) {
		advice_say(report, IMAGE_WRAP, where, NOWHERE, image->file,
			   r.size, r.base);
		return false;
	}
	if (!m) {
		advice_say(report, IMAGE_OUTSIDE, where, NOWHERE, image->file,
			   &r);
		return true;
	}
	room = mem_virt(m);
	if (!cfg_range_holds(room, r))
		advice_say(report, IMAGE_LEAVES, where,
			   at(cell->fdt, m->node, "reg"), image->file, &r,
			   &room);
	return true;
}

/* Among the images before it. */
static void image_overlaps(const struct advice_image *images, uint32_t n,
			   struct cfg_report *report)
{
	struct at where = at(images[n].cell->fdt, 0, NULL);
	struct cfg_range mine = image_range(&images[n]);
	struct cfg_range theirs;
	uint32_t i;

	for (i = 0; i < n; i++) {
		theirs = image_range(&images[i]);
		if (images[i].cell == images[n].cell &&
		    cfg_range_meets(mine, theirs))
			advice_say(report, IMAGE_OVERLAP, where, NOWHERE,
				   images[n].file, &mine, images[i].file,
				   &theirs);
	}
}

/* Reported once for a cell, at its first image. */
static void image_entry(const struct advice_image *images, uint32_t count,
			uint32_t n, struct cfg_report *report)
{
	const struct cfg_cell *cell = images[n].cell;
	uint32_t i;

	for (i = 0; i < count; i++) {
		if (images[i].cell != cell)
			continue;
		if (i < n || cell->entry - images[i].address < images[i].size)
			return;
	}
	advice_say(report, IMAGE_ENTRY, at(cell->fdt, 0, "entry"), NOWHERE,
		   cell->entry);
}

void advice_images(const struct advice_image *images, uint32_t count,
		   struct cfg_report *report)
{
	uint32_t n;

	for (n = 0; n < count; n++) {
		if (image_fits(&images[n], report))
			image_overlaps(images, n, report);
		image_entry(images, count, n, report);
	}
}
