/* SPDX-License-Identifier: GPL-2.0-only */
/* The interface of /dev/hcall. */
#ifndef HCALL_H
#define HCALL_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define HCALL_BUFFER_SIZE	(256 * 1024)

/* x0 to x2 of a hypercall; x0 is also the answer. */
struct hcall {
	__u64 x[3];
};

#define HCALL_CALL	_IOWR('H', 0, struct hcall)
#define HCALL_BUFFER	_IOWR('H', 1, struct hcall)	/* x0: address */

#endif
