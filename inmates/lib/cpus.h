/* SPDX-License-Identifier: BSD-2-Clause */
/* The cell's CPUs, by the architecture's ids: MPIDR, APIC id. */
#ifndef CPUS_H
#define CPUS_H

#include <stdbool.h>
#include <stdint.h>

uint64_t cpu_id(void);	/* of this one */

/* All that this cell owns, this one first. Returns how many, at most max. */
unsigned int cpus_find(uint64_t *ids, unsigned int max);

/*
 * Another one, after cpus_find(): fn(arg) runs there with a stack of its own
 * and interrupts masked; when fn returns, the CPU stops. Returns whether it
 * started.
 */
bool cpu_start(uint64_t id, void (*fn)(void *), void *arg);

#endif
