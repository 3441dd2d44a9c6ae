/* SPDX-License-Identifier: BSD-2-Clause */
/* The ACPI PM timer: 3.579545 MHz, the one clock whose rate is known. */
#ifndef PM_TIMER_H
#define PM_TIMER_H

#include <stdint.h>

#define PM_TIMER_HZ	3579545
#define PM_TIMER_MASK	0xffffff	/* all have 24 bits, some 32 */

/* Its port: of the comm region, or `pm-timer=`. 0: there is none. */
uint16_t pm_timer_port(void);

/* Nanoseconds since some time; one CPU asks, at least every 4 seconds. */
uint64_t pm_timer_ns(void);

#endif
