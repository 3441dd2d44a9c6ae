/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Everything that an inmate needs: include this, define inmate_main().
 * The library calls it on the first CPU with MMU and caches on, the console
 * chosen and interrupts masked. When it returns, the cell reports SHUT_DOWN.
 * cpu.h, exception.h, hypercall.h, mmu.h and timer.h exist for each
 * architecture, with the same names for what portable inmates need; what only
 * one architecture has is behind arch.h.
 */
#ifndef INMATE_H
#define INMATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "alloc.h"
#include "cmdline.h"
#include "comm.h"
#include "console.h"
#include "printk.h"
#include "string.h"

#include "arch.h"
#include "cpu.h"
#include "cpus.h"
#include "exception.h"
#include "hypercall.h"
#include "mmu.h"
#include "timer.h"

void inmate_main(void);

/* Ends this cell: state SHUT_DOWN or FAILED, then sleep for ever. */
void __attribute__((noreturn)) inmate_stop(uint32_t cell_state);

/* Limits of the image and of the RAM in use, from the linker script. */
extern char inmate_base[], image_end[];

/* One past the RAM that the inmate takes for its own: `ram=`, 1 MiB. */
uint64_t ram_end(void);

/*
 * An inmate for cells without a comm region says INMATE_NO_COMM; at file
 * scope; then the command line gives what the region would have announced
 * (README.md).
 */
extern const bool inmate_uses_comm;
#define INMATE_NO_COMM	const bool inmate_uses_comm = false

#endif
