/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory behind the stack, given out once and never taken back. Zeroed.
 * align is a power of two. Running out stops the inmate with a message.
 */
#ifndef ALLOC_H
#define ALLOC_H

#include <stddef.h>
#include <stdint.h>

#define PAGE_SIZE	4096ul

void *alloc(size_t size, size_t align);

/* The first address not given out yet. */
uint64_t alloc_top(void);

#endif
