/* SPDX-License-Identifier: GPL-2.0-only */
/* What comes along with one device of the board. */
#ifndef TOOLS_MAP_DEVICE_H
#define TOOLS_MAP_DEVICE_H

#include <config/config.h>

/*
 * The interrupts that a cell would get with the device, as hv/config reads
 * them: it is asked with a cell that has this device and nothing else.
 * node: an offset in the system. False: no cell can name the device, or not
 * without errors.
 */
bool map_device_irqs(const struct cfg_system *system, int32_t node,
		     struct cfg_irq_set *irqs);

#endif
