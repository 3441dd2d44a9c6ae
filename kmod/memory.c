// SPDX-License-Identifier: GPL-2.0-only
/* Whose memory it is: what the hypervisor and cells take must not be Linux'. */

#include <linux/ioport.h>
#include <linux/mm.h>
#include <linux/of.h>
#include <linux/of_address.h>

#include "cellblock.h"

#define KEEP_AWAY "keep it away by `mem=` on the kernel's command line, or by a reserved-memory node with no-map in its device tree"

/*
 * `mem=` hides memory from Linux, but not from its device tree. Where that has
 * no memory nodes (EFI), there is nothing to compare with.
 */
static bool is_ram_of_board(u64 base, u64 size)
{
	struct device_node *np;
	struct resource res;
	bool known = false;
	int i;

	for_each_node_by_type(np, "memory") {
		for (i = 0; !of_address_to_resource(np, i, &res); i++) {
			known = true;
			if (base < res.start || base + size - 1 > res.end)
				continue;
			of_node_put(np);
			return true;
		}
	}
	return !known;
}

/*
 * Reserved memory without no-map counts as Linux': it is in the kernel's
 * linear map, where the CPU's speculation and /proc/kcore reach it, and part
 * of it is the kernel itself.
 */
static bool meets_linux(const struct cb_region *mem)
{
	return region_intersects(mem->base, mem->size, IORESOURCE_SYSTEM_RAM,
				 IORES_DESC_NONE) != REGION_DISJOINT;
}

int cb_memory_usable(struct cb_report *rep)
{
	u64 base = cb.mem.base, size = cb.mem.size;

	if (base % CB_MEM_ALIGN || size % CB_PAGE || !size ||
	    base >= CB_MEM_LIMIT || size > CB_MEM_LIMIT - base)
		return cb_refuse(rep, -EINVAL, "driver-memory-place",
				 "the hypervisor's memory [0x%llx, +0x%llx) has to begin at a multiple of 0x%llx, have whole pages and end below 0x%llx",
				 base, size, CB_MEM_ALIGN, CB_MEM_LIMIT);
	if (meets_linux(&cb.mem))
		return cb_refuse(rep, -EBUSY, "driver-memory-not-reserved",
				 "the hypervisor's memory [0x%llx, +0x%llx) is Linux' own RAM; "
				 KEEP_AWAY, base, size);
	if (!is_ram_of_board(base, size))
		return cb_refuse(rep, -EINVAL, "driver-memory-not-ram",
				 "the hypervisor's memory [0x%llx, +0x%llx) is not within a memory node of this machine's device tree",
				 base, size);
	return 0;
}

int cb_memory_judge(const struct cb_region *mem, const char *node,
		    struct cb_report *rep)
{
	u64 end = mem->base + mem->size;

	/* empty or beyond the last address: the hypervisor's to refuse */
	if (end <= mem->base || !meets_linux(mem))
		return 0;
	return cb_refuse_at(rep, -EBUSY, "driver-memory-not-reserved", node,
			    "reg",
			    "%.64s [0x%llx..0x%llx) meets RAM that Linux itself uses (\"System RAM\" in /proc/iomem); "
			    KEEP_AWAY, node, mem->base, end);
}
