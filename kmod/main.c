// SPDX-License-Identifier: GPL-2.0-only
/* The module, /dev/cellblock and the events that end the partitioning. */

#include <linux/capability.h>
#include <linux/device.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/reboot.h>
#include <linux/slab.h>
#include <linux/suspend.h>
#include <linux/uaccess.h>

#include "cellblock.h"

struct cb_system cb = {
	.lock = __MUTEX_INITIALIZER(cb.lock),
	.alive = __RWSEM_INITIALIZER(cb.alive),
	.cells = LIST_HEAD_INIT(cb.cells),
};

union request {
	struct cb_enable enable;
	struct cb_disable disable;
	struct cb_cell_create create;
	struct cb_cell_load load;
	struct cb_cell_op op;
};

static int do_enable(union request *r, struct cb_report *rep)
{
	return cb_enable(&r->enable, rep);
}

static int do_disable(union request *r, struct cb_report *rep)
{
	return cb_disable(rep, false);
}

static int do_create(union request *r, struct cb_report *rep)
{
	return cb_cell_create(&r->create, rep);
}

static int do_load(union request *r, struct cb_report *rep)
{
	return cb_cell_load(&r->load, rep);
}

static int do_start(union request *r, struct cb_report *rep)
{
	return cb_cell_start(&r->op, rep);
}

static int do_destroy(union request *r, struct cb_report *rep)
{
	return cb_cell_destroy(&r->op, rep);
}

#define REQUEST(nr, type, fn) \
	[_IOC_NR(nr)] = { nr, offsetof(struct type, report), fn }
static const struct {
	unsigned int cmd;
	u32 report;		/* offset of struct cb_report_buf */
	int (*fn)(union request *r, struct cb_report *rep);
} requests[] = {
	REQUEST(CB_IOC_ENABLE, cb_enable, do_enable),
	REQUEST(CB_IOC_DISABLE, cb_disable, do_disable),
	REQUEST(CB_IOC_CELL_CREATE, cb_cell_create, do_create),
	REQUEST(CB_IOC_CELL_LOAD, cb_cell_load, do_load),
	REQUEST(CB_IOC_CELL_START, cb_cell_op, do_start),
	REQUEST(CB_IOC_CELL_DESTROY, cb_cell_op, do_destroy),
};

static int run(u32 nr, union request *r, struct cb_report *rep)
{
	int err;

	if (mutex_lock_killable(&cb.lock))
		return -EINTR;
	if (cb.broken)
		err = cb_refuse(rep, -EIO, "driver-broken",
				"only some CPUs are under the hypervisor; nothing but a reboot helps");
	else
		err = requests[nr].fn(r, rep);
	mutex_unlock(&cb.lock);
	return err;
}

/* The only copies of the argument from and to the caller. */
static long cb_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	u32 nr = _IOC_NR(cmd);
	struct cb_report *rep;
	union request r;
	int err;

	if (nr >= ARRAY_SIZE(requests) || requests[nr].cmd != cmd)
		return -ENOTTY;
	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	if (copy_from_user(&r, (void __user *)arg, _IOC_SIZE(cmd)))
		return -EFAULT;
	rep = kzalloc(sizeof(*rep), GFP_KERNEL);
	if (!rep)
		return -ENOMEM;
	err = run(nr, &r, rep);
	if (cb_report_deliver(rep, (void *)&r + requests[nr].report) && !err)
		err = -EFAULT;
	kfree(rep);
	if (copy_to_user((void __user *)arg, &r, _IOC_SIZE(cmd)) && !err)
		err = -EFAULT;
	return err;
}

static const struct file_operations fops = {
	.owner = THIS_MODULE,
	.open = cb_console_open,
	.release = cb_console_release,
	.read = cb_console_read,
	.poll = cb_console_poll,
	.unlocked_ioctl = cb_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = CB_DEVICE_NAME,
	.fops = &fops,
	.mode = 0600,
};

struct device *cb_device(void)
{
	return misc.this_device;
}

/* While it has no guests KVM leaves no other trace. */
bool cb_has_kvm(void)
{
	struct device *dev = class_find_device_by_name(misc.this_device->class,
						       "kvm");

	put_device(dev);
	return dev;
}

/*
 * Reboot, power off and kexec: nobody is there to read findings, and want of
 * memory is no reason to leave the hypervisor in the next kernel's way.
 */
static int on_reboot(struct notifier_block *nb, unsigned long event, void *data)
{
	static struct cb_report rep;	/* under the lock */

	mutex_lock(&cb.lock);
	rep.used = 0;
	if (cb.enabled && !cb.broken && cb_disable(&rep, true))
		pr_err("cellblock: still enabled:\n%.*s", rep.used, rep.text);
	mutex_unlock(&cb.lock);
	return NOTIFY_DONE;
}

/* Cells would have to be asked, stopped and restored: there is no such. */
static int on_suspend(struct notifier_block *nb, unsigned long event,
		      void *data)
{
	if (!READ_ONCE(cb.enabled) || (event != PM_SUSPEND_PREPARE &&
				       event != PM_HIBERNATION_PREPARE))
		return NOTIFY_DONE;
	pr_err("cellblock: no suspend while the hypervisor is enabled\n");
	return notifier_from_errno(-EBUSY);
}

static struct notifier_block reboot_nb = { .notifier_call = on_reboot };
static struct notifier_block pm_nb = { .notifier_call = on_suspend };

static int __init cb_init(void)
{
	int err;

	err = cb_sysfs_init();
	if (err)
		return err;
	err = register_reboot_notifier(&reboot_nb);
	if (err)
		goto undo_sysfs;
	err = register_pm_notifier(&pm_nb);
	if (err)
		goto undo_reboot;
	err = misc_register(&misc);
	if (!err)
		return 0;
	unregister_pm_notifier(&pm_nb);
undo_reboot:
	unregister_reboot_notifier(&reboot_nb);
undo_sysfs:
	cb_sysfs_exit();
	return err;
}

/* Not while enabled: that holds a reference. */
static void __exit cb_exit(void)
{
	misc_deregister(&misc);
	unregister_pm_notifier(&pm_nb);
	unregister_reboot_notifier(&reboot_nb);
	cb_cells_stop_poll();
	cb_console_exit();
	cb_sysfs_exit();
}

module_init(cb_init);
module_exit(cb_exit);
MODULE_DESCRIPTION("Cellblock partitioning hypervisor: loader and control");
MODULE_LICENSE("GPL");
