/* SPDX-License-Identifier: BSD-2-Clause */
/* What GICv2 and GICv3 have in common: the distributor. */
#include "inmate.h"

#define CTLR_GROUPS_V2	0x3
#define CTLR_GROUP1_ARE	0x12
#define PRIORITY	0xa0

static const struct gic_ops *ops;
static uint64_t gicd_base, cpu_base;
static unsigned int version;
static void (*irq_handler)(unsigned int intid);

static void find_gic(void)
{
	volatile struct cb_comm_page *page = comm_page();

	if (page) {
		version = page->gic_version;
		gicd_base = page->gicd_base;
		cpu_base = version == 2 ? page->gicc_base : page->gicr_base;
	}
	version = cmdline_int("gic", version);
	gicd_base = cmdline_int("gicd", gicd_base);
	cpu_base = cmdline_int(version == 2 ? "gicc" : "gicr", cpu_base);
}

bool gic_init(void)
{
	uint32_t ctlr;

	find_gic();
	if (version < 2 || version > 4 || !gicd_base || !cpu_base) {
		printk("no GIC: version %u, GICD 0x%lx, CPU part 0x%lx\n",
		       version, gicd_base, cpu_base);
		return false;
	}
	ops = version == 2 ? &gic_v2_ops : &gic_v3_ops;
	map_range(gicd_base, version == 2 ? 0x1000 : 0x10000, MAP_DEVICE);
	ctlr = mmio_read32(gicd_base + GICD_CTLR);
	ctlr |= version == 2 ? CTLR_GROUPS_V2 : CTLR_GROUP1_ARE;
	mmio_write32(gicd_base + GICD_CTLR, ctlr);
	return gic_init_cpu();
}

bool gic_init_cpu(void)
{
	return ops->init_cpu(cpu_base);
}

unsigned int gic_version(void)
{
	return version;
}

uint64_t gic_distributor(void)
{
	return gicd_base;
}

uint64_t gic_redistributor(uint64_t mpidr)
{
	uint64_t frame = cpu_base, type, stride;
	unsigned int n;

	uint64_t affinity = (mpidr >> 8 & 0xff000000) | (mpidr & 0xffffff);

	for (n = 0; n < 512; n++, frame += stride) {
		map_range(frame, 0x20000, MAP_DEVICE);
		type = mmio_read64(frame + GICR_TYPER);
		if (type >> 32 == affinity)
			return frame;
		if (type & GICR_TYPER_LAST)
			break;
		stride = type & GICR_TYPER_VLPIS ? 0x40000 : 0x20000;
	}
	return 0;
}

uint64_t gic_irq_frame(unsigned int intid)
{
	if (version == 2 || intid >= 32)
		return gicd_base;
	return gic_redistributor(cpu_mpidr()) + GICR_SGI_FRAME;
}

void gic_enable_irq(unsigned int intid)
{
	uint64_t frame = gic_irq_frame(intid);
	unsigned int word = intid / 32 * 4;

	if (intid >= 32)
		ops->route(intid);
	mmio_write8(frame + GICD_IPRIORITYR + intid, PRIORITY);
	mmio_write32(frame + GICD_ISENABLER + word, 1u << intid % 32);
}

void gic_disable_irq(unsigned int intid)
{
	mmio_write32(gic_irq_frame(intid) + GICD_ICENABLER + intid / 32 * 4,
		     1u << intid % 32);
}

void gic_send_sgi(unsigned int sgi, uint64_t mpidr)
{
	dsb();
	ops->send_sgi(sgi, mpidr);
}

void gic_set_handler(void (*handler)(unsigned int intid))
{
	irq_handler = handler;
}

void gic_handle_irq(void)
{
	uint32_t iar = ops->acknowledge();
	unsigned int intid = version == 2 ? iar & 0x3ff : iar & 0xffffff;

	if (intid >= GIC_SPURIOUS && intid <= 1023)
		return;
	if (irq_handler)
		irq_handler(intid);
	ops->end(iar);
}
