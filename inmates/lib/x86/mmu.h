/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Paging: 4 levels, or PAE in a 32-bit inmate; one table for all CPUs. At the
 * start the first 2 MiB and the RAM up to ram_end() are mapped 1:1, readable,
 * writable and executable; everything else by these calls. Addresses and
 * sizes are rounded out to pages. Only one CPU may map at a time; others see
 * what was not mapped before at once, and changes after their next
 * tlb_flush().
 */
#ifndef MMU_H
#define MMU_H

#include <stdint.h>

/* one of */
#define MAP_DEVICE	0x0	/* uncached, never executable */
#define MAP_RAM		0x1	/* write-back */
#define MAP_UNCACHED	0x2
#define MAP_TYPE	0x3
/* and any of */
#define MAP_READONLY	0x4
#define MAP_NOEXEC	0x8
#define MAP_USER	0x10	/* privilege level 3 too */

/* 1:1 */
void map_range(uint64_t addr, uint64_t size, unsigned int flags);

/* At virt; replaces what was there. */
void map_alias(uint64_t virt, uint64_t phys, uint64_t size,
	       unsigned int flags);

/* The inmate's own tables alone say no. */
void unmap_range(uint64_t virt, uint64_t size);

void tlb_flush(void);

/* entry.S has switched paging on; the rest, on the first and other CPUs. */
void mmu_init(void);
void mmu_init_cpu(void);

#endif
