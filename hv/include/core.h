/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an architecture may call from a trap, and boot.
 */
#ifndef CORE_H
#define CORE_H

#include <abi/image.h>
#include <config/finding.h>
#include "types.h"

struct pcpu;

/* Linked at the start of the image; the loader's half is filled in. */
extern struct cb_image_header image_header;
extern struct cb_report_page report_page;

/*
 * Every CPU, on its private stack, own tables live. Returns 0 (the guest goes
 * on under the hypervisor) or a negative number on all CPUs (it goes on
 * without); *disable* has the same shape.
 */
int core_enter(uint32_t slot, uint64_t hwid);

/* A hypercall: returns the result for the guest. */
int64_t core_hypercall(struct pcpu *cpu, uint64_t code, uint64_t arg1,
		       uint64_t arg2);

/*
 * A violation by the guest of this CPU: prints why (fmt, no newline needed),
 * dumps the registers, marks the CPU failed. The guest does not go on until
 * its cell is started anew.
 */
void core_park(struct pcpu *cpu, const char *fmt, ...) __printf(2, 3);

/* A fault of the hypervisor itself on this CPU. */
void core_panic(const char *fmt, ...) __printf(1, 2) __noreturn;

/*
 * Intercepts the ECAM windows of the system description. 0 or what
 * mmio_register() says, after a finding.
 */
int pci_init(void);

/* After a successful CB_HC_DISABLE: the architecture leaves on this CPU. */
#define CORE_LEAVE	0x4c454156	/* never reaches the guest */

/* Findings of the current request; the report page is reset by begin. */
void report_begin(void);
struct cfg_report *report_sink(void);
/* A finding of the hypervisor itself, outside hv/config. */
void report_add(const char *id, const char *fmt, ...) __printf(2, 3);

#endif
