/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Everything that an inmate needs: include this, define inmate_main().
 * The library calls it on the first CPU with MMU and caches on, the console
 * chosen and interrupts masked. When it returns, the cell reports SHUT_DOWN.
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

#include "cpu.h"
#include "exception.h"
#include "gic.h"
#include "hypercall.h"
#include "mmu.h"
#include "psci.h"
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
 * scope; then the command line names the interrupt controller (gic=2|3,
 * gicd=, gicc= or gicr=).
 */
extern const bool inmate_uses_comm;
#define INMATE_NO_COMM	const bool inmate_uses_comm = false

#endif
