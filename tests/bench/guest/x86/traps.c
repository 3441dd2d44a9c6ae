// SPDX-License-Identifier: GPL-2.0-only
#include <asm/apic.h>
#include <asm/irq_vectors.h>
#include <asm/msr.h>
#include <linux/module.h>

#include "abi/hypercall.h"
#include "bench.h"

u64 bench_now(void)
{
	return rdtsc_ordered();
}

/* The machine is one of AMD. */
s64 bench_hypercall(u64 code, u64 arg)
{
	asm volatile("vmmcall" : "+a" (code) : "D" (arg), "S" (0ul) : "memory");
	return code;
}

/* Ticks around one instruction, of which two are the measurement's own. */
#define COST(insn, ...) ({						\
	u32 __before, __after;						\
									\
	asm volatile("rdtsc\n	mov %%eax, %0\n"			\
		     insn "\n"						\
		     "rdtsc\n	mov %%eax, %1"				\
		     : "=&r" (__before), "=&r" (__after)		\
		     : __VA_ARGS__					\
		     : "rax", "rbx", "rcx", "rdx", "rdi", "rsi",	\
		       "memory");					\
	__after - __before;						\
})

static u64 cost_nothing(void)
{
	return COST("");
}

/* Setting up the registers is no part of it. */
static u64 cost_hypercall(void)
{
	return COST("mov $5, %%eax\n	mov $1, %%edi\n	vmmcall") - 2;
}

static u64 cost_unknown_call(void)
{
	return COST("mov $99, %%eax\n	vmmcall") - 1;
}

static u64 cost_cpuid(void)
{
	return COST("xor %%eax, %%eax\n	xor %%ecx, %%ecx\n	cpuid") - 2;
}

/* What is there is written again. */
static u64 cost_xapic(void)
{
	u32 priority = native_apic_mem_read(APIC_TASKPRI);

	return COST("mov %k3, (%2)", "r" (APIC_BASE + APIC_TASKPRI),
		    "r" (priority));
}

/* By an instruction that the hypervisor has not seen before. */
static u64 cost_xapic_new(void)
{
	u32 priority = native_apic_mem_read(APIC_TASKPRI);

	return COST("mov %k3, (%2)", "r" (APIC_BASE + APIC_TASKPRI),
		    "r" (priority));
}

/* Linux' own, which asks it to look for work; to this CPU. */
static u64 cost_ipi(void)
{
	u32 id = native_apic_mem_read(APIC_ID);

	native_apic_mem_write(APIC_ICR2, id);
	return COST("mov %k3, (%2)", "r" (APIC_BASE + APIC_ICR),
		    "r" (APIC_DM_FIXED | RESCHEDULE_VECTOR));
}

static const struct trap traps[] = {
	{ "nothing", cost_nothing },
	{ "hypercall", cost_hypercall },
	{ "hypercall-unknown", cost_unknown_call },
	{ "cpuid", cost_cpuid },
	{ "xapic-new", cost_xapic_new, true },
	{ "xapic", cost_xapic },
	{ "ipi", cost_ipi },
	{ }
};

const struct trap *bench_traps(void)
{
	return traps;
}

/* The registers are in memory. */
int bench_arch_init(void)
{
	return x2apic_enabled() ? -ENODEV : 0;
}

void bench_arch_exit(void)
{
}
