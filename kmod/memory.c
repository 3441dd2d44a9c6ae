// SPDX-License-Identifier: GPL-2.0-only
/* Whose memory it is: what the hypervisor and cells take must not be Linux'. */

#include <linux/ioport.h>
#include <linux/mm.h>

#include "cellblock.h"

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
	const struct cb_arch_memory *limits = &cb_arch_memory;
	u64 base = cb.mem.base, size = cb.mem.size;

	if (base % CB_MEM_ALIGN || size % CB_PAGE || !size ||
	    size > limits->max || base >= limits->end ||
	    size > limits->end - base)
		return cb_refuse(rep, -EINVAL, "driver-memory-place",
				 "the hypervisor's memory [0x%llx, +0x%llx) has to begin at a multiple of 0x%llx, have whole pages, 0x%llx bytes at most, and end below 0x%llx",
				 base, size, CB_MEM_ALIGN, limits->max,
				 limits->end);
	if (meets_linux(&cb.mem))
		return cb_refuse(rep, -EBUSY, "driver-memory-not-reserved",
				 "the hypervisor's memory [0x%llx, +0x%llx) is Linux' own RAM; %s",
				 base, size, limits->keep_away);
	if (!cb_arch_is_ram(base, size))
		return cb_refuse(rep, -EINVAL, "driver-memory-not-ram",
				 "the hypervisor's memory [0x%llx, +0x%llx) is not RAM, as this machine's firmware or device tree describes it",
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
			    "%.64s [0x%llx..0x%llx) meets RAM that Linux itself uses (\"System RAM\" in /proc/iomem); %s",
			    node, mem->base, end, cb_arch_memory.keep_away);
}
