/* SPDX-License-Identifier: GPL-2.0-only */
/* The end of a guest CPU, or of a hypervisor's. */
#include "core.h"
#include "pcpu.h"

/* A CPU of the cell failed: is the whole cell failed now? */
static void cpu_failed(struct cell *cell)
{
	struct pcpu *cpu = NULL;

	while ((cpu = cpu_next(cell->cfg.cpus.bits, cpu)))
		if (READ_ONCE(cpu->state) == CPU_RUNNING ||
		    READ_ONCE(cpu->state) == CPU_STARTING)
			return;
	WRITE_ONCE(cell->state, CB_CELL_FAILED);
}

void core_park(struct pcpu *guest, const char *fmt, ...)
{
	struct pcpu *cpu = guest ? guest : this_cpu();
	char text[160];
	va_list args;

	va_start(args, fmt);
	config_format(text, sizeof(text), fmt, args);
	va_end(args);
	printk("FATAL: %s\n", text);
	if (cpu) {
		arch_vcpu_dump(cpu);
		printk("%s CPU %u (Cell: \"%s\")\n", guest ? "Parking" :
		       "Stopping", cpu->id, cpu->cell->cfg.name);
		WRITE_ONCE(cpu->state, CPU_FAILING);
		cpu_failed(cpu->cell);
	}
	if (!guest)
		arch_cpu_halt();
	cpu_idle(guest, CPU_FAILED);
}
