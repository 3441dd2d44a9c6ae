/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Contract: processors, what an architecture adds to a cell, and a counter that
 * never stops and that no cell can change:
 *	uint64_t arch_time(void)	ticks
 *	uint64_t arch_time_hz(void)	ticks per second
 */
#ifndef ARCH_CPU_H
#define ARCH_CPU_H

#include "types.h"

struct cb_comm_page;
struct cell;
struct pcpu;

/* Where and how a guest CPU begins. */
struct vcpu_start {
	uint64_t entry;
	uint64_t arg;
};

/*
 * Own tables are live, the description is loaded: find out what the hardware
 * can do and claim it (interrupt controller, stage 2). Boot CPU, once; may
 * refuse with a negative number after reporting why.
 */
int arch_early_init(void);

/*
 * Each CPU, before its guest goes on; undone by arch_cpu_restore(). Without an
 * error this_cpu() knows it from here on; before, it is NULL.
 */
int arch_cpu_init(struct pcpu *cpu);
void arch_cpu_restore(struct pcpu *cpu);

/* Undoes arch_early_init(): last CPU of a disable, or a failed enable. */
void arch_shutdown(void);

/* Makes cpu run cpu_events() soon, whatever its guest does or masks. */
void arch_cpu_kick(struct pcpu *cpu);

/* Waits at low power for the next kick; may return early. This CPU only. */
void arch_cpu_wait(struct pcpu *cpu);

/*
 * All registers of the guest defined: general, system, FP, debug, PMU,
 * timers, private interrupts. On the CPU itself; the guest starts when the
 * current trap returns.
 */
void arch_vcpu_reset(struct pcpu *cpu, const struct vcpu_start *start);

/* The guest's translations and interrupts are switched off. On the CPU. */
void arch_vcpu_quiesce(struct pcpu *cpu);

/* The cell of this CPU changed: use its stage 2 from the next return on. */
void arch_vcpu_assign(struct pcpu *cpu, struct cell *cell);

/* Prints the guest registers of the current trap. */
void arch_vcpu_dump(struct pcpu *cpu);

/* Delivers what other CPUs left for this one (virtual interrupts). */
void arch_cpu_events(struct pcpu *cpu);

/* How interrupts reach the cells: CB_INFO_DELIVERY. */
extern uint32_t arch_delivery;

/* This CPU, as struct pcpu. */
struct pcpu *this_cpu(void);

void arch_cpu_halt(void) __noreturn;

/*
 * May fail and allocates; nothing visible yet. What it maps goes with the
 * cell's tables, cell->arch (ARCH_CELL_PAGES or NULL) with the cell.
 */
int arch_cell_prepare(struct cell *cell);

/*
 * The cell's interrupts become its own, before it runs and when it has been
 * stopped: masked, not pending, not active, aimed at its first CPU. Whose is
 * which (cfg.irqs) has been set.
 */
void arch_irq_move(struct cell *cell);

/*
 * A cell has become one of cells[], or is none any more: what the root cell
 * has besides memory, CPUs and interrupts follows.
 */
void arch_cells_changed(void);

/* The architecture's part of the comm page. */
void arch_comm_fill(const struct cell *cell, struct cb_comm_page *comm);

/*
 * struct arch_pcpu, and ARCH_CPU_OFF_IS_SILENT: a CPU that its guest has
 * switched off tells nobody, but halts for ever with interrupts masked.
 * ARCH_HAS_PORTS: there are I/O ports (arch/mem.h). ARCH_CELL_PAGES: what
 * cell->arch points to. What is called above and an architecture has no use for
 * may be a macro there.
 */
#include <arch_cpu.h>
#include <arch_time.h>

#endif
