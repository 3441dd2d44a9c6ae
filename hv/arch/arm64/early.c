/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The first page tables, built with the MMU off: code here may use nothing
 * that holds an absolute address. Slot 0 builds what all CPUs share; the
 * others wait for it with plain, uncached loads.
 */
#include "core.h"
#include "el2.h"

extern char __text[], __rodata[], __root_ro[];

struct el2_tables el2_tables __attribute__((aligned(4096)));
/* In .data: .bss of this file is whole pages (hv.lds.S). */
static volatile uint32_t shared_ready __attribute__((section(".data.ready")));

static uint64_t page_attr(const char *page)
{
	if (page >= __text && page < __rodata)
		return EL2_PAGE_TEXT;
	return page >= __rodata && page < __root_ro ? EL2_PAGE_RO : EL2_PAGE_RW;
}

/* Pages where image and slots are, but not the slots themselves; blocks. */
static void map_shared(uint64_t base)
{
	const struct cb_image_header *hdr = (void *)base;
	struct el2_tables *t = &el2_tables;
	uint64_t private_size = hdr->cpu_slots * hdr->percpu_size;
	uint64_t offset, block, boot = base + hdr->entry;

	for (offset = 0; offset < HV_L3_TABLES << 21 &&
	     offset < hdr->mem_size; offset += PAGE_SIZE)
		if (offset - hdr->core_size >= private_size)
			t->shared_l3[offset >> 12] = (base + offset) |
				page_attr((const char *)base + offset);
	for (block = 0; block < HV_DEV_L2 && block << 21 < hdr->mem_size;
	     block++)
		t->shared_l2[block] = block < HV_L3_TABLES ?
			(uint64_t)&t->shared_l3[block * 512] | EL2_TABLE :
			(base + (block << 21)) | EL2_BLOCK_RW;
	t->boot_l2[boot >> 21 & 511] = (uint64_t)t->boot_l3 | EL2_TABLE;
	t->boot_l3[boot >> 12 & 511] = boot | EL2_PAGE_TEXT;
	el2_flush_lines(t, sizeof(*t));
}

/* Stale clean lines must not hide what was written past the caches. */
void early_tables(uint64_t (*page)[512], uint64_t base, uint64_t slot)
{
	struct el2_tables *t = &el2_tables;
	uint32_t i;

	if (slot == 0) {
		map_shared(base);
		dsb_sy();
		shared_ready = 1;
		el2_flush_lines((void *)&shared_ready, sizeof(shared_ready));
	}
	while (!shared_ready)
		__asm__ volatile("yield");
	page[SLOT_L1][base >> 30] = (uint64_t)t->boot_l2 | EL2_TABLE;
	page[SLOT_L1][HV_L1_INDEX] = (uint64_t)t->shared_l2 | EL2_TABLE;
	page[SLOT_L1][HV_L1_INDEX + 1] = (uint64_t)page[SLOT_L2] | EL2_TABLE;
	page[SLOT_L2][0] = (uint64_t)page[SLOT_L3] | EL2_TABLE;
	for (i = SLOT_STACK; i < SLOT_PAGES; i++)
		page[SLOT_L3][i] = (uint64_t)page[i] | EL2_PAGE_RW;
	el2_flush_lines(page, SLOT_SIZE);
	write_sysreg(MAIR_EL2_VALUE, mair_el2);
	write_sysreg(TCR_EL2_VALUE | el2_pa_range() << 16, tcr_el2);
	write_sysreg((uint64_t)page[SLOT_L1], ttbr0_el2);
	__asm__ volatile("dsb sy\n tlbi alle2\n ic iallu\n dsb nsh\n isb");
}
