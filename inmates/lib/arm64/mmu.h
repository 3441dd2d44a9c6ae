/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stage 1 at EL1: 4 KiB granule, 48-bit addresses, one table for all CPUs.
 * At the start the RAM up to ram_end() is mapped 1:1, readable, writable and
 * executable; everything else by these calls. Addresses and sizes are rounded
 * out to pages. Only one CPU may map at a time.
 */
#ifndef MMU_H
#define MMU_H

#include <stdint.h>

/* one of */
#define MAP_DEVICE	0x0	/* Device-nGnRE, never executable */
#define MAP_RAM		0x1	/* Normal, write-back, inner shareable */
#define MAP_UNCACHED	0x2	/* Normal, non-cacheable */
#define MAP_TYPE	0x3
/* and any of */
#define MAP_READONLY	0x4
#define MAP_NOEXEC	0x8
#define MAP_USER	0x10	/* EL0 too */

/* 1:1 */
void map_range(uint64_t addr, uint64_t size, unsigned int flags);

/* At virt; replaces what was there. */
void map_alias(uint64_t virt, uint64_t phys, uint64_t size,
	       unsigned int flags);

/* Stage 1 alone says no: for an address that must stay untouched. */
void unmap_range(uint64_t virt, uint64_t size);

#endif
