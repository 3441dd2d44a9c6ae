/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * PCI hosts, bridges and functions of a board: IEEE 1275 PCI bus binding 2.1,
 * and pci-iommu.txt of the kernel.
 */
#ifndef CHECK_ADVICE_PCI_H
#define CHECK_ADVICE_PCI_H

#include "advice_internal.h"

enum pci_state {
	PCI_SOUND,
	PCI_NO_REG,		/* reg names no function */
	PCI_NO_BUS,		/* no number in reg, and the bridge has none */
	PCI_OTHER_BUS,		/* the number is none of the bridge's */
};

#define PCI_NO_DOMAIN	~0u

/* A host, or a node on a PCI bus. */
struct pci_node {
	int32_t node;		/* in the system */
	int32_t host;
	int32_t up;		/* the bus it is on; of a host, itself */
	int32_t top;		/* on the host's own bus: itself or a bridge */
	uint32_t state;		/* enum pci_state */
	uint32_t domain;
	uint32_t rid;		/* bus << 8 | device << 3 | function */
	uint32_t first, last;	/* of a host or bridge: buses; none if > */
	bool is_bus;		/* a host or bridge */
	bool disabled;
};

struct pci_tree {
	struct pci_node *n;	/* in the order of the blob */
	uint32_t count;
};

struct pci_tree pci_read(struct pool *pool, const struct cfg_system *sys);
/* By the node, or NULL. */
const struct pci_node *pci_find(const struct pci_tree *tree, int32_t node);
/* One function, though maybe two nodes. Both are PCI_SOUND. */
bool pci_same(const struct pci_node *a, const struct pci_node *b);

/* A range of addresses of a function. */
struct pci_bar {
	uint32_t reg;		/* offset of the BAR in configuration space */
	struct cfg_range range;	/* as the CPU sees it, if it does; or empty */
	uint64_t bus_address;
	bool seen;		/* there is a way through the host's ranges */
};

/*
 * Where the firmware has put BAR i (assigned-addresses, or what reg cannot
 * move), memory alone: of ports, of other ranges and of BARs without an
 * address the range is empty. False behind the last.
 */
bool pci_bar(const void *fdt, const struct pci_node *f, uint32_t i,
	     struct pci_bar *bar);
/*
 * cellblock,msix-table = <BAR offset vectors>. False: there is none. Its range
 * is empty if it is in none of the BARs.
 */
bool pci_msix(const void *fdt, const struct pci_node *f,
	      struct cfg_range *table);
/* As tree_streams(), of a function: by iommu-map of its host, one or none. */
int pci_streams(const void *fdt, const struct pci_node *f,
		struct stream *out);

#endif
