/* SPDX-License-Identifier: BSD-2-Clause */
/* The other CPUs of the cell: INIT and start-up IPIs. */
#ifndef SMP_H
#define SMP_H

#include <stdbool.h>
#include <stdint.h>

#define SMP_MAX_CPUS	64

/* This CPU first, then the others in the order in which they reported. */
extern unsigned int smp_num_cpus;
extern uint32_t smp_cpu_ids[SMP_MAX_CPUS];

/* How many came although no more were expected: others' CPUs. */
extern unsigned int smp_strangers;

/*
 * Starts all of them at once, by one IPI to everybody else: ids need not be
 * known. Waits until as many have reported as the comm region (or `cpus=`)
 * says, or for five seconds. Returns whether all have. Needs apic_init().
 */
bool smp_wait_for_all_cpus(void);

/*
 * Starts a CPU anew: fn(arg) runs there with a stack of 8 KiB, its APIC
 * enabled and interrupts masked; when fn returns, the CPU halts. Returns
 * whether it started. After smp_wait_for_all_cpus().
 */
bool smp_start_cpu(uint32_t id, void (*fn)(void *), void *arg);

/* reset.S; 4 KiB-aligned and below 1 MiB. */
void secondary_entry(void);

#endif
