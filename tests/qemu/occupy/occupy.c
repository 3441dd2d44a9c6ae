// SPDX-License-Identifier: GPL-2.0-only
/*
 * What another hypervisor leaves to be seen: how=kvm the device of KVM that
 * has no guests, how=svm SVM switched on in all CPUs.
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/smp.h>
#include <linux/string.h>

#include <asm/msr.h>

static char *how = "";
module_param(how, charp, 0);

static const struct file_operations kvm_fops = { .owner = THIS_MODULE };
static struct miscdevice kvm = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "kvm",
	.fops = &kvm_fops,
};

static void set_svme(void *on)
{
	u64 efer;

	rdmsrl(MSR_EFER, efer);
	wrmsrl(MSR_EFER, on ? efer | EFER_SVME : efer & ~EFER_SVME);
}

static int __init occupy_init(void)
{
	if (!strcmp(how, "kvm"))
		return misc_register(&kvm);
	if (strcmp(how, "svm"))
		return -EINVAL;
	on_each_cpu(set_svme, how, 1);
	return 0;
}

static void __exit occupy_exit(void)
{
	if (!strcmp(how, "kvm"))
		misc_deregister(&kvm);
	else
		on_each_cpu(set_svme, NULL, 1);
}

module_init(occupy_init);
module_exit(occupy_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("The traces of another hypervisor, for tests");
