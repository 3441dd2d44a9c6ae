/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * GICv3 CPU interface by system registers (Arm IHI 0069), real or virtual;
 * group 1 only, priority drop and deactivation together.
 */
#include "inmate.h"

#define ICC_PMR_EL1	S3_0_C4_C6_0
#define ICC_SGI1R_EL1	S3_0_C12_C11_5
#define ICC_IAR1_EL1	S3_0_C12_C12_0
#define ICC_EOIR1_EL1	S3_0_C12_C12_1
#define ICC_BPR1_EL1	S3_0_C12_C12_3
#define ICC_CTLR_EL1	S3_0_C12_C12_4
#define ICC_SRE_EL1	S3_0_C12_C12_5
#define ICC_IGRPEN1_EL1	S3_0_C12_C12_7

#define WAKER_SLEEP		(1 << 1)
#define WAKER_CHILDREN_ASLEEP	(1 << 2)
#define WAKE_WAIT_MAX		1000000

static bool wake(uint64_t frame)
{
	unsigned int wait = WAKE_WAIT_MAX;
	uint32_t waker = mmio_read32(frame + GICR_WAKER);

	mmio_write32(frame + GICR_WAKER, waker & ~WAKER_SLEEP);
	while (mmio_read32(frame + GICR_WAKER) & WAKER_CHILDREN_ASLEEP)
		if (!wait--)
			return false;
	return true;
}

static bool init_cpu(uint64_t base)
{
	uint64_t frame = gic_redistributor(cpu_mpidr());

	if (!frame) {
		printk("no redistributor at 0x%lx for MPIDR 0x%lx\n", base,
		       cpu_mpidr());
		return false;
	}
	if (!wake(frame)) {
		printk("redistributor 0x%lx does not wake up\n", frame);
		return false;
	}
	/* SGIs and PPIs: group 1 */
	mmio_write32(frame + GICR_SGI_FRAME + GICD_IGROUPR, ~0u);
	sysreg_write(ICC_SRE_EL1, sysreg_read(ICC_SRE_EL1) | 1);
	isb();
	if (!(sysreg_read(ICC_SRE_EL1) & 1)) {
		printk("no system-register access to the GIC\n");
		return false;
	}
	sysreg_write(ICC_PMR_EL1, 0xf0);
	sysreg_write(ICC_BPR1_EL1, 0);
	sysreg_write(ICC_CTLR_EL1, 0);
	sysreg_write(ICC_IGRPEN1_EL1, 1);
	isb();
	return true;
}

static uint32_t acknowledge(void)
{
	uint32_t iar = sysreg_read(ICC_IAR1_EL1);

	dsb();
	return iar;
}

static void end(uint32_t iar)
{
	sysreg_write(ICC_EOIR1_EL1, iar);
	isb();
}

static void route(unsigned int spi)
{
	uint64_t gicd = gic_distributor(), word = gicd + spi / 32 * 4;
	uint32_t group = mmio_read32(word + GICD_IGROUPR);

	mmio_write32(word + GICD_IGROUPR, group | 1u << spi % 32);
	mmio_write64(gicd + GICD_IROUTER + spi * 8ul, cpu_mpidr());
}

static void send_sgi(unsigned int sgi, uint64_t mpidr)
{
	uint64_t value = 1ul << (mpidr & 15) | (uint64_t)sgi << 24;

	value |= (mpidr >> 8 & 0xff) << 16;	/* Aff1 */
	value |= (mpidr >> 16 & 0xff) << 32;	/* Aff2 */
	value |= (mpidr >> 32 & 0xff) << 48;	/* Aff3 */
	value |= (mpidr >> 4 & 15) << 44;	/* range of Aff0 */
	sysreg_write(ICC_SGI1R_EL1, value);
	isb();
}

const struct gic_ops gic_v3_ops = {
	.init_cpu = init_cpu,
	.acknowledge = acknowledge,
	.end = end,
	.route = route,
	.send_sgi = send_sgi,
};
