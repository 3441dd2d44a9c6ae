/* SPDX-License-Identifier: BSD-2-Clause */
#include "inmate.h"

#define STACK_SIZE	4096

/* entry.S reads the first two. */
struct secondary {
	uint64_t stack_top;
	struct percpu *percpu_ptr;
	void (*fn)(void *);
	void *arg;
	struct percpu percpu;
};

void secondary_start(struct secondary *self);

uint64_t psci_context(void (*fn)(void *), void *arg)
{
	char *memory = alloc(STACK_SIZE + sizeof(struct secondary), 64);
	struct secondary *secondary = (void *)(memory + STACK_SIZE);

	secondary->stack_top = (uint64_t)secondary;
	secondary->percpu_ptr = &secondary->percpu;
	secondary->fn = fn;
	secondary->arg = arg;
	dsb();
	return (uint64_t)secondary;
}

int psci_cpu_on(uint64_t mpidr, uint64_t entry, uint64_t context)
{
	return smccc_hvc(PSCI_CPU_ON, mpidr, entry, context);
}

int psci_cpu_start(uint64_t mpidr, void (*fn)(void *), void *arg)
{
	return psci_cpu_on(mpidr, (uint64_t)secondary_entry,
			   psci_context(fn, arg));
}

void secondary_start(struct secondary *self)
{
	self->fn(self->arg);
	psci_cpu_off();
}

int psci_cpu_off(void)
{
	return smccc_hvc(PSCI_CPU_OFF, 0, 0, 0);
}

int psci_affinity_info(uint64_t mpidr)
{
	return smccc_hvc(PSCI_AFFINITY_INFO, mpidr, 0, 0);
}

unsigned int psci_find_cpus(uint64_t *mpidr, unsigned int max)
{
	uint64_t self = cpu_mpidr(), aff;
	unsigned int count = 0;

	if (max)
		mpidr[count++] = self;
	for (aff = 0; aff < 0x1000 && count < max; aff++) {
		/* 16 per cluster (GICv3), 256 clusters */
		uint64_t other = (aff & ~15ul) << 4 | (aff & 15);

		if (other != self && psci_affinity_info(other) >= 0)
			mpidr[count++] = other;
	}
	return count;
}

uint64_t cpu_id(void)
{
	return cpu_mpidr();
}

unsigned int cpus_find(uint64_t *ids, unsigned int max)
{
	return psci_find_cpus(ids, max);
}

bool cpu_start(uint64_t id, void (*fn)(void *), void *arg)
{
	return psci_cpu_start(id, fn, arg) == PSCI_SUCCESS;
}
