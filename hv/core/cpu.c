/* SPDX-License-Identifier: GPL-2.0-only */
/* Starting, stopping and idling of physical CPUs. */
#include "core.h"
#include "pcpu.h"
#include "string.h"

#define STOP_TIMEOUT_MS	500

struct pcpu *pcpus;

void cpu_send(struct pcpu *cpu, uint32_t events)
{
	atomic_or32(&cpu->events, events);
	arch_cpu_kick(cpu);
}

/* OFF is left under this lock only: by a start, or by management. */
static struct spinlock off_lock;

int cpu_start(const struct cell *cell, struct pcpu *cpu,
	      const struct vcpu_start *start)
{
	int err = -CB_EEXIST;

	spin_lock(&off_lock);
	if (cpu->state == CPU_STARTING)
		err = -CB_EBUSY;
	/* it may have changed hands since the caller looked for it */
	if (cpu->state == CPU_OFF && cpu->cell == cell) {
		cpu->start = *start;
		WRITE_ONCE(cpu->state, CPU_STARTING);
		err = 0;
	}
	spin_unlock(&off_lock);
	if (!err)
		arch_cpu_kick(cpu);
	return err;
}

/* Is the CPU to leave its wait? A stop comes before a start. */
static bool starts(struct pcpu *cpu)
{
	bool start;

	spin_lock(&off_lock);
	if (atomic_and32(&cpu->events, ~CPU_EV_STOP) & CPU_EV_STOP &&
	    cpu->state != CPU_FAILED)
		WRITE_ONCE(cpu->state, CPU_STOPPED);
	start = cpu->state == CPU_STARTING;
	spin_unlock(&off_lock);
	return start;
}

void cpu_idle(struct pcpu *cpu, enum cpu_state state)
{
	uint32_t events;

	arch_vcpu_quiesce(cpu);
	smp_mb();
	WRITE_ONCE(cpu->state, state);
	while (!starts(cpu)) {
		events = READ_ONCE(cpu->events) & ~CPU_EV_STOP;
		if (events & CPU_EV_CELL)
			arch_vcpu_assign(cpu, cpu->cell);
		atomic_and32(&cpu->events, ~events);
		arch_cpu_wait(cpu);
	}
	arch_vcpu_reset(cpu, &cpu->start);
	smp_mb();
	WRITE_ONCE(cpu->state, CPU_RUNNING);
}

void cpu_events(struct pcpu *cpu)
{
	uint32_t events = atomic_and32(&cpu->events, 0);

	cpu_stat(cpu, CB_STAT_MANAGEMENT);
	if (events & CPU_EV_STOP)
		cpu_idle(cpu, CPU_STOPPED);
	else if (events & CPU_EV_ARCH)
		arch_cpu_events(cpu);
}

/*
 * true: it has stopped, or was off, and only management can change that. An
 * event to stop that it has not seen would be for its next start.
 */
static bool stopped(struct pcpu *cpu)
{
	bool done;

	spin_lock(&off_lock);
	atomic_cas32(&cpu->state, CPU_OFF, CPU_STOPPED);
	done = cpu->state == CPU_STOPPED || cpu->state == CPU_FAILED;
	if (done)
		atomic_and32(&cpu->events, ~CPU_EV_STOP);
	spin_unlock(&off_lock);
	return done;
}

/* Every wait for another CPU ends. */
static int wait_cpus(uint64_t set, bool (*done)(struct pcpu *))
{
	uint64_t end = arch_time() + STOP_TIMEOUT_MS * arch_time_hz() / 1000;
	struct pcpu *cpu = NULL;

	while ((cpu = cpu_next(set, cpu)))
		while (!done(cpu)) {
			if (arch_time() > end)
				return -CB_EIO;
			arch_cpu_relax();
		}
	smp_mb();
	return 0;
}

/* All are kicked before the first is waited for. */
int cpus_stop(uint64_t set)
{
	struct pcpu *cpu = NULL;

	while ((cpu = cpu_next(set, cpu)))
		if (!stopped(cpu))
			cpu_send(cpu, CPU_EV_STOP);
	return wait_cpus(set, stopped);
}

struct pcpu *cpus_claim(uint64_t set)
{
	struct pcpu *cpu = NULL;

	/* one that does not answer is found to be in use below */
	if (ARCH_CPU_OFF_IS_SILENT)
		cpus_stop(set & root_cell.cfg.cpus.bits &
			  ~BIT64(this_cpu()->id));
	while ((cpu = cpu_next(set, cpu)))
		if (cpu->cell != &root_cell || !stopped(cpu))
			break;
	return cpu;
}

void cpus_unclaim(uint64_t set)
{
	struct pcpu *cpu = NULL;

	while ((cpu = cpu_next(set, cpu)))
		if (cpu->cell == &root_cell)
			atomic_cas32(&cpu->state, CPU_STOPPED, CPU_OFF);
}

static bool assigned(struct pcpu *cpu)
{
	return !(READ_ONCE(cpu->events) & CPU_EV_CELL);
}

/* They can be started when all use the new stage 2, not before. */
int cpus_assign(uint64_t set, struct cell *cell)
{
	struct pcpu *cpu = NULL;
	int err;

	while ((cpu = cpu_next(set, cpu))) {
		cpu->cell = cell;
		memset(cpu->stats, 0, sizeof(cpu->stats));
		cpu_send(cpu, CPU_EV_CELL);
	}
	err = wait_cpus(set, assigned);
	while (!err && (cpu = cpu_next(set, cpu)))
		WRITE_ONCE(cpu->state, CPU_OFF);
	return err;
}
