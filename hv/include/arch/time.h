/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Contract: a counter that never stops and that no cell can change.
 *	uint64_t arch_time(void)	ticks
 *	uint64_t arch_time_hz(void)	ticks per second
 */
#ifndef ARCH_TIME_H
#define ARCH_TIME_H
#include <stdint.h>
#include <arch_time.h>
#endif
