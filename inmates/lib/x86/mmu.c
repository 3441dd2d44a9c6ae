/* SPDX-License-Identifier: BSD-2-Clause */
/* Intel SDM volume 3, chapter 4. */
#include "inmate.h"

#define PRESENT		1ull
#define WRITABLE	2ull
#define USER		4ull
#define UNCACHED	0x18ull		/* PWT, PCD: PAT entry 3 */
#define LARGE		0x80ull
#define NO_EXECUTE	(1ull << 63)
#define ADDR		0xffffffffff000ull

#define CR0_WP		(1ul << 16)
#define LARGE_SIZE	0x200000ull

extern uint64_t page_tables[];

static uint64_t no_execute;

void tlb_flush(void)
{
	cr3_write(cr3_read());
}

/* A half-written entry of a 32-bit inmate is never present. */
static void set_entry(uint64_t *entry, uint64_t value)
{
	volatile uint32_t *e = (volatile uint32_t *)entry;

	e[0] = 0;
	e[1] = value >> 32;
	e[0] = value;
}

/* The table below an entry; made, or split from a large page, where missing. */
static uint64_t *next_table(uint64_t *entry)
{
	uint64_t old = *entry, *table;
	unsigned int n;

	if ((old & (PRESENT | LARGE)) == PRESENT)
		return (uint64_t *)(uintptr_t)(old & ADDR);
	table = alloc(PAGE_SIZE, PAGE_SIZE);
	for (n = 0; old & PRESENT && n < 512; n++)
		table[n] = (old & ~LARGE) + n * PAGE_SIZE;
	set_entry(entry, (uintptr_t)table | PRESENT | WRITABLE | USER);
	return table;
}

static uint64_t *entry_of(uint64_t virt, bool large)
{
	uint64_t *table = page_tables;
	unsigned int shift;

	for (shift = PAGING_TOP; shift > (large ? 21 : 12); shift -= 9)
		table = next_table(&table[virt >> shift & 511]);
	return &table[virt >> shift & 511];
}

static uint64_t attributes(unsigned int flags)
{
	unsigned int type = flags & MAP_TYPE;
	uint64_t attr = PRESENT;

	if (type != MAP_RAM)
		attr |= UNCACHED;
	if (type == MAP_DEVICE || flags & MAP_NOEXEC)
		attr |= no_execute;
	if (!(flags & MAP_READONLY))
		attr |= WRITABLE;
	if (flags & MAP_USER)
		attr |= USER;
	return attr;
}

/* Whole pages; attr 0 takes the mapping away. */
static void map_pages(uint64_t virt, uint64_t phys, uint64_t pages,
		      uint64_t attr)
{
	while (pages) {
		bool large = !((virt | phys) & (LARGE_SIZE - 1)) &&
			     pages >= LARGE_SIZE / PAGE_SIZE;
		uint64_t count = large ? LARGE_SIZE / PAGE_SIZE : 1;
		uint64_t value = attr ? phys | attr : 0;

		if (value && large)
			value |= LARGE;
		set_entry(entry_of(virt, large), value);
		virt += count * PAGE_SIZE;
		phys += count * PAGE_SIZE;
		pages -= count;
	}
	tlb_flush();
}

static uint64_t page_count(uint64_t addr, uint64_t size)
{
	uint64_t offset = addr & (PAGE_SIZE - 1);

	return (offset + size + PAGE_SIZE - 1) / PAGE_SIZE;
}

void map_alias(uint64_t virt, uint64_t phys, uint64_t size,
	       unsigned int flags)
{
	map_pages(virt & ~0xfffull, phys & ADDR, page_count(virt, size),
		  attributes(flags));
}

void map_range(uint64_t addr, uint64_t size, unsigned int flags)
{
	map_alias(addr, addr, size, flags);
}

void unmap_range(uint64_t virt, uint64_t size)
{
	map_pages(virt & ~0xfffull, 0, page_count(virt, size), 0);
}

/* Read-only means so for privilege level 0 too. */
void mmu_init_cpu(void)
{
	if (no_execute)
		msr_write(MSR_EFER, msr_read(MSR_EFER) | EFER_NXE);
	cr0_write(cr0_read() | CR0_WP);
}

void mmu_init(void)
{
	if (cpuid(0x80000000, 0).eax >= 0x80000001 &&
	    cpuid(0x80000001, 0).edx & 1u << 20)
		no_execute = NO_EXECUTE;
	mmu_init_cpu();
	if (ram_end() > LARGE_SIZE)
		map_range(LARGE_SIZE, ram_end() - LARGE_SIZE, MAP_RAM);
}
