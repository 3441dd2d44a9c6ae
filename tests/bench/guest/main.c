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

#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/spinlock.h>

#include "abi/hypercall.h"
#include "bench.h"

#define RUNS		200
#define ENTER		CB_HC_COUNT	/* the row behind the hypercalls */
#define ROWS		(CB_HC_COUNT + 1)

/* ---- one instruction ----------------------------------------------------- */

static u64 least(const struct trap *trap)
{
	u64 cost, min = ~0ull;
	unsigned long flags;
	u32 i;

	for (i = 0; i < (trap->once ? 1 : RUNS); i++) {
		local_irq_save(flags);
		cost = trap->cost();
		local_irq_restore(flags);
		min = min(min, cost);
	}
	return min;
}

static int show_traps(char *buf, const struct kernel_param *kp)
{
	const struct trap *trap = bench_traps();
	u64 nothing = least(trap);
	int n = 0;

	while ((++trap)->name)
		n += scnprintf(buf + n, PAGE_SIZE - n, "%s %llu\n",
			       trap->name, least(trap) - nothing);
	return n;
}

static const struct kernel_param_ops traps_ops = { .get = show_traps };
module_param_cb(traps, &traps_ops, NULL, 0400);

/* Pages in use, image included. */
static int show_memory(char *buf, const struct kernel_param *kp)
{
	return sysfs_emit(buf, "%lld\n",
			  bench_hypercall(CB_HC_HYPERVISOR_GET_INFO,
					  CB_INFO_MEM_TOTAL));
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

static int on_hypercall(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct entry *entry = (struct entry *)ri->data;

	entry->row = min_t(u64, regs_get_kernel_argument(regs, 0),
			   CB_HC_COUNT - 1);
	entry->time = bench_now();
	return 0;
}

static int on_enter(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct entry *entry = (struct entry *)ri->data;

	entry->row = ENTER;
	entry->time = bench_now();
	return 0;
}

static int on_leave(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	struct entry *entry = (struct entry *)ri->data;

	entry->row = CB_HC_DISABLE;
	entry->time = bench_now();
	return 0;
}

static int on_return(struct kretprobe_instance *ri, struct pt_regs *regs)
{
	u64 time = bench_now();
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
	err = bench_arch_init();
	if (err)
		return err;
	err = register_kretprobes(all, ARRAY_SIZE(probes));
	if (err)
		bench_arch_exit();
	return err;
}

static void __exit bench_exit(void)
{
	int i;

	for (i = 0; i < ARRAY_SIZE(probes); i++)
		unregister_kretprobe(&probes[i]);
	bench_arch_exit();
}

module_init(bench_init);
module_exit(bench_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Cellblock: costs in instructions");
