/* SPDX-License-Identifier: GPL-2.0-only */
/* Windows of EL2 to memory and devices; cache maintenance by address. */
#include <abi/image.h>
#include <arch/mem.h>
#include <arch/pte.h>
#include "core.h"
#include "el2.h"
#include "io.h"
#include "layout.h"
#include "page.h"
#include "string.h"
#include "trap.h"

#define DEV_PAGES	(HV_DEV_L2_COUNT * 512)

const uint32_t arch_map_size = DEV_PAGES;
uint32_t arch_map_used;

/* Only this CPU sees its private level-3 table, and what is in it. */
static uint64_t *const priv_l3 =
	(uint64_t *)(PRIV_BASE + (PRIV_L3_PAGE << PAGE_SHIFT));

static void *open_window(uint32_t page, uint32_t count, uint64_t pa,
			 uint64_t attr)
{
	uint32_t i;

	for (i = 0; i < count; i++)
		priv_l3[page + i] = (pa + i * PAGE_SIZE) | attr;
	dsb_ish();
	isb();
	return (void *)(PRIV_BASE + ((uint64_t)page << PAGE_SHIFT));
}

static void close_window(uint32_t page, uint32_t count)
{
	uint64_t va = (PRIV_BASE >> PAGE_SHIFT) + page;
	uint32_t i;

	for (i = 0; i < count; i++)
		priv_l3[page + i] = 0;
	dsb_ish();
	for (i = 0; i < count; i++)
		__asm__ volatile("tlbi vae2, %0" : : "r"(va + i));
	__asm__ volatile("dsb nsh" ::: "memory");
	isb();
}

static uint64_t min64(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

void arch_copy_from_phys(void *dst, paddr_t src, uint64_t size)
{
	uint8_t *page = open_window(PRIV_TEMP_PAGE, 1, page_down(src.v),
				    EL2_PAGE_RW);

	memcpy(dst, page + (src.v & PAGE_MASK), size);
	close_window(PRIV_TEMP_PAGE, 1);
}

/* Of the smallest line, or less: 16 of them never pass a page's end. */
static uint64_t line_size(void)
{
	return min64(4ull << (read_sysreg(ctr_el0) >> 16 & 15), PAGE_SIZE / 16);
}

/* DC ZVA zeroes a block of this size; 0: not to be used. */
static uint64_t zva_size(void)
{
	uint64_t dczid = read_sysreg(dczid_el0);

	return dczid & 16 ? 0 : 4ull << (dczid & 15);
}

/* Both: whole pages, unrolled, for a cell may have much memory. */
static void flush_lines(void *base, uint64_t size)
{
	uint64_t line = line_size();
	uint8_t *p = base, *end = p + size;

	while (p < end)
		__asm__ volatile(".rept 16\n"
				 "dc civac, %0\n	add %0, %0, %1\n"
				 ".endr" : "+r"(p) : "r"(line) : "memory");
}

void arch_zero(void *base, uint64_t size)
{
	uint64_t block = zva_size();
	uint8_t *p = base, *end = p + size;

	if (!block || block > PAGE_SIZE / 16) {
		memset(p, 0, size);
		return;
	}
	while (p < end)
		__asm__ volatile(".rept 16\n"
				 "dc zva, %0\n	add %0, %0, %1\n"
				 ".endr" : "+r"(p) : "r"(block) : "memory");
}

static void each_window(paddr_t base, uint64_t size,
			void (*work)(void *p, uint64_t size))
{
	while (size) {
		uint64_t n = min64(size, PRIV_TEMP_PAGES * PAGE_SIZE);
		uint32_t pages = (uint32_t)(n >> PAGE_SHIFT);

		work(open_window(PRIV_TEMP_PAGE, pages, base.v, EL2_PAGE_RW),
		     n);
		dsb_sy();
		close_window(PRIV_TEMP_PAGE, pages);
		base.v += n;
		size -= n;
	}
}

void arch_wipe(paddr_t base, uint64_t size)
{
	each_window(base, size, arch_zero);
}

void arch_dcache_flush(paddr_t base, uint64_t size)
{
	each_window(base, size, flush_lines);
}

/* Stays open: a guest mostly goes on with the same device. */
static void *device_window(uint64_t addr)
{
	uint64_t va = PRIV_BASE + (PRIV_DEV_PAGE << PAGE_SHIFT);

	if (priv_l3[PRIV_DEV_PAGE] != (page_down(addr) | EL2_PAGE_DEV)) {
		close_window(PRIV_DEV_PAGE, 1);
		open_window(PRIV_DEV_PAGE, 1, page_down(addr), EL2_PAGE_DEV);
	}
	return (void *)(va + (addr & PAGE_MASK));
}

/*
 * An access that the device may answer with an abort: trap_own() skips it and
 * marks the frame. Nothing else may be in this function.
 */
__attribute__((noinline, section(".text.device_access")))
static uint64_t device_access(volatile void *p, uint32_t size, bool write,
			      uint64_t value)
{
	if (write)
		io_write(p, size, value);
	else
		value = io_read(p, size);
	dsb_sy();
	return value;
}

/* An abort on the way overwrites what the guest goes on with. */
static uint64_t careful_access(uint64_t addr, uint32_t size, bool write,
			       uint64_t value)
{
	uint64_t elr = read_sysreg(elr_el2), spsr = read_sysreg(spsr_el2);

	guest_frame()->pad = 0;
	value = device_access(device_window(addr), size, write, value);
	write_sysreg(elr, elr_el2);
	write_sysreg(spsr, spsr_el2);
	return value;
}

/* A device that answers with an abort reads as all ones. */
uint64_t arch_device_read(paddr_t addr, uint32_t size)
{
	uint64_t value = careful_access(addr.v, size, false, 0);

	if (guest_frame()->pad)
		value = ~0ull;
	return size >= 8 ? value : value & ((1ull << size * 8) - 1);
}

void arch_device_write(paddr_t addr, uint32_t size, uint64_t value)
{
	careful_access(addr.v, size, true, value);
}

/* The level-3 table for a device page; allocated when first needed. */
static uint64_t *dev_table(uint32_t page)
{
	uint64_t *l2 = el2_shared_l2() + HV_DEV_L2 + page / 512;
	void *table;

	if (*l2)
		return arch_phys_to_virt(paddr(*l2 & ~0xfffull));
	table = page_alloc(1);
	if (table)
		*l2 = arch_virt_to_phys(table).v | EL2_TABLE;
	return table;
}

void *arch_map_device(paddr_t base, uint64_t size)
{
	uint64_t first = page_down(base.v);
	uint64_t pages = (page_up(base.v + size) - first) >> PAGE_SHIFT;
	uint64_t va = HV_DEV_BASE + ((uint64_t)arch_map_used << PAGE_SHIFT);
	uint64_t i;

	if (!size || pages > DEV_PAGES - arch_map_used)
		return NULL;
	for (i = 0; i < pages; i++) {
		uint64_t *table = dev_table(arch_map_used);

		if (!table)
			return NULL;
		table[arch_map_used++ & 511] = (first + i * PAGE_SIZE) |
					  EL2_PAGE_DEV;
	}
	dsb_ish();
	isb();
	return (void *)(va + (base.v & PAGE_MASK));
}
