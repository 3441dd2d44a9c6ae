/* SPDX-License-Identifier: GPL-2.0-only */
/* A system against itself: the hypervisor's needs, the root cell, links. */
#include "internal.h"

#define GICV2_MAX_CPUS	8
/* Two frames of 64 KiB for each CPU (GIC architecture v3, 12.10). */
#define REDIST_SIZE	0x20000u

static void judge_hypervisor_memory(struct ctx *c)
{
	const struct cfg_region *r = c->sys->reserved;
	const struct cfg_region *end = r + c->sys->reserved_count;
	struct cfg_range hv = c->sys->hv_mem;
	const char *name;
	struct at where;

	while (r->range.base != hv.base || r->range.size != hv.size)
		r++;
	where = here(c, r->node, "reg");
	name = node_name(c->fdt, r->node);
	if (!(r->kind & CFG_MEM_NOMAP))
		say_at(c, MISSING_PROPERTY, here(c, r->node, "no-map"));
	if (!range_paged(hv))
		say_at(c, MEM_ALIGN, where, name, &hv, "");
	if (c->sys->ram_count &&
	    !ranges_cover(c->sys->ram, c->sys->ram_count, hv))
		say_at(c, MEM_OUTSIDE_RAM, where, name, &hv);
	for (r = c->sys->reserved; (r = region_meeting(r, end, hv)); r++)
		if (r->node != where.node)
			say_vs(c, MEM_OVERLAP_HYPERVISOR,
			       here(c, r->node, "reg"), where,
			       node_name(c->fdt, r->node), &r->range, &hv);
}

static const char *gic_lacks(const struct cfg_intc *gic, uint32_t cpus)
{
	uint64_t frame = gic->redist_stride ? gic->redist_stride : REDIST_SIZE;
	uint64_t redist = 0;
	uint32_t i;

	for (i = 0; i < gic->redist_count; i++)
		redist += gic->redist[i].size / frame;
	if (!gic->dist.size)
		return "reg has no distributor";
	if (gic->kind == CFG_INTC_GICV3 && redist < cpus)
		return "its redistributor regions are too small for the CPUs";
	if (gic->kind == CFG_INTC_GICV2 && cpus > GICV2_MAX_CPUS)
		return "a GICv2 serves at most 8 CPUs";
	if (gic->kind == CFG_INTC_GICV2 &&
	    (!gic->cpu.size || !gic->hyp.size || !gic->vcpu.size))
		return "reg lacks GICC, GICH or GICV";
	if (!gic->maint_irq)
		return "interrupts does not name the maintenance interrupt";
	return NULL;
}

static void judge_link(struct ctx *c, const struct cfg_link *link)
{
	const struct cfg_system *sys = c->sys;
	struct at where = here(c, link->node, "reg");
	const char *name = node_name(c->fdt, link->node);
	struct cfg_range range = link->range;
	struct cfg_range hv = sys->hv_mem;

	if (link->peers - 2 > 14)
		say_at(c, LINK_PEERS, here(c, link->node, "peers"),
		       link->peers);
	if (!range_paged(range))
		say_at(c, MEM_ALIGN, where, name, &range, "");
	if (cfg_range_meets(range, hv))
		say_at(c, MEM_OVERLAP_HYPERVISOR, where, name, &range, &hv);
	else if (!ranges_cover(sys->ram, sys->ram_count, range))
		say_at(c, MEM_OUTSIDE_RAM, where, name, &range);
	say_at(c, LINK_UNSUPPORTED, here(c, link->node, NULL));
}

int config_judge_system(const struct cfg_system *system,
			struct cfg_report *report)
{
	struct ctx c = { .report = report,
			 .sys = (struct cfg_system *)(uintptr_t)system,
			 .fdt = system->fdt, .errors = report->errors };
	const struct cfg_intc *gic = &system->intc;
	const char *lack = gic_lacks(gic, system->cpu_count);
	uint32_t i;

	judge_hypervisor_memory(&c);
	if (gic->kind == CFG_INTC_NONE)
		say_at(&c, NO_INTC, here(&c, 0, NULL));
	else if (lack)
		say_at(&c, ARCH_INTC, here(&c, gic->node->off, NULL), lack);
	if (!system->ram_count)
		say_at(&c, MEM_NO_RAM, here(&c, 0, NULL));
	if (!system->root.cpus.bits)
		say_at(&c, CPU_EMPTY, here(&c, 0, "cpus"));
	if (system->addr_bits > 48)
		say_at(&c, BOARD_WIDTH, here(&c, 0, NULL), system->addr_bits);
	for (i = 0; i < system->link_count; i++)
		judge_link(&c, &system->links[i]);
	return ctx_result(&c);
}
