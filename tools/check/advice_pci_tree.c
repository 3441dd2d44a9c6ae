// SPDX-License-Identifier: GPL-2.0-only
/* What the tree of a board says of PCI. All blobs here passed the gate. */
#include <string.h>

#include <libfdt.h>

#include "advice_pci.h"

/* phys.hi: npt000ss bbbbbbbb dddddfff rrrrrrrr */
#define HI_FIXED	0x80000000u
#define HI_SPACE(hi)	((hi) >> 24 & 3)
#define HI_RID(hi)	((hi) >> 8 & 0xffff)
#define HI_REG(hi)	((hi) & 0xff)
#define SPACE_CONFIG	0
#define SPACE_PORTS	1
#define ENTRY		5u	/* cells of phys and size */
#define BAR_FIRST	0x10u
#define BAR_COUNT	6u
#define VECTOR_SIZE	16u

static bool is_pci_bus(const void *fdt, int32_t node)
{
	int len;
	const char *type = fdt_getprop(fdt, node, "device_type", &len);

	return type && len == 4 && !memcmp(type, "pci", 4);
}

static bool is_disabled(const void *fdt, int32_t node)
{
	static const char on[] = "okay\0ok\0reserved";
	int len;
	const char *status = fdt_getprop(fdt, node, "status", &len);

	return status && (len <= 0 || status[len - 1] ||
			  !fdt_stringlist_contains(on, sizeof(on), status));
}

/* What is on a bus has a number there; or this says why not. */
static uint32_t read_number(const void *fdt, struct pci_node *n,
			    const struct pci_node *up)
{
	uint32_t hi = tree_u32(fdt, n->node, "reg", 0);
	uint32_t count = tree_u32s(fdt, n->node, "reg");
	uint32_t bus;

	if (!count || count % ENTRY || HI_SPACE(hi) != SPACE_CONFIG ||
	    HI_REG(hi))
		return PCI_NO_REG;
	n->rid = HI_RID(hi);
	bus = n->rid >> 8;
	if (up->first <= up->last && bus >= up->first && bus <= up->last)
		return PCI_SOUND;
	/* Trees of boards leave it at 0 where it is clear or unknown. */
	if (bus)
		return up->first <= up->last ? PCI_OTHER_BUS : PCI_SOUND;
	if (up->first > up->last)
		return PCI_NO_BUS;
	n->rid |= up->first << 8;
	return PCI_SOUND;
}

static void read_buses(const void *fdt, struct pci_node *n, bool host)
{
	bool given = tree_u32s(fdt, n->node, "bus-range") == 2;

	n->first = given ? tree_u32(fdt, n->node, "bus-range", 0) : !host;
	n->last = given ? tree_u32(fdt, n->node, "bus-range", 1) :
		  host ? 255 : 0;
	if (n->last > 255) {
		n->first = 1;
		n->last = 0;
	}
}

/* up: the bus that it is on; NULL: a host */
static void read_node(const void *fdt, struct pci_node *n,
		      const struct pci_node *up)
{
	if (up) {
		n->host = up->host;
		n->up = up->node;
		n->top = up->node == up->host ? n->node : up->top;
		n->domain = up->domain;
		n->state = read_number(fdt, n, up);
	} else {
		n->host = n->up = n->top = n->node;
		n->domain = tree_u32s(fdt, n->node, "linux,pci-domain") == 1 ?
			    tree_u32(fdt, n->node, "linux,pci-domain", 0) :
			    PCI_NO_DOMAIN;
	}
	if (n->is_bus)
		read_buses(fdt, n, !up);
}

struct pci_tree pci_read(struct pool *pool, const struct cfg_system *sys)
{
	struct pci_tree tree = { NULL, 0 };
	/* of the open nodes */
	struct pci_node *bus[CFG_MAX_DEPTH + 1] = { NULL };
	bool off[CFG_MAX_DEPTH + 1] = { false };
	const void *fdt = sys->fdt;
	int32_t node = fdt_next_node(fdt, 0, NULL);
	int depth = 1;
	struct pci_node *n;

	tree.n = pool_alloc(pool, sys->node_count * sizeof(*tree.n));
	for (; node >= 0 && depth > 0;
	     node = fdt_next_node(fdt, node, &depth)) {
		off[depth] = off[depth - 1] || is_disabled(fdt, node);
		bus[depth] = NULL;
		if (!bus[depth - 1] && !is_pci_bus(fdt, node))
			continue;
		n = &tree.n[tree.count++];
		n->node = node;
		n->disabled = off[depth];
		n->is_bus = is_pci_bus(fdt, node);
		read_node(fdt, n, bus[depth - 1]);
		if (n->is_bus)
			bus[depth] = n;
	}
	return tree;
}

const struct pci_node *pci_find(const struct pci_tree *tree, int32_t node)
{
	uint32_t i;

	for (i = 0; i < tree->count; i++)
		if (tree->n[i].node == node)
			return &tree->n[i];
	return NULL;
}

bool pci_same(const struct pci_node *a, const struct pci_node *b)
{
	bool domain = a->host == b->host ||
		      (a->domain == b->domain && a->domain != PCI_NO_DOMAIN);

	return a->node == b->node || (domain && a->rid == b->rid);
}

static uint64_t last_cells(const void *fdt, int32_t node, const char *prop,
			   uint32_t i, uint32_t cells)
{
	uint64_t low = tree_u32(fdt, node, prop, i + cells - 1);

	return cells < 2 ? low :
	       (uint64_t)tree_u32(fdt, node, prop, i + cells - 2) << 32 | low;
}

/* Ports go through windows of ports alone; 32-bit memory is memory. */
static bool same_space(uint32_t a, uint32_t b)
{
	return (HI_SPACE(a) == SPACE_PORTS) == (HI_SPACE(b) == SPACE_PORTS);
}

/* One bus upward, by ranges. hi: of the address, if the bus is PCI. */
static bool step_up(const void *fdt, int32_t bus, uint32_t hi,
		    struct cfg_range *r)
{
	uint32_t child = (uint32_t)fdt_address_cells(fdt, bus);
	uint32_t size = (uint32_t)fdt_size_cells(fdt, bus);
	uint32_t above = (uint32_t)fdt_address_cells(fdt,
						     fdt_parent_offset(fdt,
								       bus));
	uint32_t entry = child + above + size;
	uint32_t count = tree_u32s(fdt, bus, "ranges");
	uint64_t base, len;
	uint32_t i;

	if (child - 1 > 2 || above - 1 > 1 || size - 1 > 1 || count % entry)
		return false;
	for (i = 0; i < count; i += entry) {
		base = last_cells(fdt, bus, "ranges", i, child);
		len = last_cells(fdt, bus, "ranges", i + child + above, size);
		if ((child == 3 &&
		     !same_space(hi, tree_u32(fdt, bus, "ranges", i))) ||
		    r->base < base || r->base - base >= len ||
		    r->size > len - (r->base - base))
			continue;
		r->base += last_cells(fdt, bus, "ranges", i + child, above) -
			   base;
		return r->base + r->size > r->base;
	}
	return !count && fdt_getprop(fdt, bus, "ranges", NULL);
}

/* Bridges change no addresses: from the host to the root. */
static bool to_cpu(const void *fdt, int32_t host, uint32_t hi,
		   struct cfg_range *r)
{
	int32_t bus;

	for (bus = host; bus > 0; bus = fdt_parent_offset(fdt, bus))
		if (!step_up(fdt, bus, hi, r))
			return false;
	return true;
}

bool pci_bar(const void *fdt, const struct pci_node *f, uint32_t i,
	     struct pci_bar *bar)
{
	bool given = fdt_getprop(fdt, f->node, "assigned-addresses", NULL);
	const char *prop = given ? "assigned-addresses" : "reg";
	uint32_t at = (given ? i : i + 1) * ENTRY;
	uint32_t hi = tree_u32(fdt, f->node, prop, at);
	struct cfg_range r;

	*bar = (struct pci_bar){ .reg = HI_REG(hi) };
	if (at + ENTRY > tree_u32s(fdt, f->node, prop))
		return false;
	r.base = last_cells(fdt, f->node, prop, at, 3);
	r.size = last_cells(fdt, f->node, prop, at + 3, 2);
	if (HI_SPACE(hi) <= SPACE_PORTS || r.base + r.size <= r.base ||
	    (!given && !(hi & HI_FIXED)))
		return true;
	bar->bus_address = r.base;
	bar->seen = to_cpu(fdt, f->host, hi, &r);
	bar->range = r;
	return true;
}

bool pci_msix(const void *fdt, const struct pci_node *f,
	      struct cfg_range *table)
{
	static const char prop[] = "cellblock,msix-table";
	uint64_t offset = tree_u32(fdt, f->node, prop, 1);
	uint64_t size = (uint64_t)tree_u32(fdt, f->node, prop, 2) *
			VECTOR_SIZE;
	uint32_t n = tree_u32(fdt, f->node, prop, 0);
	struct pci_bar bar;
	uint32_t i;

	*table = (struct cfg_range){ 0, 0 };
	if (!fdt_getprop(fdt, f->node, prop, NULL))
		return false;
	if (n >= BAR_COUNT)
		return true;
	for (i = 0; pci_bar(fdt, f, i, &bar); i++)
		if (bar.seen && bar.reg == BAR_FIRST + 4 * n &&
		    offset + size <= bar.range.size)
			*table = (struct cfg_range){ bar.range.base + offset,
						     size };
	return true;
}

int pci_streams(const void *fdt, const struct pci_node *f, struct stream *out)
{
	static const char map[] = "iommu-map";
	uint32_t count = tree_u32s(fdt, f->host, map);
	uint32_t rid = f->rid;
	uint32_t i, first;

	if (fdt_getprop(fdt, f->host, "iommu-map-mask", NULL))
		rid &= tree_u32(fdt, f->host, "iommu-map-mask", 0);
	for (i = 0; i + 4 <= count; i += 4) {
		first = tree_u32(fdt, f->host, map, i);
		if (rid < first ||
		    rid - first >= tree_u32(fdt, f->host, map, i + 3))
			continue;
		out->iommu = tree_target(fdt, f->host, map, i + 1, fdt);
		if (out->iommu < 0 ||
		    !fdt_getprop(fdt, out->iommu, "#iommu-cells", NULL))
			return -1 - (int)(i / 4);
		out->id = (uint64_t)rid - first +
			  tree_u32(fdt, f->host, map, i + 2);
		out->mask = tree_u32(fdt, out->iommu, "stream-match-mask", 0);
		return 1;
	}
	return 0;
}
