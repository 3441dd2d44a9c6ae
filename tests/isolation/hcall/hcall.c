// SPDX-License-Identifier: GPL-2.0-only
/*
 * /dev/hcall: hypercalls with arguments of one's choice, and some memory whose
 * physical address is known. For tests of what the root cell can do to the
 * hypervisor behind the driver's back.
 */
#include <linux/gfp.h>
#include <linux/io.h>
#include <linux/miscdevice.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/uaccess.h>

#include "hcall.h"
#include HYPERCALL	/* kernel-ARCH.h */

static unsigned long buffer;

static long hcall_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct hcall call;

	if (cmd != HCALL_CALL && cmd != HCALL_BUFFER)
		return -ENOTTY;
	if (copy_from_user(&call, (void __user *)arg, sizeof(call)))
		return -EFAULT;
	call.x[0] = cmd == HCALL_CALL ? hypercall(call.x) :
					virt_to_phys((void *)buffer);
	return copy_to_user((void __user *)arg, &call, sizeof(call)) ?
	       -EFAULT : 0;
}

static int hcall_mmap(struct file *file, struct vm_area_struct *vma)
{
	unsigned long size = vma->vm_end - vma->vm_start;

	if (size > HCALL_BUFFER_SIZE || vma->vm_pgoff)
		return -EINVAL;
	return remap_pfn_range(vma, vma->vm_start,
			       virt_to_phys((void *)buffer) >> PAGE_SHIFT,
			       size, vma->vm_page_prot);
}

static const struct file_operations hcall_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = hcall_ioctl,
	.mmap = hcall_mmap,
};

static struct miscdevice hcall_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "hcall",
	.fops = &hcall_fops,
};

static int __init hcall_init(void)
{
	int err;

	buffer = __get_free_pages(GFP_KERNEL | __GFP_ZERO,
				  get_order(HCALL_BUFFER_SIZE));
	if (!buffer)
		return -ENOMEM;
	err = misc_register(&hcall_device);
	if (err)
		free_pages(buffer, get_order(HCALL_BUFFER_SIZE));
	return err;
}

static void __exit hcall_exit(void)
{
	misc_deregister(&hcall_device);
	free_pages(buffer, get_order(HCALL_BUFFER_SIZE));
}

module_init(hcall_init);
module_exit(hcall_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Hypercalls for tests");
