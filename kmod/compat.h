/* SPDX-License-Identifier: GPL-2.0-only */
/* Where the kernels that the module builds for differ; nothing else here. */
#ifndef KMOD_COMPAT_H
#define KMOD_COMPAT_H

#include <linux/version.h>

/* the kobject of kset_uevent_ops.name is const since 6.2 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
#define CB_KSET_CONST
#else
#define CB_KSET_CONST const
#endif

/* moved in 6.12 */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
#include <asm/unaligned.h>
#else
#include <linux/unaligned.h>
#endif

#endif
