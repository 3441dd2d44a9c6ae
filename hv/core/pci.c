/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * PCI configuration space: moderated, never mapped.
 *
 * So far the root cell has all devices: its accesses go to the hardware where
 * they are inside the bus range of the host and of a size that ECAM knows (1,
 * 2, 4 bytes, aligned; PCI Express base specification 7.2.2). Other cells have
 * none. Devices of cells, and with them the judgement over BARs and MSI, are
 * still to come; config.h describes none.
 */
#include "cell.h"
#include "core.h"

#define ECAM_BUS_SHIFT	20

static bool ecam_access(struct cell *cell, struct mmio *m, uint64_t offset,
			void *arg)
{
	const struct cfg_pci_host *host = arg;

	if (m->size > 4 ||
	    offset >> ECAM_BUS_SHIFT > host->bus_last - host->bus_first)
		return false;
	mmio_forward(m, paddr(host->ecam.base + offset));
	return true;
}

int pci_init(void)
{
	struct cfg_pci_host *host = system_cfg.pci;
	int err = 0;

	for (; !err && host < system_cfg.pci + system_cfg.pci_count; host++)
		err = mmio_register(host->ecam.base, host->ecam.size, true,
				    ecam_access, host);
	return !err ? 0 :
	       refuse(err, "mmio-intercepted", "the ECAM window at 0x%llx "
		      "cannot be intercepted (error %u)",
		      (ull)host[-1].ecam.base, -err);
}
