// SPDX-License-Identifier: GPL-2.0-only
/*
 * Makes the n-th call of cellblock.ko fail that may fail for want of memory:
 * Debian's kernels have no fault injection. A probe at the start of each such
 * function looks where it will return to, and if that is cellblock.ko, in the
 * process that the test named, and it is the n-th such call, returns there at
 * once with the error. Everything that the kernel allocates itself is left
 * alone. Load it before cellblock.ko.
 *
 * /sys/module/kfail/parameters/pid   whose calls count, 0: nobody's
 *                              fail  counts down; what makes it 0 fails
 *                              at_load  if not 0, becomes fail whenever
 *                                       cellblock.ko is about to start
 *                              failed  the function that failed last
 */
#include <linux/kobject.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/notifier.h>
#include <linux/sched.h>
#include <linux/string.h>

#include REGS_H

static int pid;
static unsigned int fail, at_load;
static char failed[64];
module_param(pid, int, 0600);
module_param(fail, uint, 0600);
module_param(at_load, uint, 0600);
module_param_string(failed, failed, sizeof(failed), 0400);

static struct module *module;

/* Names differ by kernel: those that one does not have are left out. */
static struct target {
	const char *name;
	long result;
	struct kprobe probe;
} targets[] = {
	{ "__kmalloc", 0 },
	{ "__kmalloc_noprof", 0 },
	{ "kmalloc_trace", 0 },
	{ "__kmalloc_cache_noprof", 0 },
	{ "kmalloc_large", 0 },
	{ "__kmalloc_large_noprof", 0 },
	{ "kvmalloc_node", 0 },
	{ "__kvmalloc_node_noprof", 0 },
	{ "alloc_pages_exact", 0 },
	{ "alloc_pages_exact_noprof", 0 },
	{ "memremap", 0 },
	{ "__request_region", 0 },
	{ "kset_create_and_add", 0 },
	{ "vmemdup_user", -ENOMEM },
	{ "__root_device_register", -ENOMEM },
	{ "device_add_groups", -ENOMEM },
	{ "misc_register", -ENOMEM },
	{ "register_reboot_notifier", -ENOMEM },
	{ "register_pm_notifier", -ENOMEM },
	{ "firmware_request_nowarn", -ENOMEM },
	{ "kobject_add", -ENOMEM },
	{ "kobject_init_and_add", -ENOMEM },
	{ "sysfs_create_bin_file", -ENOMEM },
	{ "remove_cpu", -ENOMEM },
};

static int on_call(struct kprobe *probe, struct pt_regs *regs)
{
	struct target *t = container_of(probe, struct target, probe);
	unsigned long from = called_from(regs);

	if (current->pid != pid || !module || !within_module(from, module) ||
	    !fail || --fail)
		return 0;
	strscpy(failed, t->name, sizeof(failed));
	/* the half of it that cannot fail is done in any case */
	if (!strcmp(t->name, "kobject_init_and_add"))
		kobject_init((void *)regs_get_kernel_argument(regs, 0),
			     (void *)regs_get_kernel_argument(regs, 1));
	regs_set_return_value(regs, t->result);
	return_at_once(regs);
	return 1;
}
NOKPROBE_SYMBOL(on_call);

/* Probes that have one are left able to change where the CPU goes on. */
static void after_call(struct kprobe *probe, struct pt_regs *regs,
		       unsigned long flags)
{
}

static int on_module(struct notifier_block *nb, unsigned long state, void *data)
{
	struct module *m = data;

	if (strcmp(m->name, "cellblock"))
		return NOTIFY_DONE;
	if (state == MODULE_STATE_COMING) {
		module = m;
		fail = at_load ?: fail;
	} else if (state == MODULE_STATE_GOING) {
		module = NULL;
	}
	return NOTIFY_DONE;
}

static struct notifier_block module_nb = { .notifier_call = on_module };

static void remove_probes(void)
{
	struct target *t;

	for (t = targets; t < targets + ARRAY_SIZE(targets); t++)
		if (t->probe.addr)
			unregister_kprobe(&t->probe);
}

static int __init kfail_init(void)
{
	struct target *t;
	int err;

	for (t = targets; t < targets + ARRAY_SIZE(targets); t++) {
		t->probe.symbol_name = t->name;
		t->probe.pre_handler = on_call;
		t->probe.post_handler = after_call;
		err = register_kprobe(&t->probe);
		if (!err)
			continue;
		t->probe.addr = NULL;
		if (err == -ENOENT)
			continue;
		remove_probes();
		return err;
	}
	err = register_module_notifier(&module_nb);
	if (err)
		remove_probes();
	return err;
}

static void __exit kfail_exit(void)
{
	unregister_module_notifier(&module_nb);
	remove_probes();
}

module_init(kfail_init);
module_exit(kfail_exit);
MODULE_DESCRIPTION("Test: calls of cellblock.ko that fail");
MODULE_LICENSE("GPL");
