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

/* hv.lds.S: where a device may answer with an abort. */
extern char __device_access[], __device_access_end[];

/* trap.c, called by entry.S with the registers at the top of the stack */
void trap_sync(struct frame *f);
void trap_irq(struct frame *f);
void trap_serror(struct frame *f);
void trap_own(struct frame *f);		/* from EL2 itself */

/* sysreg.c: MSR, MRS or system instruction. false: undefined. */
bool trap_sysreg(struct pcpu *cpu, struct frame *f, uint32_t iss);

#endif
