/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an architecture may call from a trap, trapped accesses (who answers for
 * an address that stage 2 does not map), and boot.
 */
#ifndef CORE_H
#define CORE_H

#include <abi/image.h>
#include <config/finding.h>
#include "types.h"

struct cell;
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

/*
 * The way out, on every CPU: the first one cleans up what they share, when all
 * are restored; none goes before.
 */
void core_leave(uint32_t slot);

/* A hypercall: returns the result for the guest. */
int64_t core_hypercall(struct pcpu *cpu, uint64_t code, uint64_t arg1,
		       uint64_t arg2);

/*
 * A violation by the guest of this CPU: prints why (fmt, no newline needed),
 * dumps the registers, marks the CPU failed. The guest does not go on until
 * its cell is started anew. NULL: it is a fault of the hypervisor itself, which
 * ends here for this CPU.
 */
void core_park(struct pcpu *guest, const char *fmt, ...) __printf(2, 3);
#define core_panic(...)	core_park(NULL, __VA_ARGS__)

struct mmio {
	uint64_t addr;		/* the cell's address */
	uint64_t value;		/* to write; or read, zero-extended */
	uint32_t size;		/* 1, 2, 4 or 8 */
	bool write;
};

/*
 * Answers an access inside the region; m->addr is inside with all its bytes
 * and aligned, offset is counted from the region's base. false: a violation,
 * the CPU is to be parked.
 */
typedef bool (*mmio_handler)(struct cell *cell, struct mmio *m,
			     uint64_t offset, void *arg);

/*
 * Intercepts a range for every cell (or for the root cell alone). At boot
 * only. -CB_ENOMEM when the table is full, -CB_EEXIST on overlap.
 */
int mmio_register(uint64_t base, uint64_t size, bool root_only,
		  mmio_handler handler, void *arg);

/*
 * An access that trapped. true: done, m->value holds what was read. false:
 * nobody answers, or not in this width: a violation.
 */
bool mmio_dispatch(struct cell *cell, struct mmio *m);

/* The access itself, at a physical address that the cell may touch. */
void mmio_forward(struct mmio *m, paddr_t phys);

/*
 * Intercepts the ECAM windows of the system description. 0 or what
 * mmio_register() says, after a finding.
 */
int pci_init(void);

/* After a successful CB_HC_DISABLE: the architecture leaves on this CPU. */
#define CORE_LEAVE	0x4c454156	/* never reaches the guest */

/* Findings of the current request; the report page is reset by begin. */
void report_begin(void);
extern struct cfg_report report_sink;
/* A finding of the hypervisor itself, outside hv/config. Returns err. */
int refuse(int err, const char *id, const char *fmt, ...) __printf(3, 4);

#endif
