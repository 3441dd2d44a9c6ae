/* SPDX-License-Identifier: GPL-2.0-only */
/* What <abi/...> asks of <stdint.h>: the kernel has the types elsewhere. */
#ifndef KMOD_STDINT_H
#define KMOD_STDINT_H
#include <linux/types.h>
#endif
