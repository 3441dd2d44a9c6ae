/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GICv2 CPU interface (Arm IHI 0048), real or virtual. Both groups are on and
 * AckCtl is set, so that the acknowledge register returns interrupts of
 * either group: which one an interrupt is in depends on who configured it.
 * The other bits of CTLR are left alone.
 */
#include "inmate.h"

#define GICC_CTLR	0x00
#define GICC_PMR	0x04
#define GICC_IAR	0x0c
#define GICC_EOIR	0x10
#define CTLR_GROUPS	0x3
#define CTLR_ACKCTL	0x4
#define CTLR_EOIMODE	0x600	/* secure and non-secure copy */

static uint64_t gicc_base;

static bool init_cpu(uint64_t base)
{
	uint32_t ctlr;

	if (!gicc_base)
		map_range(base, 0x2000, MAP_DEVICE);
	gicc_base = base;
	mmio_write32(base + GICC_PMR, 0xf0);
	ctlr = mmio_read32(base + GICC_CTLR) & ~CTLR_EOIMODE;
	mmio_write32(base + GICC_CTLR, ctlr | CTLR_GROUPS | CTLR_ACKCTL);
	return true;
}

static uint32_t acknowledge(void)
{
	return mmio_read32(gicc_base + GICC_IAR);
}

static void end(uint32_t iar)
{
	mmio_write32(gicc_base + GICC_EOIR, iar);
}

/* The interface number of this CPU is what its own SGIs' targets read. */
static void route(unsigned int spi)
{
	uint8_t self = mmio_read8(gic_distributor() + GICD_ITARGETSR);

	mmio_write8(gic_distributor() + GICD_ITARGETSR + spi, self);
}

static void send_sgi(unsigned int sgi, uint64_t mpidr)
{
	mmio_write32(gic_distributor() + GICD_SGIR,
		     1u << (16 + (mpidr & 7)) | sgi);
}

const struct gic_ops gic_v2_ops = {
	.init_cpu = init_cpu,
	.acknowledge = acknowledge,
	.end = end,
	.route = route,
	.send_sgi = send_sgi,
};
