/* SPDX-License-Identifier: BSD-2-Clause */
/* Privilege level 3, on the first CPU. */
#include "gdt.h"
#include "inmate.h"

#define TSS_PRESENT	0x8900ull

/* rsp0 lies at 4: the CPU does not mind. */
static struct __attribute__((packed, aligned(16))) {
	uint32_t unused1;
	uint64_t rsp0, unused2[11];
	uint16_t unused3, io_bitmap;
} tss = { .io_bitmap = 104 };

extern uint64_t gdt[];

uint64_t user_enter(uintptr_t entry, uint64_t arg, uintptr_t stack,
		    void *rsp0);

/* Loaded once: the descriptor is busy then. */
static void load_tss(void)
{
	uint64_t base = (uintptr_t)&tss;
	uint64_t *entry = &gdt[SEL_TSS / 8];

	if (*entry)
		return;
	entry[0] = (sizeof(tss) - 1) | (base & 0xffffff) << 16 |
		   TSS_PRESENT << 32 | (base >> 24 & 0xff) << 56;
	entry[1] = base >> 32;
	asm volatile("ltr %w0" : : "r"(SEL_TSS) : "memory");
}

uint64_t try_call_user(void (*fn)(void *), void *arg)
{
	static char *stack;
	load_tss();
	if (!stack)
		stack = alloc(PAGE_SIZE, PAGE_SIZE);
	map_range((uintptr_t)inmate_base, (uintptr_t)image_end,
		  MAP_RAM | MAP_USER);
	map_range((uintptr_t)stack, PAGE_SIZE, MAP_RAM | MAP_USER);
	/* The stack as after a call. */
	return user_enter((uintptr_t)fn, (uintptr_t)arg,
			  (uintptr_t)stack + PAGE_SIZE - 8, &tss.rsp0);
}
