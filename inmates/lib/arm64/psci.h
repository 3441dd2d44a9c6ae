/* SPDX-License-Identifier: BSD-2-Clause */
/* PSCI 1.1 (Arm DEN 0022) by HVC. */
#ifndef PSCI_H
#define PSCI_H

#include <stdint.h>

#define PSCI_VERSION		0x84000000
#define PSCI_CPU_SUSPEND	0xc4000001
#define PSCI_CPU_OFF		0x84000002
#define PSCI_CPU_ON		0xc4000003
#define PSCI_CPU_ON_32		0x84000003
#define PSCI_AFFINITY_INFO	0xc4000004
#define PSCI_SYSTEM_OFF		0x84000008
#define PSCI_SYSTEM_RESET	0x84000009
#define PSCI_FEATURES		0x8400000a
#define PSCI_SYSTEM_SUSPEND	0xc400000e
#define SMCCC_VERSION		0x80000000

#define PSCI_SUCCESS		0
#define PSCI_NOT_SUPPORTED	-1
#define PSCI_INVALID_PARAMETERS	-2
#define PSCI_DENIED		-3
#define PSCI_ALREADY_ON		-4
#define PSCI_ON_PENDING		-5
#define PSCI_INVALID_ADDRESS	-9

#define PSCI_AFFINITY_ON	0
#define PSCI_AFFINITY_OFF	1

/*
 * Starts a CPU of this cell: fn(arg) runs there with MMU, caches and a stack
 * of 4 KiB; when fn returns, the CPU turns itself off. Returns a PSCI code.
 */
int psci_cpu_start(uint64_t mpidr, void (*fn)(void *), void *arg);

/* Returns only with an error. */
int psci_cpu_off(void);

int psci_affinity_info(uint64_t mpidr);

/* The MPIDRs of all CPUs that this cell owns, by asking; this one first. */
unsigned int psci_find_cpus(uint64_t *mpidr, unsigned int max);

/*
 * The same in two steps: what secondary_entry() wants as its context, to be
 * used again and again while the CPU is off; and the bare call.
 */
uint64_t psci_context(void (*fn)(void *), void *arg);
int psci_cpu_on(uint64_t mpidr, uint64_t entry, uint64_t context);

/* entry.S */
void secondary_entry(void);

#endif
