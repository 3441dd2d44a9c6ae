/* SPDX-License-Identifier: GPL-2.0-only */
/* A clock that tests set; arch_cpu_relax() moves it by a millisecond. */
#ifndef FAKE_ARCH_TIME_H
#define FAKE_ARCH_TIME_H

#include <stdint.h>

#define FAKE_HZ	1000000u

extern uint64_t fake_time;

static inline uint64_t arch_time(void) { return fake_time; }
static inline uint64_t arch_time_hz(void) { return FAKE_HZ; }

#endif
