/* SPDX-License-Identifier: BSD-2-Clause */
#include "alloc.h"
#include "inmate.h"

static uint64_t top;

uint64_t alloc_top(void)
{
	return top ? top : (uint64_t)image_end;
}

void *alloc(size_t size, size_t align)
{
	uint64_t start = (alloc_top() + align - 1) & -(uint64_t)align;

	if (start > ram_end() || size > ram_end() - start) {
		printk("out of memory: %zu bytes; RAM ends at 0x%lx (ram=)\n",
		       size, ram_end());
		inmate_stop(CB_CELL_FAILED);
	}
	top = start + size;
	return memset((void *)start, 0, size);
}
