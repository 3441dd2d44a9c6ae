/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Contract: memory outside the hypervisor's own, through windows that only
 * this CPU sees and only for the duration of the call.
 */
#ifndef ARCH_MEM_H
#define ARCH_MEM_H

#include "types.h"

/* Copies from a page of RAM; the caller has checked who may read it. */
void arch_copy_from_phys(void *dst, paddr_t src, uint64_t size);

/* Zeroes pages of the hypervisor's own; page-aligned. */
void arch_zero(void *p, uint64_t size);

/* Zeroes RAM, as CPUs with caches see it. Whole pages. */
void arch_wipe(paddr_t base, uint64_t size);

/*
 * Writes dirty lines back and forgets them, without losing anybody's data
 * (never invalidates alone). Whole pages.
 */
void arch_dcache_flush(paddr_t base, uint64_t size);

/*
 * One access to a device register; size 1, 2, 4 or 8, aligned or not. Writes
 * the value, or returns what is read, zero-extended.
 */
uint64_t arch_device_access(paddr_t addr, uint32_t size, bool write,
			    uint64_t value);

/* I/O ports; size 1, 2 or 4. Only with ARCH_HAS_PORTS (arch/cpu.h). */
uint32_t arch_port_read(uint16_t port, uint32_t size);
void arch_port_write(uint16_t port, uint32_t size, uint32_t value);

/*
 * A lasting mapping of device registers in the hypervisor (page-rounded), for
 * drivers; NULL when there is no room. At boot only; all are gone after
 * disable.
 */
void *arch_map_device(paddr_t base, uint64_t size);

/* Pages of device mappings: in all, in use. */
extern const uint32_t arch_map_size;
extern uint32_t arch_map_used;

#endif
