/* SPDX-License-Identifier: GPL-2.0-only */
/* Windows to memory and devices; caches are coherent with everything. */
#include <arch/mem.h>
#include "core.h"
#include "devio.h"
#include "host.h"
#include "string.h"

const uint32_t arch_map_size = ARRAY_SIZE(hv_dev_l1);
uint32_t arch_map_used;

/* Only this CPU sees its private level-1 table, and what is in it. */
static uint64_t *const priv_l1 = (uint64_t *)PRIV_AT(SLOT_L1);

/* attr 0: nothing is there. */
static void *window(uint32_t page, paddr_t pa, uint64_t attr)
{
	uint64_t entry = page_down(pa.v) | attr, va = PRIV_AT((uint64_t)page);

	if (priv_l1[page] != entry) {
		priv_l1[page] = entry;
		__asm__ volatile("invlpg (%0)" : : "r"(va) : "memory");
	}
	return (void *)(va + (pa.v & PAGE_MASK));
}

void arch_copy_from_phys(void *dst, paddr_t src, uint64_t size)
{
	memcpy(dst, window(PRIV_TEMP_PAGE, src, HV_PAGE_RW), size);
	window(PRIV_TEMP_PAGE, paddr(0), 0);
}

void arch_zero(void *p, uint64_t size)
{
	uint64_t words = size / 8;

	__asm__ volatile("rep stosq" : "+D"(p), "+c"(words) : "a"(0ull)
			 : "memory");
}

void arch_wipe(paddr_t base, uint64_t size)
{
	for (; size; size -= PAGE_SIZE, base.v += PAGE_SIZE)
		arch_zero(window(PRIV_TEMP_PAGE, base, HV_PAGE_RW), PAGE_SIZE);
	window(PRIV_TEMP_PAGE, paddr(0), 0);
}

void arch_dcache_flush(paddr_t base, uint64_t size)
{
}

/* The window stays open: a guest mostly goes on with the same device. */
uint64_t arch_device_access(paddr_t addr, uint32_t size, bool write,
			    uint64_t value)
{
	return io_access(window(PRIV_DEV_PAGE, addr, HV_PAGE_DEV), size, write,
			 value);
}

uint32_t arch_port_read(uint16_t port, uint32_t size)
{
	uint32_t value = 0;

	if (size == 4)
		__asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
	else if (size == 2)
		__asm__ volatile("inw %1, %w0" : "+a"(value) : "Nd"(port));
	else
		__asm__ volatile("inb %1, %b0" : "+a"(value) : "Nd"(port));
	return value;
}

void arch_port_write(uint16_t port, uint32_t size, uint32_t value)
{
	if (size == 4)
		__asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port));
	else if (size == 2)
		__asm__ volatile("outw %w0, %1" : : "a"(value), "Nd"(port));
	else
		__asm__ volatile("outb %b0, %1" : : "a"(value), "Nd"(port));
}

void *arch_map_device(paddr_t base, uint64_t size)
{
	uint64_t first = page_down(base.v);
	uint64_t pages = (page_up(base.v + size) - first) >> PAGE_SHIFT;
	uint64_t va = HV_DEV_BASE + ((uint64_t)arch_map_used << PAGE_SHIFT);
	uint64_t i;

	if (!size || pages > arch_map_size - arch_map_used)
		return NULL;
	for (i = 0; i < pages; i++)
		hv_dev_l1[arch_map_used++] = (first + i * PAGE_SIZE) |
					     HV_PAGE_DEV;
	return (void *)(va + (base.v & PAGE_MASK));
}
