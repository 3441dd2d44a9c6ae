/* SPDX-License-Identifier: BSD-2-Clause */
#include "inmate.h"

#define STARTUP_VECTOR	((uintptr_t)secondary_entry >> 12)
#define INIT_US		10000
#define STARTUP_US	200
#define REPORT_US	5000000	/* an emulator's CPU may wait for a busy host */

struct secondary {
	char *stack;
	void (*fn)(void *);
	void *arg;
	bool started;
};

unsigned int smp_num_cpus = 1, smp_strangers;
uint32_t smp_cpu_ids[SMP_MAX_CPUS];

static struct secondary secondaries[SMP_MAX_CPUS];
static unsigned int expected = 1;

extern uint32_t secondary_lock;	/* entry.S */

uintptr_t secondary_stack(void);
void __attribute__((noreturn)) secondary_start(void);

static struct secondary *find(uint32_t id)
{
	unsigned int n;

	for (n = 1; n < smp_num_cpus; n++)
		if (smp_cpu_ids[n] == id)
			return &secondaries[n];
	return NULL;
}

/* Does not come back: then the next one may have the stack. */
static void __attribute__((noreturn)) reject(void)
{
	__atomic_fetch_add(&smp_strangers, 1, __ATOMIC_RELEASE);
	__atomic_store_n(&secondary_lock, 0, __ATOMIC_RELEASE);
	cpu_stop();
}

/* Called by one CPU at a time. One more than there should be stops. */
uintptr_t secondary_stack(void)
{
	uint32_t id = apic_id();
	struct secondary *self = find(id);

	if (!self) {
		if (smp_num_cpus >= expected)
			reject();
		self = &secondaries[smp_num_cpus];
		smp_cpu_ids[smp_num_cpus] = id;
		mb();
		__atomic_fetch_add(&smp_num_cpus, 1, __ATOMIC_RELEASE);
	}
	return (uintptr_t)self->stack + STACK_SIZE;
}

void secondary_start(void)
{
	struct secondary *self = find(apic_id());
	void (*fn)(void *) = self->fn;

	exceptions_init_cpu();
	mmu_init_cpu();
	apic_init_cpu();
	self->fn = NULL;
	__atomic_store_n(&self->started, true, __ATOMIC_RELEASE);
	if (fn)
		fn(self->arg);
	cpu_stop();
}

static void make_stacks(void)
{
	volatile struct cb_comm_page *page = comm_page();
	unsigned int n;

	expected = cmdline_int("cpus", page ? page->num_cpus : 1);
	if (expected > SMP_MAX_CPUS)
		expected = SMP_MAX_CPUS;
	for (n = 1; n < expected; n++)
		if (!secondaries[n].stack)
			secondaries[n].stack = alloc(STACK_SIZE, STACK_SIZE);
}

static bool wait_for(bool (*done)(const struct secondary *),
		     const struct secondary *cpu, uint64_t us)
{
	uint64_t end = timer_now() + timer_from_us(us);

	while (!done(cpu)) {
		if (timer_now() > end)
			return done(cpu);
		cpu_relax();
	}
	return true;
}

static bool has_started(const struct secondary *cpu)
{
	return __atomic_load_n(&cpu->started, __ATOMIC_ACQUIRE);
}

/*
 * Each has also looked for its function: one that is still on its way would
 * take that of the next start, and the INIT of that start would end it.
 */
static bool all_reported(const struct secondary *unused)
{
	unsigned int n;

	(void)unused;
	if (__atomic_load_n(&smp_num_cpus, __ATOMIC_ACQUIRE) < expected)
		return false;
	for (n = 1; n < expected; n++)
		if (!has_started(&secondaries[n]))
			return false;
	return true;
}

/* The second start-up IPI is for CPUs that miss the first (MP spec, B.4). */
static bool start(uint32_t id, uint32_t whom,
		  bool (*done)(const struct secondary *),
		  const struct secondary *cpu)
{
	apic_send(id, whom | APIC_ICR_INIT);
	delay_us(INIT_US);
	apic_send(id, whom | APIC_ICR_STARTUP | STARTUP_VECTOR);
	if (wait_for(done, cpu, STARTUP_US))
		return true;
	apic_send(id, whom | APIC_ICR_STARTUP | STARTUP_VECTOR);
	return wait_for(done, cpu, REPORT_US);
}

bool smp_wait_for_all_cpus(void)
{
	smp_cpu_ids[0] = apic_id();
	make_stacks();
	return start(0, APIC_ICR_OTHERS, all_reported, NULL);
}

bool smp_start_cpu(uint32_t id, void (*fn)(void *), void *arg)
{
	struct secondary *cpu = find(id);

	if (!cpu)
		return false;
	cpu->fn = fn;
	cpu->arg = arg;
	cpu->started = false;
	mb();
	return start(id, 0, has_started, cpu);
}

uint64_t cpu_id(void)
{
	return apic_id();
}

/* Those that do not come within the time are not there. */
unsigned int cpus_find(uint64_t *ids, unsigned int max)
{
	unsigned int n;

	if (smp_num_cpus == 1 && apic_init())
		smp_wait_for_all_cpus();
	for (n = 0; n < smp_num_cpus && n < max; n++)
		ids[n] = smp_cpu_ids[n];
	return n;
}

bool cpu_start(uint64_t id, void (*fn)(void *), void *arg)
{
	return smp_start_cpu(id, fn, arg);
}
