/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Physical CPUs: the part that other CPUs may see. Stacks and guest
 * registers are private to each CPU and belong to the architecture.
 */
#ifndef PCPU_H
#define PCPU_H

#include <abi/hypercall.h>
#include <arch/cpu.h>
#include "cell.h"
#include "types.h"

enum cpu_state {
	CPU_RUNNING,		/* its guest runs */
	CPU_OFF,		/* as the guest sees it; waits */
	CPU_STARTING,		/* start is filled in, to be taken by the CPU */
	CPU_STOPPED,		/* stopped by management */
	CPU_FAILED,		/* parked after a violation */
	CPU_FAILING,		/* on the way there; a fault of the hypervisor
				   itself: for ever */
};

/* Events that a CPU handles when kicked. */
#define CPU_EV_STOP	1u	/* become CPU_STOPPED (or stay FAILED) */
#define CPU_EV_ARCH	2u	/* arch_cpu_events() */
#define CPU_EV_CELL	4u	/* cpu->cell changed; until it is in use */

struct pcpu {
	uint32_t id;		/* index in cfg_system.cpus */
	uint32_t slot;		/* private area */
	uint64_t hwid;
	struct cell *cell;
	uint32_t state;		/* enum cpu_state; leaves OFF under a lock */
	uint32_t events;	/* CPU_EV_*, atomic */
	struct vcpu_start start;
	uint32_t stats[CB_STAT_COUNT];
	struct arch_pcpu arch;
};

/* All CPUs of the system, system_cfg.cpu_count of them, by id. */
extern struct pcpu *pcpus;

static inline void cpu_stat(struct pcpu *cpu, uint32_t stat)
{
	cpu->stats[stat]++;
	cpu->stats[CB_STAT_TOTAL]++;
}

/*
 * To be called on the CPU when kicked, and by everything that stops it. Does
 * not return before the CPU has a guest to run again.
 */
void cpu_events(struct pcpu *cpu);

/* This CPU goes to `state` and waits there until it is started. */
void cpu_idle(struct pcpu *cpu, enum cpu_state state);

/*
 * Starts a CPU of the cell that is OFF. Exactly one of several callers gets 0,
 * the others -CB_EBUSY (being started) or -CB_EEXIST (runs already, or is no
 * longer the cell's).
 */
int cpu_start(const struct cell *cell, struct pcpu *cpu,
	      const struct vcpu_start *start);

/* Sends events (CPU_EV_*) to a CPU. */
void cpu_send(struct pcpu *cpu, uint32_t events);

/*
 * Stops CPUs of a set and waits until no guest runs on them; none of them is
 * the caller. Nobody can start them then. -CB_EIO when one does not answer in
 * time.
 */
int cpus_stop(uint64_t set);

/*
 * CPUs of the root cell that are off become stopped, so that nobody starts
 * them. NULL, or the first that is in use: then they are to be unclaimed.
 * Where a CPU says nothing when it goes off, those of the set count as off;
 * but for the caller's own.
 */
struct pcpu *cpus_claim(uint64_t set);
void cpus_unclaim(uint64_t set);

/*
 * Gives stopped CPUs to a cell, in state OFF, with fresh statistics; waits
 * until they use its stage 2. -CB_EIO as above.
 */
int cpus_assign(uint64_t set, struct cell *cell);

/* Walks a set: for (cpu = NULL; (cpu = cpu_next(set, cpu));) */
static inline struct pcpu *cpu_next(uint64_t set, const struct pcpu *prev)
{
	if (prev)
		set &= -(2ull << prev->id);
	return set ? &pcpus[__builtin_ctzll(set)] : NULL;
}

/* The cell's CPU of that id, or NULL. */
static inline struct pcpu *cpu_by_hwid(const struct cell *cell, uint64_t hwid)
{
	struct pcpu *cpu = NULL;

	while ((cpu = cpu_next(cell->cfg.cpus.bits, cpu)))
		if (cpu->hwid == hwid)
			break;
	return cpu;
}

#endif
