// SPDX-License-Identifier: GPL-2.0-only
/*
 * Costs seen from the root cell. The counter is to tick once for each
 * instruction (see bench.py), so that a difference of it is a number of
 * instructions, all CPUs together.
 *
 * parameters/traps: one instruction that traps, from itself to the next one;
 * the least of many runs with interrupts masked.
 * parameters/calls: what went through the entry points of the cellblock
 * module since the last reading, by kretprobes. For calls that all CPUs make,
 * `all` is the time from the first entry to the last return.
 */

#include <linux/io.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/spinlock.h>

#include "abi/hypercall.h"

#define RUNS		200
#define STR(x)		#x
#define XSTR(x)		STR(x)
#define ENTER		CB_HC_COUNT	/* the row behind the hypercalls */
#define ROWS		(CB_HC_COUNT + 1)
#define SELF		2ul		/* SGIR: target list filter */
#define SGI_UNUSED	0		/* Linux: reschedule, harmless */
#define PPI_OTHER	22

static int gic = 3;
module_param(gic, int, 0444);
static ulong gicd = 0x08000000;
module_param(gicd, ulong, 0444);

static void __iomem *dist;

/* ---- one instruction ----------------------------------------------------- */

struct trap {
	const char *name;
	int gic;		/* version that has it, 0: every one */
	u64 (*cost)(void);
};

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

static const struct trap traps[] = {
	{ "nothing", 0, cost_nothing },
	{ "hypercall", 0, cost_hypercall },
	{ "hypercall-unknown", 0, cost_unknown_call },
	{ "gicd-id", 0, cost_gicd_id },
	{ "gicd-enable", 0, cost_gicd_enable },
	{ "sgi", 3, cost_sgi_v3 },
	{ "sgi", 2, cost_sgi_v2 },
	{ "dir", 3, cost_dir },
};

static u64 least(const struct trap *trap)
{
	u64 cost, min = ~0ull;
	unsigned long flags;
	int i;

	for (i = 0; i < RUNS; i++) {
		local_irq_save(flags);
		cost = trap->cost();
		local_irq_restore(flags);
		min = min(min, cost);
	}
	return min;
}

static int show_traps(char *buf, const struct kernel_param *kp)
{
	u64 nothing = least(&traps[0]);
	int i, n = 0;

	for (i = 1; i < ARRAY_SIZE(traps); i++)
		if (!traps[i].gic || traps[i].gic == gic)
			n += scnprintf(buf + n, PAGE_SIZE - n, "%s %llu\n",
				       traps[i].name,
				       least(&traps[i]) - nothing);
	return n;
}

static const struct kernel_param_ops traps_ops = { .get = show_traps };
module_param_cb(traps, &traps_ops, NULL, 0400);

/* Pages in use, image included. */
static int show_memory(char *buf, const struct kernel_param *kp)
{
	register u64 x0 asm("x0") = CB_HC_HYPERVISOR_GET_INFO;
	register u64 x1 asm("x1") = CB_INFO_MEM_TOTAL;

	asm volatile("hvc #" XSTR(CB_HVC_IMM)
		     : "+r" (x0), "+r" (x1) : : "memory");
	return sysfs_emit(buf, "%lld\n", x0);
}

static const struct kernel_param_ops memory_ops = { .get = show_memory };
module_param_cb(memory, &memory_ops, NULL, 0400);

/* ---- calls of the module ------------------------------------------------- */

static struct row {
	u32 calls;
	u64 least;		/* of one call */
	u64 first;		/* entry of all */
	u64 last;		/* return of all */
} rows[ROWS];
static DEFINE_RAW_SPINLOCK(lock);

struct entry {
	u32 row;
	u64 time;
};

static u64 now(void)
{
	isb();
	return read_sysreg(cntvct_el0);
}

static int on_hypercall(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct entry *entry = (struct entry *)ri->data;

	entry->row = min_t(u64, regs->regs[0], CB_HC_COUNT - 1);
	entry->time = now();
	return 0;
}

static int on_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct entry *entry = (struct entry *)ri->data;

	entry->row = ENTER;
	entry->time = now();
	return 0;
}

static int on_leave(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct entry *entry = (struct entry *)ri->data;

	entry->row = CB_HC_DISABLE;
	entry->time = now();
	return 0;
}

static int on_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	u64 time = now();
	struct entry *entry = (struct entry *)ri->data;
	struct row *row = &rows[entry->row];
	unsigned long flags;

	raw_spin_lock_irqsave(&lock, flags);
	if (!row->calls++) {
		row->least = ~0ull;
		row->first = entry->time;
	}
	row->least = min(row->least, time - entry->time);
	row->first = min(row->first, entry->time);
	row->last = max(row->last, time);
	raw_spin_unlock_irqrestore(&lock, flags);
	return 0;
}

#define PROBE(name, on_entry) {						\
	.kp.symbol_name = "cellblock:" name,				\
	.entry_handler = on_entry,					\
	.handler = on_return,						\
	.data_size = sizeof(struct entry),				\
	.maxactive = 64,						\
}

/* The compiler has inlined the hypercall of disable into its caller. */
static struct kretprobe probes[] = {
	PROBE("cb_hypercall", on_hypercall),
	PROBE("cb_arch_enter", on_enter),
	PROBE("cb_arch_leave", on_leave),
};

static int show_calls(char *buf, const struct kernel_param *kp)
{
	int i, n = 0;

	for (i = 0; i < ROWS; i++)
		if (rows[i].calls)
			n += scnprintf(buf + n, PAGE_SIZE - n,
				       "%d calls %u least %llu all %llu\n", i,
				       rows[i].calls, rows[i].least,
				       rows[i].last - rows[i].first);
	for (i = 0; i < ARRAY_SIZE(probes); i++)
		n += scnprintf(buf + n, PAGE_SIZE - n, "missed %d\n",
			       probes[i].nmissed);
	memset(rows, 0, sizeof(rows));
	return n;
}

static const struct kernel_param_ops calls_ops = { .get = show_calls };
module_param_cb(calls, &calls_ops, NULL, 0400);

static int __init bench_init(void)
{
	struct kretprobe *all[ARRAY_SIZE(probes)];
	int i, err;

	for (i = 0; i < ARRAY_SIZE(probes); i++)
		all[i] = &probes[i];
	dist = ioremap(gicd, 0x10000);
	if (!dist)
		return -ENOMEM;
	err = register_kretprobes(all, ARRAY_SIZE(probes));
	if (err)
		iounmap(dist);
	return err;
}

static void __exit bench_exit(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(probes); i++)
		unregister_kretprobe(&probes[i]);
	iounmap(dist);
}

module_init(bench_init);
module_exit(bench_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Cellblock: costs in instructions");
