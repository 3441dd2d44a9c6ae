/* SPDX-License-Identifier: GPL-2.0-only */
/* Windows of EL2 to memory and devices; cache maintenance by address. */
#include <arch/mem.h>
#include "core.h"
#include "el2.h"
#include "devio.h"
#include "string.h"

#define BLOCK_PAGES	512
#define BLOCK_SIZE	(BLOCK_PAGES * PAGE_SIZE)

const uint32_t arch_map_size = (512 - HV_DEV_L2) * BLOCK_PAGES;
uint32_t arch_map_used;

/* Only this CPU sees its private level-3 table, and what is in it. */
static uint64_t *const window =
	(uint64_t *)PRIV_AT(SLOT_L3) + PRIV_TEMP_PAGE;
static uint8_t *const window_at = (uint8_t *)PRIV_AT(PRIV_TEMP_PAGE);

static void *open_window(uint64_t pa, uint64_t pages, uint64_t attr)
{
	uint64_t i;

	for (i = 0; i < pages; i++)
		window[i] = (page_down(pa) + i * PAGE_SIZE) | attr;
	dsb_ish();
	isb();
	return window_at + (pa & PAGE_MASK);
}

static void close_window(uint64_t pages)
{
	uint64_t i, page = (uint64_t)window_at >> PAGE_SHIFT;

	for (i = 0; i < pages; i++)
		window[i] = 0;
	dsb_ish();
	for (i = 0; i < pages; i++)
		__asm__ volatile("tlbi vae2, %0" : : "r"(page + i));
	__asm__ volatile("dsb nsh" ::: "memory");
	isb();
}

void arch_copy_from_phys(void *dst, paddr_t src, uint64_t size)
{
	memcpy(dst, open_window(src.v, 1, EL2_PAGE_RW), size);
	close_window(1);
}

/* Whole pages, by blocks of at most a sixteenth: a cell may have much memory */
#define EACH_BLOCK(op, base, size, block) do {				\
	uint8_t *p__ = (base), *end__ = p__ + (size);			\
									\
	while (p__ < end__)						\
		__asm__ volatile(".rept 16\n" op ", %0\n"		\
				 "add %0, %0, %1\n .endr"		\
				 : "+r"(p__) : "r"(block) : "memory");	\
} while (0)

/* Of the smallest line, or less: CPUs of one machine may differ in it. */
void el2_flush_lines(void *base, uint64_t size)
{
	uint64_t line = 4ull << (read_sysreg(ctr_el0) >> 16 & 15);

	EACH_BLOCK("dc civac", base, size, line < 64 ? line : 64);
}

/* DC ZVA zeroes a block of this size, where it is not prohibited. */
void arch_zero(void *base, uint64_t size)
{
	uint64_t dczid = read_sysreg(dczid_el0), block = 4ull << (dczid & 15);

	if (dczid & 16 || block > PAGE_SIZE / 16)
		memset(base, 0, size);
	else
		EACH_BLOCK("dc zva", base, size, block);
}

static void each_window(paddr_t base, uint64_t size,
			void (*work)(void *p, uint64_t size))
{
	while (size) {
		const uint64_t most = PRIV_TEMP_PAGES * PAGE_SIZE;
		uint64_t n = size < most ? size : most, pages = n >> PAGE_SHIFT;

		work(open_window(base.v, pages, EL2_PAGE_RW), n);
		dsb_sy();
		close_window(pages);
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
	each_window(base, size, el2_flush_lines);
}

MAY_FAULT static uint64_t try_access(volatile void *p, uint32_t size,
				     bool write, uint64_t value)
{
	value = io_access(p, size, write, value);
	dsb_sy();
	return value;
}

/* A device that answers with an abort reads as all ones. */
uint64_t arch_device_access(paddr_t addr, uint32_t size, bool write,
			    uint64_t value)
{
	void *p = open_window(addr.v, 1, EL2_PAGE_DEV);
	uint64_t elr = read_sysreg(elr_el2), spsr = read_sysreg(spsr_el2);

	value = try_access(p, size, write, value);
	write_sysreg(elr, elr_el2);
	write_sysreg(spsr, spsr_el2);
	close_window(1);
	return value & ~0ull >> (64 - size * 8);
}

/*
 * In blocks: what else is in them is not touched, for the CPU does not read
 * ahead from devices.
 */
void *arch_map_device(paddr_t base, uint64_t size)
{
	uint64_t pa = base.v & -BLOCK_SIZE, end = base.v + size;
	uint64_t va = HV_DEV_BASE + arch_map_used * PAGE_SIZE;
	uint64_t *l2 = el2_tables.shared_l2 + HV_DEV_L2;

	if (!size || end - pa > (arch_map_size - arch_map_used) * PAGE_SIZE)
		return NULL;
	for (; pa < end; pa += BLOCK_SIZE, arch_map_used += BLOCK_PAGES)
		l2[arch_map_used / BLOCK_PAGES] = pa | EL2_BLOCK_DEV;
	dsb_ish();
	isb();
	return (void *)(va + (base.v & (BLOCK_SIZE - 1)));
}
