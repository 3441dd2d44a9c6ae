/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The first page tables, built with the MMU off: code here may use nothing
 * that holds an absolute address. Slot 0 builds what all CPUs share; the
 * others wait for it with plain, uncached loads.
 */
#include "core.h"
#include "el2.h"
#include "layout.h"
#include "sysreg.h"

extern char __text[], __rodata[], __data[], __core_end[];

static uint64_t shared_l2[512] __attribute__((aligned(4096)));
static uint64_t shared_l3[HV_L3_TABLES][512] __attribute__((aligned(4096)));
static uint64_t boot_l2[512] __attribute__((aligned(4096)));
static uint64_t boot_l3[512] __attribute__((aligned(4096)));
/* In .data: .bss of this file is whole pages (hv.lds.S). */
static volatile uint32_t shared_ready __attribute__((section(".data.ready")));

uint64_t *el2_shared_l2(void)
{
	return shared_l2;
}

/* Stale clean lines must not hide what was written past the caches. */
static void drop_lines(const void *p, uint64_t size)
{
	uint64_t a = (uint64_t)p, end = a + size;

	for (; a < end; a += 16)
		__asm__ volatile("dc civac, %0" : : "r"(a) : "memory");
}

static uint64_t page_attr(uint64_t offset)
{
	uint64_t text = (uint64_t)__text - (uint64_t)&image_header;
	uint64_t rodata = (uint64_t)__rodata - (uint64_t)&image_header;
	uint64_t data = (uint64_t)__data - (uint64_t)&image_header;

	if (offset >= text && offset < rodata)
		return EL2_PAGE_TEXT;
	if (offset >= rodata && offset < data)
		return EL2_PAGE_RO;
	return EL2_PAGE_RW;
}

static void map_shared(uint64_t base, const struct cb_image_header *hdr)
{
	uint64_t private = hdr->core_size;
	uint64_t private_end = private + hdr->cpu_slots * hdr->percpu_size;
	uint64_t offset, boot = base + hdr->entry;

	for (offset = 0; offset < hdr->mem_size; offset += PAGE_SIZE) {
		uint64_t block = offset >> 21;

		if (block >= HV_DEV_L2)
			break;
		if (block >= HV_L3_TABLES) {
			shared_l2[block] = (base + offset) | EL2_BLOCK_RW;
			offset += (1 << 21) - PAGE_SIZE;
			continue;
		}
		shared_l2[block] = (uint64_t)shared_l3[block] | EL2_TABLE;
		if (offset >= private && offset < private_end)
			continue;
		shared_l3[block][offset >> 12 & 511] =
			(base + offset) | page_attr(offset);
	}
	boot_l2[boot >> 21 & 511] = (uint64_t)boot_l3 | EL2_TABLE;
	boot_l3[boot >> 12 & 511] = boot | EL2_PAGE_TEXT;
	drop_lines(shared_l2, sizeof(shared_l2));
	drop_lines(shared_l3, sizeof(shared_l3));
	drop_lines(boot_l2, sizeof(boot_l2));
	drop_lines(boot_l3, sizeof(boot_l3));
}

/* Returns the CPU's level-1 table. base: where the image is. */
uint64_t early_tables(uint64_t base, uint64_t slot)
{
	const struct cb_image_header *hdr = (void *)base;
	uint64_t mem = base + hdr->core_size + slot * SLOT_SIZE;
	uint64_t *l1 = (void *)(mem + (SLOT_L1 << 12));
	uint64_t *l2 = (void *)(mem + (SLOT_L2 << 12));
	uint64_t *l3 = (void *)(mem + (SLOT_L3 << 12));
	uint32_t i;

	if (slot == 0) {
		map_shared(base, hdr);
		dsb_sy();
		shared_ready = 1;
		drop_lines((const void *)&shared_ready, sizeof(shared_ready));
	} else {
		while (!shared_ready)
			__asm__ volatile("yield");
	}
	l1[base >> 30] = (uint64_t)boot_l2 | EL2_TABLE;
	l1[HV_L1_INDEX] = (uint64_t)shared_l2 | EL2_TABLE;
	l1[HV_L1_INDEX + 1] = (uint64_t)l2 | EL2_TABLE;
	l2[0] = (uint64_t)l3 | EL2_TABLE;
	for (i = 0; i < PRIV_STACK_PAGES; i++)
		l3[PRIV_STACK_PAGE + i] =
			(mem + ((SLOT_STACK + i) << 12)) | EL2_PAGE_RW;
	l3[PRIV_L3_PAGE] = (uint64_t)l3 | EL2_PAGE_RW;
	drop_lines((void *)mem, SLOT_SIZE);
	dsb_sy();
	return (uint64_t)l1;
}
