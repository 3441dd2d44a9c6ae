/* SPDX-License-Identifier: GPL-2.0-only */
/* The end of a guest CPU, or of a hypervisor's. */
#include "cell.h"
#include "console.h"
#include "core.h"
#include "pcpu.h"

static void fail(struct pcpu *cpu, const char *what, const char *fmt,
		 va_list args)
{
	char text[160];

	format(text, sizeof(text), fmt, args);
	panic_printk("FATAL: %s\n", text);
	if (!cpu)
		return;
	arch_vcpu_dump(cpu);
	panic_printk("%s CPU %u (Cell: \"%s\")\n", what, cpu->id,
		     cpu->cell->cfg.name);
	WRITE_ONCE(cpu->state, CPU_FAILING);
	cell_cpu_failed(cpu->cell);
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
