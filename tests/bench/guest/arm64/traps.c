// SPDX-License-Identifier: GPL-2.0-only
#include <linux/io.h>
#include <linux/module.h>

#include "abi/hypercall.h"
#include "bench.h"

#define STR(x)		#x
#define XSTR(x)		STR(x)
#define SELF		2ul		/* SGIR: target list filter */
#define SGI_UNUSED	0		/* Linux: reschedule, harmless */
#define PPI_OTHER	22

static int gic = 3;
module_param(gic, int, 0444);
static ulong gicd = 0x08000000;
module_param(gicd, ulong, 0444);

static void __iomem *dist;

u64 bench_now(void)
{
	isb();
	return read_sysreg(cntvct_el0);
}

s64 bench_hypercall(u64 code, u64 arg)
{
	register u64 x0 asm("x0") = code;
	register u64 x1 asm("x1") = arg;

	asm volatile("hvc #" XSTR(CB_HVC_IMM)
		     : "+r" (x0), "+r" (x1) : : "memory");
	return x0;
}

/* Ticks around one instruction, of which three are the measurement's own. */
#define COST(insn, ...) ({						\
	u64 __before, __after;						\
									\
	asm volatile("isb\n	mrs %0, cntvct_el0\n"			\
		     insn "\n"						\
		     "isb\n	mrs %1, cntvct_el0"			\
		     : "=&r" (__before), "=&r" (__after)		\
		     : __VA_ARGS__					\
		     : "x0", "x1", "x2", "memory");			\
	__after - __before;						\
})

static u64 cost_nothing(void)
{
	return COST("");
}

/* Setting up the registers is no part of it. */
static u64 cost_hypercall(void)
{
	u64 with = COST("mov x0, #5\n	mov x1, #1\n	hvc #"
			XSTR(CB_HVC_IMM));

	return with - 2;
}

static u64 cost_unknown_call(void)
{
	u64 with = COST("mov x0, #99\n	hvc #" XSTR(CB_HVC_IMM));

	return with - 1;
}

static u64 cost_gicd_id(void)
{
	void __iomem *reg = dist + (gic == 3 ? 0xffe8 : 0xfe8);

	return COST("ldr w0, [%2]", "r" (reg));
}

/* What is enabled is enabled again. */
static u64 cost_gicd_enable(void)
{
	void __iomem *reg = dist + 0x104;
	u32 bits = readl_relaxed(reg);

	return COST("str %w3, [%2]", "r" (reg), "r" (bits));
}

static u64 cost_sgi_v3(void)
{
	u64 mpidr = read_sysreg(mpidr_el1);
	u64 sgi = 1ul << (mpidr & 15) | SGI_UNUSED << 24;

	return COST("msr s3_0_c12_c11_5, %2", "r" (sgi));
}

static u64 cost_sgi_v2(void)
{
	u32 sgi = SELF << 24 | SGI_UNUSED;

	return COST("str %w3, [%2]", "r" (dist + 0xf00), "r" (sgi));
}

/* Of an INTID that is not active: nothing happens. */
static u64 cost_dir(void)
{
	return COST("msr s3_0_c12_c11_1, %2", "r" (PPI_OTHER));
}

#define TRAPS								\
	{ "nothing", cost_nothing },					\
	{ "hypercall", cost_hypercall },				\
	{ "hypercall-unknown", cost_unknown_call },			\
	{ "gicd-id", cost_gicd_id },					\
	{ "gicd-enable", cost_gicd_enable }

static const struct trap traps_v3[] = {
	TRAPS, { "sgi", cost_sgi_v3 }, { "dir", cost_dir }, { }
};
static const struct trap traps_v2[] = {
	TRAPS, { "sgi", cost_sgi_v2 }, { }
};

const struct trap *bench_traps(void)
{
	return gic == 3 ? traps_v3 : traps_v2;
}

int bench_arch_init(void)
{
	dist = ioremap(gicd, 0x10000);
	return dist ? 0 : -ENOMEM;
}

void bench_arch_exit(void)
{
	iounmap(dist);
}
