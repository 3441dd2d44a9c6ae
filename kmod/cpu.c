// SPDX-License-Identifier: GPL-2.0-only
/* CPUs: which of Linux' are which of the description's, unplug and plug. */

#include <linux/cpu.h>
#include <linux/slab.h>
#include <linux/smp.h>
#include <linux/stop_machine.h>

#include "cellblock.h"

static void note_hwid(void *hwids)
{
	((u64 *)hwids)[smp_processor_id()] = cb_arch_hwid();
}

static int linux_cpu_of(u64 hwid, const u64 *hwids)
{
	int cpu;

	for_each_online_cpu(cpu)
		if (hwids[cpu] == hwid)
			return cpu;
	return -1;
}

static int match(const u64 *hwids, struct cb_report *rep)
{
	int cpu, err = 0;
	u32 i;

	memset(cb.index, -1, sizeof(cb.index));
	for (i = 0; i < cb.cpu_count; i++) {
		cpu = linux_cpu_of(cb.cpus[i].hwid, hwids);
		if (cpu < 0) {
			err = cb_refuse(rep, -EBUSY, "driver-cpu-offline",
					"CPU 0x%llx of the description is not online; bring it online under /sys/devices/system/cpu, or take it out of the description",
					cb.cpus[i].hwid);
			continue;
		}
		cb.cpus[i].linux_cpu = cpu;
		cb.index[cpu] = i;
	}
	for_each_online_cpu(cpu)
		if (cb.index[cpu] < 0)
			err = cb_refuse(rep, -EINVAL, "driver-cpu-unknown",
					"Linux' CPU %d (0x%llx) is not in the description; describe it, or take it offline",
					cpu, hwids[cpu]);
	if (!err && num_online_cpus() != cb.cpu_count)
		err = cb_refuse(rep, -EINVAL, "driver-cpu-twice",
				"%u CPUs in the description are only %u online ones: one is described twice",
				cb.cpu_count, num_online_cpus());
	return err;
}

int cb_cpus_match(struct cb_report *rep)
{
	u64 *hwids = kcalloc(nr_cpu_ids, sizeof(*hwids), GFP_KERNEL);
	int err;

	if (!hwids)
		return -ENOMEM;
	on_each_cpu(note_hwid, hwids, 1);
	err = match(hwids, rep);
	kfree(hwids);
	return err;
}

/*
 * remove_cpu() and add_cpu() take the lock of device hotplug, so they meet a
 * user's writes to cpuN/online in one order or the other.
 */
int cb_cpus_take(const struct cpumask *cpus, struct cpumask *removed,
		 struct cb_report *rep)
{
	int cpu, err;
	bool last;

	cpumask_clear(removed);
	for_each_cpu(cpu, cpus) {
		err = remove_cpu(cpu);
		if (err > 0)
			continue;	/* was offline, and stays so later */
		if (err) {
			last = num_online_cpus() == 1;
			cb_cpus_give_back(removed, rep);
			cpumask_clear(removed);
			return cb_refuse(rep, err, "driver-cpu-busy",
					 "Linux does not take CPU %d offline (error %d)%s",
					 cpu, -err,
					 last ? ": it is the last one" : "");
		}
		cpumask_set_cpu(cpu, removed);
	}
	return 0;
}

void cb_cpus_give_back(const struct cpumask *cpus, struct cb_report *rep)
{
	int cpu, err;

	for_each_cpu(cpu, cpus) {
		err = add_cpu(cpu);
		if (err >= 0)
			continue;
		pr_err("cellblock: CPU %d does not come back online: %d\n",
		       cpu, err);
		cb_warn(rep, "driver-cpu-lost",
			"CPU %d does not come back online (error %d); try `echo 1 > /sys/devices/system/cpu/cpu%d/online`",
			cpu, -err, cpu);
	}
}

static int on_this_cpu(void *fn)
{
	struct cb_cpu *cpu = &cb.cpus[cb.index[smp_processor_id()]];

	cpu->result = ((s64 (*)(struct cb_cpu *))fn)(cpu);
	return 0;
}

s64 cb_cpus_at_once(s64 (*fn)(struct cb_cpu *cpu), bool *mixed)
{
	s64 first = 0;
	u32 i, failed = 0;

	*mixed = false;
	if (stop_machine(on_this_cpu, fn, cpu_online_mask))
		return -EIO;
	for (i = 0; i < cb.cpu_count; i++) {
		if (!cb.cpus[i].result)
			continue;
		failed++;
		if (!first)
			first = cb.cpus[i].result;
	}
	*mixed = failed && failed != cb.cpu_count;
	return first;
}
