/* SPDX-License-Identifier: GPL-2.0-only */
/* The end of a guest CPU, or of a hypervisor's. */
#include "core.h"
#include "pcpu.h"

/* A CPU of the cell failed: is the whole cell failed now? */
static void cpu_failed(struct cell *cell)
{
	struct pcpu *cpu = NULL;

	while ((cpu = cpu_next(cell->cpus.bits, cpu)))
		if (READ_ONCE(cpu->state) == CPU_RUNNING ||
		    READ_ONCE(cpu->state) == CPU_STARTING)
			return;
	WRITE_ONCE(cell->state, CB_CELL_FAILED);
}

static void fail(struct pcpu *cpu, const char *what, const char *fmt,
		 va_list args)
{
	char text[160];

	config_format(text, sizeof(text), fmt, args);
	panic_printk("FATAL: %s\n", text);
	if (!cpu)
		return;
	arch_vcpu_dump(cpu);
	panic_printk("%s CPU %u (Cell: \"%s\")\n", what, cpu->id,
		     cpu->cell->cfg.name);
	WRITE_ONCE(cpu->state, CPU_FAILING);
	cpu_failed(cpu->cell);
}

void core_park(struct pcpu *cpu, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	fail(cpu, "Parking", fmt, args);
	va_end(args);
	cpu_idle(cpu, CPU_FAILED);
}

void core_panic(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	fail(this_cpu(), "Stopping", fmt, args);
	va_end(args);
	arch_cpu_halt();
}
