/* SPDX-License-Identifier: GPL-2.0-only */
/* The interrupt controller's rules of ownership. */
#include "gic-decide.h"
#include "gic-regs.h"
#include "gic.h"

/* One entry for every 128 bytes. */
static const struct gic_file files[] = {
	[GICD_IGROUPR / 128] = { GIC_READ, 1, GICD_IGROUPR },
	[GICD_ISENABLER / 128] = { GIC_WRITE1, 1, GICD_ISENABLER },
	[GICD_ICENABLER / 128] = { GIC_WRITE1, 1, GICD_ICENABLER },
	[GICD_ISPENDR / 128] = { GIC_WRITE1, 1, GICD_ISPENDR },
	[GICD_ICPENDR / 128] = { GIC_WRITE1, 1, GICD_ICPENDR },
	[GICD_ISACTIVER / 128] = { GIC_WRITE1, 1, GICD_ISACTIVER },
	[GICD_ICACTIVER / 128] = { GIC_WRITE1, 1, GICD_ICACTIVER },
	[GICD_IPRIORITYR / 128 ... GICD_IPRIORITYR / 128 + 7] = {
		GIC_PRIO, 8, GICD_IPRIORITYR },
	[GICD_ITARGETSR / 128 ... GICD_ITARGETSR / 128 + 7] = {
		GIC_TARGET, 8, GICD_ITARGETSR },
	[GICD_ICFGR / 128 ... GICD_ICFGR / 128 + 1] = {
		GIC_FIELD, 2, GICD_ICFGR },
};

/* Of 16 bytes each, behind GICD_SGIR. */
static const struct gic_file sgi_files[] = {
	{ GIC_WRITE1, 8, GICD_CPENDSGIR },
	{ GIC_WRITE1, 8, GICD_SPENDSGIR },
};
static const struct gic_file nothing = { GIC_NONE, 1, 0 };

const struct gic_file *gic_file_at(uint32_t offset)
{
	if (offset / 128 < ARRAY_SIZE(files))
		return &files[offset / 128];
	if (offset >= GICD_CPENDSGIR && offset < GICD_SPENDSGIR + 16)
		return &sgi_files[offset >= GICD_SPENDSGIR];
	return &nothing;
}

uint32_t gic_first_irq(const struct gic_file *file, uint32_t offset)
{
	return ((offset & ~3u) - file->base) * 8 / file->bits;
}

uint32_t gic_lanes(const struct gic_file *file, uint32_t offset,
		   uint32_t size, uint32_t owned)
{
	uint32_t bytes = size < 4 ? (1u << 8 * size) - 1 : ~0u;
	uint32_t i, lanes = 0, bits = file->bits;

	bytes <<= 8 * (offset & 3);
	if (bits == 1)
		return owned & bytes;
	owned >>= gic_first_irq(file, offset) % 32;
	for (i = 0; i < 32; i += bits, owned >>= 1)
		if (owned & 1)
			lanes |= ((1u << bits) - 1) << i;
	return lanes & bytes;
}

uint32_t gic_merge(uint32_t old, uint32_t value, uint32_t lanes)
{
	return (old & ~lanes) | (value & lanes);
}

uint32_t gic_targets(uint32_t old, uint32_t value, uint32_t lanes,
		     uint8_t own)
{
	uint32_t i, field, kept = value & (own * 0x01010101u);

	for (i = 0; i < 32; i += 8) {
		field = 0xffu << i;
		if (value & field && !(kept & field))
			lanes &= ~field;
	}
	return gic_merge(old, kept, lanes);
}

#define ROUTE_ANY	BIT64(31)
#define ROUTE_AFFINITY	0xff00ffffffull

uint64_t gic_route_hwid(uint64_t value)
{
	return value & ROUTE_ANY ? ~0ull : value & ROUTE_AFFINITY;
}

uint8_t gic_sgir(uint32_t value, uint8_t own, uint8_t self)
{
	uint8_t targets[] = { value >> 16 & 0xff, ~self, self, 0 };

	return targets[value >> 24 & 3] & own;
}

/* Affinity 3, 2, 1 and the range of 16 CPUs in affinity 0, in their places. */
#define SGI1R_CLUSTER	0x00fff0ff00ff0000ull

static uint64_t sgi1r_cluster(uint64_t hwid)
{
	return (hwid >> 32 & 0xff) << 48 | (hwid >> 16 & 0xff) << 32 |
	       (hwid >> 8 & 0xff) << 16 | (hwid >> 4 & 15) << 44;
}

uint32_t gic_sgi1r_bit(uint64_t value, uint64_t hwid)
{
	uint32_t bit = (uint32_t)value & 1u << (hwid & 15);

	/* few CPUs are named: the cheap half of the question first */
	if (!bit || (value & SGI1R_CLUSTER) != sgi1r_cluster(hwid))
		return 0;
	return bit;
}

uint64_t gic_sgi1r(uint32_t irq, uint64_t hwid)
{
	return sgi1r_cluster(hwid) | (uint64_t)irq << 24 | 1u << (hwid & 15);
}

uint32_t gic_prio_to_phys(uint32_t prio, bool half, uint32_t step)
{
	uint32_t i;

	if (half)
		return (prio >> 1 & 0x7f7f7f7f) | 0x80808080;
	for (i = 0; i < 32; i += 8)
		if ((prio >> i & 0xff) < step)
			prio |= step << i;
	return prio;
}

uint32_t gic_prio_to_guest(uint32_t prio, bool half)
{
	return half ? prio << 1 & 0xfefefefe : prio;
}
