/* SPDX-License-Identifier: GPL-2.0-only */
/* LINK: hv/core/cpu.c */
/*
 * CPUs that are started and taken at the same time (CPU-02, CFG-08): whatever
 * a guest asks for while management waits, nobody starts what management has,
 * and a start goes to the cell that asked for it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "cell.h"
#include "core.h"
#include "fake.h"
#include "pcpu.h"

#define CPUS	4
#define NONE	CPUS

struct cell root_cell;
static struct cell other;
static struct pcpu all[CPUS];
static const struct vcpu_start start = { .entry = 0x1000, .arg = 7 };

/* What happens while a CPU is kicked: `victim` is started by `by`. */
static struct pcpu *victim;
static struct cell *by;
static int result;
static uint32_t stopping = NONE;	/* takes its events when kicked */
static uint32_t leaving = NONE;		/* has just switched itself off then */
static uint32_t waits, state_waiting;
static const struct cell *assigned;

struct pcpu *this_cpu(void) { return &all[0]; }
void arch_vcpu_quiesce(struct pcpu *cpu) { (void)cpu; }
void arch_cpu_events(struct pcpu *cpu) { (void)cpu; }
void arch_vcpu_reset(struct pcpu *cpu, const struct vcpu_start *s)
{
	(void)cpu;
	(void)s;
}

void arch_vcpu_assign(struct pcpu *cpu, struct cell *cell)
{
	(void)cpu;
	assigned = cell;
}

/* A start ends the wait. */
void arch_cpu_wait(struct pcpu *cpu)
{
	waits++;
	state_waiting = cpu->state;
	cpu->state = CPU_OFF;
	assert_int_equal(cpu_start(cpu->cell, cpu, &start), 0);
}

/* Its part of cpu_idle(), without the endless wait. */
static void take_events(struct pcpu *cpu)
{
	uint32_t events = cpu->events;

	cpu->events = 0;
	if (events & CPU_EV_STOP)
		cpu->state = CPU_STOPPED;
}

void arch_cpu_kick(struct pcpu *cpu)
{
	if (victim) {
		struct pcpu *which = victim;

		victim = NULL;
		result = cpu_start(by, which, &start);
	}
	if (cpu->id == leaving)
		cpu->state = CPU_OFF;
	if (cpu->events & CPU_EV_CELL || cpu->id == stopping)
		take_events(cpu);
}

static int machine(void **state)
{
	uint32_t i;

	(void)state;
	memset(all, 0, sizeof(all));
	pcpus = all;
	for (i = 0; i < CPUS; i++) {
		all[i].id = i;
		all[i].cell = &root_cell;
		all[i].state = i ? CPU_OFF : CPU_RUNNING;
	}
	victim = NULL;
	result = 1;
	stopping = NONE;
	leaving = NONE;
	waits = 0;
	assigned = NULL;
	fake_off_is_silent = 0;
	root_cell.cfg.cpus.bits = 0xf;
	return 0;
}

static void claimed_cpus_do_not_start(void **state)
{
	(void)state;
	assert_null(cpus_claim(0xc));
	assert_int_equal(cpu_start(&root_cell, &all[2], &start), -CB_EEXIST);
	assert_int_equal(cpu_start(&root_cell, &all[1], &start), 0);
	cpus_unclaim(0xc);
	assert_int_equal(cpu_start(&root_cell, &all[2], &start), 0);
	assert_int_equal(all[2].start.entry, start.entry);
	assert_int_equal(cpu_start(&root_cell, &all[2], &start), -CB_EBUSY);
}

static void started_cpus_are_not_claimed(void **state)
{
	(void)state;
	assert_ptr_equal(cpus_claim(0x5), &all[0]);
	all[3].state = CPU_STARTING;
	assert_ptr_equal(cpus_claim(0xc), &all[3]);
	cpus_unclaim(0xc);
	assert_int_equal(all[2].state, CPU_OFF);
	assert_int_equal(all[3].state, CPU_STARTING);
	all[3].state = CPU_FAILED;
	assert_null(cpus_claim(0x8));
	cpus_unclaim(0x8);
	assert_int_equal(all[3].state, CPU_FAILED);
	all[2].cell = &other;
	all[2].state = CPU_STOPPED;
	assert_ptr_equal(cpus_claim(0x4), &all[2]);
	cpus_unclaim(0x4);
	assert_int_equal(all[2].state, CPU_STOPPED);
}

/* Those that the root cell names count as off, but no CPU stops itself. */
static void silent_cpus_are_stopped(void **state)
{
	(void)state;
	fake_off_is_silent = 1;
	all[2].state = CPU_RUNNING;
	stopping = 2;
	assert_null(cpus_claim(0x4));
	assert_int_equal(all[2].state, CPU_STOPPED);
	cpus_unclaim(0x4);
	assert_int_equal(all[2].state, CPU_OFF);
	assert_ptr_equal(cpus_claim(0x1), &all[0]);
	assert_int_equal(all[0].state, CPU_RUNNING);
	assert_int_equal(all[0].events, 0);
	all[3].state = CPU_RUNNING;	/* and does not answer */
	assert_ptr_equal(cpus_claim(0x8), &all[3]);
	root_cell.cfg.cpus.bits = 0x7;
	all[3].events = 0;
	all[3].cell = &other;
	assert_ptr_equal(cpus_claim(0x8), &all[3]);
	assert_int_equal(all[3].events, 0);
}

/* Between the end of a cell and the use of the root cell's stage 2. */
static void nobody_starts_what_is_being_assigned(void **state)
{
	(void)state;
	assert_null(cpus_claim(0xc));
	victim = &all[2];
	by = &other;
	assert_int_equal(cpus_assign(0xc, &other), 0);
	assert_int_equal(result, -CB_EEXIST);
	assert_int_equal(all[2].state, CPU_OFF);
	assert_int_equal(all[3].state, CPU_OFF);
}

/* The root cell looked for the CPU before it was given away. */
static void starts_are_for_the_own_cell(void **state)
{
	(void)state;
	assert_null(cpus_claim(0x4));
	assert_int_equal(cpus_assign(0x4, &other), 0);
	assert_int_equal(cpu_start(&root_cell, &all[2], &start), -CB_EEXIST);
	assert_int_equal(all[2].state, CPU_OFF);
	assert_int_equal(cpu_start(&other, &all[2], &start), 0);
}

/* A cell's last word, before it stops: one CPU starts another. */
static void nobody_starts_what_is_being_stopped(void **state)
{
	(void)state;
	all[2].cell = all[3].cell = &other;
	all[3].state = CPU_RUNNING;
	stopping = 3;
	victim = &all[2];
	by = &other;
	assert_int_equal(cpus_stop(0xc), 0);
	assert_int_equal(result, -CB_EEXIST);
	assert_int_equal(all[2].state, CPU_STOPPED);
	assert_int_equal(all[3].state, CPU_STOPPED);
}

static void deaf_cpus_are_told(void **state)
{
	(void)state;
	all[3].state = CPU_RUNNING;
	assert_int_equal(cpus_stop(0xc), -CB_EIO);
	assert_int_equal(all[3].events, CPU_EV_STOP);
	/* it switches itself off instead: that is stopped too */
	all[3].state = CPU_OFF;
	assert_int_equal(cpus_stop(0xc), 0);
	assert_int_equal(all[3].state, CPU_STOPPED);
}

/* It was off before it saw that it is to stop: its next start is none. */
static void a_late_stop_is_forgotten(void **state)
{
	(void)state;
	all[3].state = CPU_RUNNING;
	leaving = 3;
	assert_int_equal(cpus_stop(0x8), 0);
	assert_int_equal(all[3].state, CPU_STOPPED);
	assert_int_equal(all[3].events, 0);
}

/* Another CPU starts it while management waits for it. */
static void a_stop_comes_before_a_start(void **state)
{
	(void)state;
	all[3].events = CPU_EV_STOP;
	cpu_idle(&all[3], CPU_OFF);
	assert_int_equal(waits, 1);
	assert_int_equal(state_waiting, CPU_STOPPED);
	assert_int_equal(all[3].state, CPU_RUNNING);
	all[3].events = CPU_EV_STOP | CPU_EV_CELL;
	cpu_idle(&all[3], CPU_FAILED);
	assert_int_equal(waits, 2);
	assert_int_equal(state_waiting, CPU_FAILED);
	assert_ptr_equal(assigned, &root_cell);
	assert_int_equal(all[3].events, 0);
}

/* Its registers are being printed: nobody may have it before it is parked. */
static void a_failing_cpu_has_not_stopped(void **state)
{
	(void)state;
	all[3].state = CPU_FAILING;
	assert_ptr_equal(cpus_claim(0x8), &all[3]);
	assert_int_equal(cpus_stop(0x8), -CB_EIO);
	assert_int_equal(all[3].state, CPU_FAILING);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(claimed_cpus_do_not_start, machine),
		cmocka_unit_test_setup(started_cpus_are_not_claimed, machine),
		cmocka_unit_test_setup(silent_cpus_are_stopped, machine),
		cmocka_unit_test_setup(nobody_starts_what_is_being_assigned,
				       machine),
		cmocka_unit_test_setup(starts_are_for_the_own_cell, machine),
		cmocka_unit_test_setup(nobody_starts_what_is_being_stopped,
				       machine),
		cmocka_unit_test_setup(deaf_cpus_are_told, machine),
		cmocka_unit_test_setup(a_late_stop_is_forgotten, machine),
		cmocka_unit_test_setup(a_stop_comes_before_a_start, machine),
		cmocka_unit_test_setup(a_failing_cpu_has_not_stopped, machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
