/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * VMSAv8-64 (Arm DDI 0487, D8): descriptors, TCR_EL1, MAIR_EL1, SCTLR_EL1.
 */
#include "inmate.h"

#define DESC_TABLE	3ul
#define DESC_PAGE	3ul
#define DESC_BLOCK	1ul
#define DESC_TYPE	3ul
#define DESC_USER	(1ul << 6)
#define DESC_READONLY	(1ul << 7)
#define DESC_INNER	(3ul << 8)
#define DESC_AF		(1ul << 10)
#define DESC_PXN	(1ul << 53)
#define DESC_UXN	(1ul << 54)
#define DESC_ADDR	0xfffffffff000ul

/* MAIR index = MAP_TYPE */
#define MAIR_VALUE	(0x04ul | 0xfful << 8 | 0x44ul << 16)

#define TCR_T0SZ_48	16ul
#define TCR_WALK_WB	(1ul << 8 | 1ul << 10 | 3ul << 12)
#define TCR_EPD1	(1ul << 23)
#define TCR_IPS(range)	((range) << 32)
#define PARANGE_48	5ul

#define SCTLR_RES1	0x30d00800ul
#define SCTLR_M		(1ul << 0)
#define SCTLR_C		(1ul << 2)
#define SCTLR_I		(1ul << 12)

#define BLOCK_SIZE	0x200000ul

static uint64_t *root;

void mmu_init(void);
void mmu_enable(void);

static void tlb_flush(void)
{
	asm volatile("dsb ishst\n\ttlbi vmalle1is\n\tdsb ish\n\tisb"
		     : : : "memory");
}

/* Break, then make: no CPU may see both the old and the new entry. */
static void set_entry(uint64_t *entry, uint64_t value)
{
	volatile uint64_t *e = entry;

	if (*e & 1) {
		*e = 0;
		tlb_flush();
	}
	*e = value;
}

/* The table below an entry; made, or split from a block, where missing. */
static uint64_t *next_table(uint64_t *entry)
{
	uint64_t old = *entry, *table;
	unsigned int n;

	if ((old & DESC_TYPE) == DESC_TABLE)
		return (uint64_t *)(old & DESC_ADDR);
	table = alloc(PAGE_SIZE, PAGE_SIZE);
	for (n = 0; (old & DESC_TYPE) == DESC_BLOCK && n < 512; n++)
		table[n] = (old + n * PAGE_SIZE) | DESC_PAGE;
	dsb();
	set_entry(entry, (uint64_t)table | DESC_TABLE);
	return table;
}

static uint64_t *entry_of(uint64_t virt, bool block)
{
	uint64_t *table = root;
	unsigned int shift;

	for (shift = 39; shift > (block ? 21 : 12); shift -= 9)
		table = next_table(&table[virt >> shift & 511]);
	return &table[virt >> shift & 511];
}

static uint64_t attributes(unsigned int flags)
{
	unsigned int type = flags & MAP_TYPE;
	uint64_t attr = DESC_AF | (uint64_t)type << 2;

	if (type != MAP_DEVICE)
		attr |= DESC_INNER;
	if (type == MAP_DEVICE || flags & MAP_NOEXEC)
		attr |= DESC_PXN | DESC_UXN;
	if (flags & MAP_READONLY)
		attr |= DESC_READONLY;
	if (flags & MAP_USER)
		attr |= DESC_USER;
	return attr;
}

/* Whole pages; attr 0 takes the mapping away. */
static void map_pages(uint64_t virt, uint64_t phys, uint64_t pages,
		      uint64_t attr)
{
	while (pages) {
		bool block = !((virt | phys) & (BLOCK_SIZE - 1)) &&
			     pages >= BLOCK_SIZE / PAGE_SIZE;
		uint64_t value = attr ? phys | attr : 0;
		uint64_t count = block ? BLOCK_SIZE / PAGE_SIZE : 1;

		if (value)
			value |= block ? DESC_BLOCK : DESC_PAGE;
		set_entry(entry_of(virt, block), value);
		virt += count * PAGE_SIZE;
		phys += count * PAGE_SIZE;
		pages -= count;
	}
	dsb();
	isb();
}

static uint64_t page_count(uint64_t addr, uint64_t size)
{
	uint64_t offset = addr & (PAGE_SIZE - 1);

	return (offset + size + PAGE_SIZE - 1) / PAGE_SIZE;
}

void map_alias(uint64_t virt, uint64_t phys, uint64_t size,
	       unsigned int flags)
{
	map_pages(virt & DESC_ADDR, phys & DESC_ADDR, page_count(virt, size),
		  attributes(flags));
}

void map_range(uint64_t addr, uint64_t size, unsigned int flags)
{
	map_alias(addr, addr, size, flags);
}

void unmap_range(uint64_t virt, uint64_t size)
{
	map_pages(virt & DESC_ADDR, 0, page_count(virt, size), 0);
}

/*
 * Runs with the MMU off: what it writes goes to memory directly. Lines that a
 * cache may hold of that memory are dropped before the caches come into play.
 */
void mmu_init(void)
{
	uint64_t base = (uint64_t)inmate_base, addr, line;

	root = alloc(PAGE_SIZE, PAGE_SIZE);
	map_range(base, ram_end() - base, MAP_RAM);
	line = 4ul << (sysreg_read(ctr_el0) >> 16 & 15);
	for (addr = base & -line; addr < alloc_top(); addr += line)
		asm volatile("dc ivac, %0" : : "r"(addr) : "memory");
	dsb();
}

/* Called without a stack of its own on a secondary CPU: keep it a leaf. */
void mmu_enable(void)
{
	uint64_t range = sysreg_read(id_aa64mmfr0_el1) & 15;

	if (range > PARANGE_48)
		range = PARANGE_48;
	sysreg_write(mair_el1, MAIR_VALUE);
	sysreg_write(tcr_el1, TCR_T0SZ_48 | TCR_WALK_WB | TCR_EPD1 |
		     TCR_IPS(range));
	sysreg_write(ttbr0_el1, (uint64_t)root);
	asm volatile("isb\n\ttlbi vmalle1\n\tic iallu\n\tdsb nsh\n\tisb"
		     : : : "memory");
	sysreg_write(sctlr_el1, SCTLR_RES1 | SCTLR_M | SCTLR_C | SCTLR_I);
	isb();
}
