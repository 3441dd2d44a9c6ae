/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The hypervisor's own page tables, built while the loader's are live: these
 * map all of its memory, so that this is code as any other. Slot 0 builds what
 * all CPUs share, and the others wait for it.
 */
#include "core.h"
#include "host.h"
#include "insn.h"

extern char __text[], __rodata[], __data[], __root_ro[], __core_end[];

uint64_t loader_tables[CB_X86_TABLE_PAGES * 512]
	__attribute__((aligned(4096)));
static uint64_t shared_l2[512] __attribute__((aligned(4096)));
static uint64_t shared_l1[HV_L1_TABLES * 512] __attribute__((aligned(4096)));
uint64_t hv_dev_l1[512] __attribute__((aligned(4096)));
static uint32_t shared_ready;

static uint64_t phys(const void *p)
{
	return (uint64_t)p - HV_BASE + image_header.phys_base;
}

static uint64_t page_attr(uint64_t offset)
{
	const char *page = (const char *)HV_BASE + offset;

	if (page >= __text && page < __rodata)
		return HV_PAGE_TEXT;
	return page >= __rodata && page < __data ? HV_PAGE_RO : HV_PAGE_RW;
}

/* Pages where image and slots are, but not the slots themselves; blocks. */
static void map_shared(void)
{
	const struct cb_image_header *hdr = &image_header;
	uint64_t private_size = hdr->cpu_slots * hdr->percpu_size;
	uint64_t offset, block, base = hdr->phys_base;

	for (offset = 0; offset < HV_L1_TABLES << 21 &&
	     offset < hdr->mem_size; offset += PAGE_SIZE)
		if (offset - hdr->core_size >= private_size)
			shared_l1[offset >> 12] = (base + offset) |
						  page_attr(offset);
	for (block = 0; block < HV_DEV_L2 && block << 21 < hdr->mem_size;
	     block++)
		shared_l2[block] = block < HV_L1_TABLES ?
			phys(&shared_l1[block * 512]) | HV_TABLE :
			(base + (block << 21)) | HV_BLOCK_RW;
	shared_l2[HV_DEV_L2] = phys(hv_dev_l1) | HV_TABLE;
}

uint64_t early_tables(uint64_t slot)
{
	uint64_t (*page)[512] = (void *)(HV_BASE + image_header.core_size +
					 slot * SLOT_SIZE);
	uint32_t i;

	if (slot == 0) {
		map_shared();
		host_idt_fill(0);
		__atomic_store_n(&shared_ready, 1, __ATOMIC_RELEASE);
	}
	while (!__atomic_load_n(&shared_ready, __ATOMIC_ACQUIRE))
		arch_cpu_relax();
	for (i = 0; i < SLOT_L3; i++)
		if (i != SLOT_L2)
			page[SLOT_L1][i] = phys(page[i]) |
					   (i ? HV_PAGE_RW : HV_PAGE_RO);
	page[SLOT_L2][0] = phys(page[SLOT_L1]) | HV_TABLE;
	page[SLOT_L3][HV_L3_INDEX] = phys(shared_l2) | HV_TABLE;
	page[SLOT_L3][HV_L3_INDEX + 1] = phys(page[SLOT_L2]) | HV_TABLE;
	page[SLOT_L4][0] = phys(page[SLOT_L3]) | HV_TABLE;
	page[SLOT_L5][0] = phys(page[SLOT_L4]) | HV_TABLE;
	wrmsr(MSR_EFER, rdmsr(MSR_EFER) | EFER_NXE);
	return phys(page[read_cr(4) & CR4_LA57 ? SLOT_L5 : SLOT_L4]);
}
