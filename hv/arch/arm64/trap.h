/* SPDX-License-Identifier: GPL-2.0-only */
/* The guest's registers during a trap, and how a trap ends. */
#ifndef ARM64_TRAP_H
#define ARM64_TRAP_H

#include "layout.h"
#include "sysreg.h"

struct pcpu;

struct frame {
	uint64_t x[31];
	uint64_t pad;
};

/* A trap starts on an empty stack: the frame is always in the same place. */
static inline struct frame *guest_frame(void)
{
	return (struct frame *)PRIV_FRAME;
}

/* Register 31 of an instruction's operand is the zero register. */
static inline uint64_t frame_get(const struct frame *f, uint32_t reg)
{
	return reg < 31 ? f->x[reg] : 0;
}

static inline void frame_set(struct frame *f, uint32_t reg, uint64_t value)
{
	if (reg < 31)
		f->x[reg] = value;
}

/* Go on behind the trapped instruction. */
static inline void skip_instruction(uint64_t esr)
{
	write_sysreg(read_sysreg(elr_el2) + (esr & ESR_IL ? 4 : 2), elr_el2);
}

/* The guest takes an undefined-instruction exception at EL1. */
void inject_undef(void);

/* trap.c, called by entry.S */
void trap_sync(struct frame *f);
void trap_irq(void);
void trap_serror(struct frame *f);
void trap_own(uint64_t sp) __noreturn;

/* abort.c: a stage-2 fault. */
void trap_abort(struct pcpu *cpu, struct frame *f, uint64_t esr);

/* sysreg.c: a trapped MSR, MRS or system instruction. */
void trap_sysreg(struct pcpu *cpu, struct frame *f, uint64_t esr);

/* entry.S */
void arch_leave(uint64_t slot) __noreturn;

#endif
