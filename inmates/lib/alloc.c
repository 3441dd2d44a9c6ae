/* SPDX-License-Identifier: BSD-2-Clause */
#include "alloc.h"
#include "inmate.h"

static uint64_t top;

uint64_t alloc_top(void)
{
	return top ? top : (uintptr_t)image_end;
}

void *alloc(size_t size, size_t align)
{
	uint64_t start = (alloc_top() + align - 1) & -(uint64_t)align;

	if (start > ram_end() || size > ram_end() - start) {
		printk("out of memory: %zu bytes; RAM ends at 0x%lx (ram=)\n",
		       size, (unsigned long)ram_end());
		inmate_stop(CB_CELL_FAILED);
	}
	top = start + size;
	return memset((void *)(uintptr_t)start, 0, size);
}
