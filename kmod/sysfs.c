// SPDX-License-Identifier: GPL-2.0-only
/* /sys/devices/cellblock; README.md lists the entries. */

#include <linux/device.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "cellblock.h"
#include "compat.h"

/* cells/ID/statistics, or one CPU's part of it in cpuN */
struct cb_stats {
	struct kobject kobj;
	const struct cb_cell *cell;
	int cpu;		/* Linux' number, or -1: the cell's sum */
};

static struct device *device;
static struct kset *cells;
static struct cb_stats *cpu_stats[NR_CPUS];
static bool has_system;

/* ---- statistics: cells/ID/statistics/[cpuN/]vmexits_… */

CB_STAT(total, TOTAL);
CB_STAT(mmio, MMIO);
CB_STAT(management, MANAGEMENT);
CB_STAT(hypercall, HYPERCALL);

static struct attribute *stat_attrs[] = {
	CB_STAT_ATTR(total), CB_STAT_ATTR(mmio), CB_STAT_ATTR(management),
	CB_STAT_ATTR(hypercall), NULL
};
static const struct attribute_group stat_group = { .attrs = stat_attrs };
static const struct attribute_group *stat_groups[] = {
	&stat_group, &cb_arch_stats, NULL
};

static s64 cpu_value(int cpu, u64 what)
{
	s16 index = cb.index[cpu];

	return index < 0 ? -EINVAL :
			   cb_query(CB_HC_CPU_GET_INFO, index, what);
}

static ssize_t stat_show(struct kobject *kobj, struct attribute *attr,
			 char *buf)
{
	struct cb_stats *s = container_of(kobj, struct cb_stats, kobj);
	u32 stat = container_of(attr, struct cb_stat_attribute, attr)->stat;
	s64 sum = 0, n;
	int cpu;

	for_each_cpu(cpu, s->cpu < 0 ? &s->cell->cpus : cpumask_of(s->cpu)) {
		n = cpu_value(cpu, CB_CPU_INFO_STAT_BASE + stat);
		if (n < 0)
			return n;
		sum += n;
	}
	return sysfs_emit(buf, "%lld\n", sum);
}

static void stats_release(struct kobject *kobj)
{
	kfree(container_of(kobj, struct cb_stats, kobj));
}

static const struct sysfs_ops stat_ops = { .show = stat_show };
static const struct kobj_type stats_type = {
	.sysfs_ops = &stat_ops,
	.default_groups = stat_groups,
	.release = stats_release,
};

static struct cb_stats *add_stats(const struct cb_cell *cell, int cpu,
				  struct kobject *parent)
{
	struct cb_stats *s = kzalloc(sizeof(*s), GFP_KERNEL);
	int err;

	if (!s)
		return NULL;
	s->cell = cell;
	s->cpu = cpu;
	if (cpu < 0)
		err = kobject_init_and_add(&s->kobj, &stats_type, parent,
					   "statistics");
	else
		err = kobject_init_and_add(&s->kobj, &stats_type, parent,
					   "cpu%d", cpu);
	if (!err)
		return s;
	kobject_put(&s->kobj);
	return NULL;
}

static void remove_stats(struct cb_stats *s)
{
	if (!s)
		return;
	kobject_del(&s->kobj);
	kobject_put(&s->kobj);
}

static void remove_cpu_stats(const struct cpumask *cpus)
{
	int cpu;

	for_each_cpu(cpu, cpus) {
		remove_stats(cpu_stats[cpu]);
		cpu_stats[cpu] = NULL;
	}
}

/*
 * The cell's CPUs that have their statistics elsewhere, or nowhere since there
 * was no memory for them, get them here.
 */
static int add_cpu_stats(const struct cb_cell *cell)
{
	int cpu, err = 0;

	for_each_cpu(cpu, &cell->cpus) {
		if (cpu_stats[cpu] && cpu_stats[cpu]->cell == cell)
			continue;
		remove_cpu_stats(cpumask_of(cpu));
		cpu_stats[cpu] = add_stats(cell, cpu, &cell->stats->kobj);
		if (!cpu_stats[cpu])
			err = -ENOMEM;
	}
	return err;
}

/* ---- cells/ID/… */

static struct cb_cell *to_cell(struct kobject *kobj)
{
	return container_of(kobj, struct cb_cell, kobj);
}

const char *cb_state_name(s64 state)
{
	static const char * const names[] = {
		[CB_CELL_RUNNING] = "running",
		[CB_CELL_RUNNING_LOCKED] = "running/locked",
		[CB_CELL_SHUT_DOWN] = "shut down",
		[CB_CELL_FAILED] = "failed",
		[CB_CELL_FAILED_COMM_REV] = "Comm ABI mismatch",
	};

	return state >= 0 && state < ARRAY_SIZE(names) ? names[state] :
							 "invalid";
}

static ssize_t name_show(struct kobject *kobj, struct kobj_attribute *attr,
			 char *buf)
{
	return sysfs_emit(buf, "%s\n", to_cell(kobj)->name);
}

static ssize_t state_show(struct kobject *kobj, struct kobj_attribute *attr,
			  char *buf)
{
	s64 state = cb_query(CB_HC_CELL_GET_STATE, to_cell(kobj)->id, 0);

	return sysfs_emit(buf, "%s\n", cb_state_name(state));
}

static void failed_cpus(const struct cb_cell *cell, struct cpumask *failed)
{
	int cpu;

	cpumask_clear(failed);
	for_each_cpu(cpu, &cell->cpus)
		if (cpu_value(cpu, CB_CPU_INFO_STATE) == CB_CPU_FAILED)
			cpumask_set_cpu(cpu, failed);
}

static ssize_t cpus_assigned_show(struct kobject *kobj,
				  struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%*pb\n", cpumask_pr_args(&to_cell(kobj)->cpus));
}

static ssize_t cpus_assigned_list_show(struct kobject *kobj,
				       struct kobj_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%*pbl\n",
			  cpumask_pr_args(&to_cell(kobj)->cpus));
}

static ssize_t cpus_failed_show(struct kobject *kobj,
				struct kobj_attribute *attr, char *buf)
{
	struct cpumask failed;

	failed_cpus(to_cell(kobj), &failed);
	return sysfs_emit(buf, "%*pb\n", cpumask_pr_args(&failed));
}

static ssize_t cpus_failed_list_show(struct kobject *kobj,
				     struct kobj_attribute *attr, char *buf)
{
	struct cpumask failed;

	failed_cpus(to_cell(kobj), &failed);
	return sysfs_emit(buf, "%*pbl\n", cpumask_pr_args(&failed));
}

#define CELL_ATTR(name) static struct kobj_attribute name##_attr = \
	__ATTR_RO(name)
CELL_ATTR(name);
CELL_ATTR(state);
CELL_ATTR(cpus_assigned);
CELL_ATTR(cpus_assigned_list);
CELL_ATTR(cpus_failed);
CELL_ATTR(cpus_failed_list);

static struct attribute *cell_attrs[] = {
	&name_attr.attr, &state_attr.attr,
	&cpus_assigned_attr.attr, &cpus_assigned_list_attr.attr,
	&cpus_failed_attr.attr, &cpus_failed_list_attr.attr, NULL
};
ATTRIBUTE_GROUPS(cell);

static void cell_release(struct kobject *kobj)
{
	struct cb_cell *cell = to_cell(kobj);

	if (cell->own_blob)
		free_pages_exact(cell->blob, cell->blob_size);
	kfree(cell);
}

static const struct kobj_type cell_type = {
	.sysfs_ops = &kobj_sysfs_ops,
	.default_groups = cell_groups,
	.release = cell_release,
};

struct cb_cell *cb_cell_alloc(void)
{
	struct cb_cell *cell = kzalloc(sizeof(*cell), GFP_KERNEL);

	if (cell)
		kobject_init(&cell->kobj, &cell_type);
	return cell;
}

void cb_cell_free(struct cb_cell *cell)
{
	kobject_put(&cell->kobj);
}

static ssize_t description_read(struct file *file, struct kobject *kobj,
				struct bin_attribute *attr, char *buf,
				loff_t pos, size_t count)
{
	struct cb_cell *cell = to_cell(kobj);

	return memory_read_from_buffer(buf, count, &pos, cell->blob,
				       cell->blob_size);
}

static int add_description(struct cb_cell *cell)
{
	struct bin_attribute *attr = &cell->description;

	sysfs_bin_attr_init(attr);
	attr->attr.name = "description.dtb";
	attr->attr.mode = 0400;
	attr->size = cell->blob_size;
	attr->read = description_read;
	return sysfs_create_bin_file(&cell->kobj, attr);
}

static void uevent(struct cb_cell *cell, enum kobject_action action)
{
	char name[5 + 32], id[3 + 11], state[6 + 24];
	char *env[] = { name, id, state, NULL };

	snprintf(name, sizeof(name), "CELL=%s", cell->name);
	snprintf(id, sizeof(id), "ID=%u", cell->id);
	snprintf(state, sizeof(state), "STATE=%s", cb_state_name(cell->state));
	kobject_uevent_env(&cell->kobj, action, env);
}

void cb_sysfs_announce(struct cb_cell *cell)
{
	uevent(cell, KOBJ_CHANGE);
}

static int fill_cell(struct cb_cell *cell)
{
	int err;

	err = add_description(cell);
	if (err)
		return err;
	cell->stats = add_stats(cell, -1, &cell->kobj);
	if (!cell->stats)
		return -ENOMEM;
	err = add_cpu_stats(cell);
	if (err) {
		remove_cpu_stats(&cell->cpus);
		remove_stats(cell->stats);
		cell->stats = NULL;
	}
	return err;
}

int cb_sysfs_add_cell(struct cb_cell *cell)
{
	int err;

	cell->kobj.kset = cells;
	err = kobject_add(&cell->kobj, NULL, "%u", cell->id);
	if (err)
		return err;
	err = fill_cell(cell);
	if (err) {
		kobject_del(&cell->kobj);
		return err;
	}
	cell->in_sysfs = true;
	uevent(cell, KOBJ_ADD);
	return 0;
}

void cb_sysfs_remove_cell(struct cb_cell *cell)
{
	if (!cell->in_sysfs)
		return;
	cell->in_sysfs = false;
	remove_cpu_stats(&cell->cpus);
	remove_stats(cell->stats);
	cell->stats = NULL;
	uevent(cell, KOBJ_REMOVE);
	kobject_del(&cell->kobj);
}

void cb_sysfs_to_root(void)
{
	if (cb.root->in_sysfs && add_cpu_stats(cb.root))
		pr_warn("cellblock: no memory for statistics in sysfs, until the next cell is created or destroyed\n");
}

/* ---- the system */

static ssize_t enabled_show(struct device *dev, struct device_attribute *attr,
			    char *buf)
{
	return sysfs_emit(buf, "%d\n", READ_ONCE(cb.enabled));
}
static DEVICE_ATTR_RO(enabled);

static ssize_t console_show(struct device *dev, struct device_attribute *attr,
			    char *buf)
{
	return cb_console_last(buf, PAGE_SIZE - 1);
}
static DEVICE_ATTR_RO(console);

static ssize_t delivery_show(struct device *dev, struct device_attribute *attr,
			     char *buf)
{
	s64 n = cb_query(CB_HC_HYPERVISOR_GET_INFO, CB_INFO_DELIVERY, 0);

	if (n < 0)
		return n;
	return sysfs_emit(buf, n ? "direct\n" : "list-registers\n");
}
static DEVICE_ATTR_RO(delivery);

static ssize_t info_show(struct device *dev, struct device_attribute *attr,
			 char *buf)
{
	u64 what = (unsigned long)
		container_of(attr, struct dev_ext_attribute, attr)->var;
	s64 n = cb_query(CB_HC_HYPERVISOR_GET_INFO, what, 0);

	if (n < 0)
		return n == -ENODEV ? sysfs_emit(buf, "0\n") : n;
	return sysfs_emit(buf, "%lld\n", n);
}

#define INFO(name_, what_) static struct dev_ext_attribute info_##name_ = \
	{ __ATTR(name_, 0444, info_show, NULL), (void *)(what_) }
INFO(mem_pool_size, CB_INFO_MEM_POOL_SIZE);
INFO(mem_pool_used, CB_INFO_MEM_POOL_USED);
INFO(remap_pool_size, CB_INFO_REMAP_POOL_SIZE);
INFO(remap_pool_used, CB_INFO_REMAP_POOL_USED);
INFO(mem_total, CB_INFO_MEM_TOTAL);

static struct attribute *system_attrs[] = {
	&dev_attr_enabled.attr, &dev_attr_console.attr,
	&dev_attr_delivery.attr,
	&info_mem_pool_size.attr.attr, &info_mem_pool_used.attr.attr,
	&info_remap_pool_size.attr.attr, &info_remap_pool_used.attr.attr,
	&info_mem_total.attr.attr, NULL
};
ATTRIBUTE_GROUPS(system);

static ssize_t system_read(struct file *file, struct kobject *kobj,
			   struct bin_attribute *attr, char *buf, loff_t pos,
			   size_t count)
{
	return memory_read_from_buffer(buf, count, &pos, cb.blob, cb.blob_size);
}

static struct bin_attribute system_dtb = {
	.attr = { .name = "system.dtb", .mode = 0400 },
	.read = system_read,
};

int cb_sysfs_add_system(void)
{
	int err;

	system_dtb.size = cb.blob_size;
	err = sysfs_create_bin_file(&device->kobj, &system_dtb);
	has_system = !err;
	return err;
}

void cb_sysfs_remove_system(void)
{
	if (has_system)
		sysfs_remove_bin_file(&device->kobj, &system_dtb);
	has_system = false;
}

static const char *subsystem(CB_KSET_CONST struct kobject *kobj)
{
	return CB_DEVICE_NAME;
}

static const struct kset_uevent_ops uevent_ops = { .name = subsystem };

int cb_sysfs_init(void)
{
	int err;

	device = root_device_register(CB_DEVICE_NAME);
	if (IS_ERR(device))
		return PTR_ERR(device);
	err = device_add_groups(device, system_groups);
	if (err)
		goto undo_device;
	cells = kset_create_and_add("cells", &uevent_ops, &device->kobj);
	if (cells)
		return 0;
	err = -ENOMEM;
	device_remove_groups(device, system_groups);
undo_device:
	root_device_unregister(device);
	return err;
}

void cb_sysfs_exit(void)
{
	kset_unregister(cells);
	device_remove_groups(device, system_groups);
	root_device_unregister(device);
}
