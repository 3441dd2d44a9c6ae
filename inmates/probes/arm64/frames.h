/* SPDX-License-Identifier: GPL-2.0-only */
/* Emulated frames: gicd, gicr (of this CPU). */
#ifndef FRAMES_H
#define FRAMES_H

#include "irq.h"

#define FRAME_DEFAULT	"gicd"

/* false without a GIC; a base of 0: this GIC has no such frame */
static bool frame_find(const char *name, uint64_t *base, uint64_t *bytes)
{
	if (!probe_gic())
		return false;
	if (!strcmp(name, "gicd")) {
		*base = gic_distributor();
		*bytes = gic_version() == 2 ? 0x1000 : 0x10000;
	} else if (!strcmp(name, "gicr") && gic_version() > 2) {
		*base = gic_redistributor(cpu_mpidr());
		*bytes = 0x20000;
	}
	return true;
}

#endif
