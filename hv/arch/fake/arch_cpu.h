/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FAKE_ARCH_CPU_H
#define FAKE_ARCH_CPU_H

struct arch_pcpu {
	unsigned kicks;
};

#endif
