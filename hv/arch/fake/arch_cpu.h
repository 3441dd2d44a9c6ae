/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef FAKE_ARCH_CPU_H
#define FAKE_ARCH_CPU_H

extern int fake_off_is_silent;
#define ARCH_CPU_OFF_IS_SILENT	fake_off_is_silent
extern int fake_has_ports;
#define ARCH_HAS_PORTS		fake_has_ports

struct arch_pcpu {
	unsigned kicks;
};

#endif
