/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>
#include <string.h>

#include <arch/cpu.h>
#include <arch/mem.h>
#include <arch/pte.h>
#include "fake.h"
#include "lock.h"

uint8_t fake_ram[FAKE_RAM_SIZE] __attribute__((aligned(1 << 21)));
uint8_t fake_dev[FAKE_DEV_SIZE] __attribute__((aligned(4096)));
unsigned fake_dev_accesses;
uint64_t fake_time;
int fake_off_is_silent;
int fake_has_ports = 1;
struct fake_s2 fake_s2 = { .levels = 3, .root_pages = 1, .block_levels = ~0u };

/* For each entry in RAM: what the table walkers may still hold of it. */
static pte_t held[FAKE_RAM_SIZE / sizeof(pte_t)];
/* … and what was published last. */
static pte_t published[FAKE_RAM_SIZE / sizeof(pte_t)];
static bool unlinked[FAKE_RAM_SIZE / PAGE_SIZE];
static bool is_table[FAKE_RAM_SIZE / PAGE_SIZE];	/* was published */

static size_t page_number(pte_t entry)
{
	return (page_down(entry) - FAKE_RAM) >> PAGE_SHIFT;
}

void fake_reset(void)
{
	memset(fake_ram, 0, sizeof(fake_ram));
	memset(fake_dev, 0, sizeof(fake_dev));
	memset(held, 0, sizeof(held));
	memset(published, 0, sizeof(published));
	memset(unlinked, 0, sizeof(unlinked));
	memset(is_table, 0, sizeof(is_table));
	fake_dev_accesses = 0;
	fake_s2.flushes = 0;
	fake_s2.breaks = 0;
	fake_s2.unpublished = 0;
	fake_time = 1000;
}

/* A table that no entry points to any more is free after the next flush. */
static void unlink_table(pte_t entry)
{
	if ((entry & 3) == 3)
		unlinked[page_number(entry)] = true;
}

void arch_pte_publish(const pte_t *pte, unsigned n)
{
	size_t i = (size_t)(pte - (const pte_t *)fake_ram);

	for (; n; n--, i++, pte++) {
		is_table[i / 512] = true;
		if (published[i] != *pte)
			unlink_table(published[i]);
		published[i] = *pte;
		if (!arch_pte_present(*pte))
			continue;
		if (held[i] && held[i] != *pte)
			fake_s2.breaks++;
		held[i] = *pte;
	}
}

void fake_s2_check(const void *table)
{
	const pte_t *pte = table;
	size_t i = (size_t)(pte - (const pte_t *)fake_ram);

	fake_s2.unpublished += !!memcmp(&published[i], pte, PAGE_SIZE);
}

static void forget(size_t page)
{
	size_t i;

	if (unlinked[page])
		memset(&published[page * 512], 0, PAGE_SIZE);
	for (i = page * 512; i < (page + 1) * 512; i++)
		if (!arch_pte_present(published[i]))
			held[i] = 0;
	is_table[page] = !unlinked[page];
	unlinked[page] = false;
}

void arch_s2_flush(const struct s2 *s2)
{
	size_t page;

	fake_s2.flushes++;
	for (page = 0; page < ARRAY_SIZE(is_table); page++)
		if (is_table[page])
			forget(page);
}

static uint8_t *ram(paddr_t base, uint64_t size)
{
	if (base.v < FAKE_RAM || base.v - FAKE_RAM > FAKE_RAM_SIZE ||
	    size > FAKE_RAM_SIZE - (base.v - FAKE_RAM))
		abort();
	return fake_ram + (base.v - FAKE_RAM);
}

void arch_copy_from_phys(void *dst, paddr_t src, uint64_t size)
{
	memcpy(dst, ram(src, size), size);
}

void arch_zero(void *p, uint64_t size)
{
	memset(p, 0, size);
}

void arch_wipe(paddr_t base, uint64_t size)
{
	memset(ram(base, size), 0, size);
}

void arch_dcache_flush(paddr_t base, uint64_t size)
{
	ram(base, size);
}

static uint8_t *dev(paddr_t addr, uint32_t size)
{
	if (addr.v < FAKE_DEV || addr.v + size > FAKE_DEV + FAKE_DEV_SIZE)
		abort();
	fake_dev_accesses++;
	return fake_dev + (addr.v - FAKE_DEV);
}

uint64_t arch_device_access(paddr_t addr, uint32_t size, bool write,
			    uint64_t value)
{
	uint8_t *reg = dev(addr, size);

	if (write) {
		memcpy(reg, &value, size);
		return value;
	}
	value = 0;
	memcpy(&value, reg, size);
	return value;
}

/* Tests of ports bring their own. */
__attribute__((weak)) uint32_t arch_port_read(uint16_t port, uint32_t size)
{
	return (uint32_t)arch_device_access(paddr(FAKE_DEV + port), size,
					    false, 0);
}

__attribute__((weak)) void arch_port_write(uint16_t port, uint32_t size,
					   uint32_t value)
{
	arch_device_access(paddr(FAKE_DEV + port), size, true, value);
}

void *arch_map_device(paddr_t base, uint64_t size)
{
	if (base.v < FAKE_DEV || size > FAKE_DEV_SIZE ||
	    base.v - FAKE_DEV > FAKE_DEV_SIZE - size)
		return NULL;
	return fake_dev + (base.v - FAKE_DEV);
}

void arch_cpu_relax(void)
{
	fake_time += FAKE_HZ / 1000;
}
