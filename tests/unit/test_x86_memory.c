/* SPDX-License-Identifier: GPL-2.0-only */
/* LINK: hv/arch/x86/walk.c hv/arch/x86/mmio.c hv/arch/x86/decode.c */
/* LINK: hv/arch/x86/execute.c hv/core/s2.c hv/core/page.c */
/*
 * The guest's page tables in all forms, and trapped accesses to memory
 * (MMIO-01 to -04, -06).
 */
#include "fake_x86.h"

#include "core.h"
#include "page.h"

#define POOL		64u
#define RAM		(FAKE_RAM + (1u << 20))
#define RAM_SIZE	(2u << 20)
#define ROM		0x700000ull		/* not to be written */
#define DEV		0x800000ull		/* a device's registers */
#define MMIO		0xfec00000ull		/* somebody answers */
#define STACK		0x1234567890ull

/* Page-table pages of the guest, and its code. */
#define TABLES		0x100000u
#define CODE		0x40000u
#define CODE_VIRT	0xffff812340040000ull
#define CODE_VIRT32	0xc0440000u

static uint8_t cache[PAGE_SIZE] __attribute__((aligned(8)));
static struct mmio seen[4];
static unsigned dispatched;
static uint64_t reply;
static bool refuse_writes;
static uint64_t next_table;

void *insn_cache(void)
{
	return cache;
}

bool mmio_dispatch(struct cell *cell, struct mmio *m)
{
	assert_ptr_equal(cell, &cell_a);
	if (m->addr - MMIO >= PAGE_SIZE || m->addr & (m->size - 1) ||
	    (refuse_writes && m->write))
		return false;
	assert_in_range(dispatched, 0, ARRAY_SIZE(seen) - 1);
	seen[dispatched++] = *m;
	if (!m->write)
		m->value = reply & (m->size < 8 ? BIT64(8 * m->size) - 1 :
						  ~0ull);
	return true;
}

static uint8_t *ram(uint64_t phys)
{
	assert_in_range(phys, 0, RAM_SIZE - 1);
	return fake_ram + (RAM - FAKE_RAM) + phys;
}

static void put(uint64_t phys, uint64_t value, uint32_t size)
{
	memcpy(ram(phys), &value, size);
}

static int setup(void **state)
{
	machine(state);
	page_pool_init(fake_ram, POOL);
	assert_int_equal(s2_init(&cell_a.s2, 2), 0);
	assert_int_equal(s2_map(&cell_a.s2, ipaddr(0), paddr(RAM), RAM_SIZE,
				S2_READ | S2_WRITE | S2_EXEC), 0);
	assert_int_equal(s2_map(&cell_a.s2, ipaddr(ROM), paddr(RAM), PAGE_SIZE,
				S2_READ), 0);
	assert_int_equal(s2_map(&cell_a.s2, ipaddr(DEV), paddr(FAKE_DEV),
				PAGE_SIZE, S2_READ | S2_WRITE | S2_DEVICE), 0);
	memset(cache, 0, sizeof(cache));
	dispatched = 0;
	reply = 0x8877665544332211ull;
	refuse_writes = false;
	next_table = TABLES;
	segment[CB_X86_CS].attr = 0xa9b;	/* 64 bits */
	field[VM_EFER] = EFER_LME | EFER_LMA;
	field[VM_CR0] = CR0_PE | CR0_PG;
	field[VM_CR4] = CR4_PAE;
	field[VM_CR3] = next_table;
	next_table += PAGE_SIZE;
	return 0;
}

/* Maps by tables of 512 entries; returns the address of the last entry. */
static uint64_t map(uint64_t virt, uint64_t phys, uint32_t levels,
		    uint32_t leaf)
{
	uint64_t table = field[VM_CR3] & 0xffffffffff000ull, at, entry;
	uint32_t level;

	for (level = levels - 1; ; level--) {
		at = table + 8 * (virt >> (12 + 9 * level) & 511);
		if (level == leaf)
			break;
		memcpy(&entry, ram(at), 8);
		if (!(entry & 1)) {
			entry = next_table | 0x8000000000000067ull;
			put(at, entry, 8);
			next_table += PAGE_SIZE;
		}
		table = entry & 0xffffffffff000ull;
	}
	put(at, phys | (leaf ? 0xe7 : 0x67), 8);
	return at;
}

static uint64_t walk(uint64_t virt)
{
	struct walk w;

	return walk_guest(self->cell, virt, &w) ? w.phys : ~0ull;
}

static void four_levels(void **state)
{
	uint32_t level;
	uint64_t at;

	(void)state;
	field[VM_CR3] |= 0x8000000000000fffull;	/* PCID, no flush */
	map(CODE_VIRT, CODE, 4, 0);
	assert_int_equal(walk(CODE_VIRT + 0x123), CODE + 0x123);
	assert_int_equal(walk(CODE_VIRT + 0x1000), ~0ull);
	assert_int_equal(walk(CODE_VIRT ^ 1ull << 47), ~0ull);
	map(0x7f0000200000ull, 0x55400000, 4, 1);
	assert_int_equal(walk(0x7f0000234567ull), 0x55434567);
	map(0x7f8040000000ull, 0x1c0000000ull, 4, 2);
	assert_int_equal(walk(0x7f8071234567ull), 0x1f1234567ull);
	/* PS is reserved in the first table: no page of 512 GiB */
	at = map(0x400000000000ull, CODE, 4, 3);
	assert_int_equal(walk(0x400000000000ull) == CODE, false);
	/* no table outside of the cell's RAM is read */
	for (level = 1; level < 4; level++) {
		at = map(0x200000000000ull, 0x67000, 4, level);
		put(at, (DEV | 0x67), 8);
		assert_int_equal(walk(0x200000000000ull), ~0ull);
		put(at, RAM_SIZE | 0x67, 8);
		assert_int_equal(walk(0x200000000000ull), ~0ull);
		put(at, 0xffffffffff000ull | 0x67, 8);
		assert_int_equal(walk(0x200000000000ull), ~0ull);
		put(at, 0, 8);
	}
	assert_int_equal(fake_dev_accesses, 0);
}

static void five_levels(void **state)
{
	(void)state;
	field[VM_CR4] |= CR4_LA57;
	map(0xff12345678901000ull, CODE, 5, 0);
	assert_int_equal(walk(0xff12345678901fffull), CODE + 0xfff);
	assert_int_equal(walk(0xff02345678901fffull), ~0ull);
}

static void pae(void **state)
{
	(void)state;
	field[VM_EFER] = 0;
	map(CODE_VIRT32, CODE, 3, 0);
	map(0x00600000, 0x1800000, 3, 1);
	assert_int_equal(walk(CODE_VIRT32 + 0xabc), CODE + 0xabc);
	assert_int_equal(walk(0x006abcde), 0x18abcde);
	/* the first table has four entries, at a multiple of 32 */
	memmove(ram(field[VM_CR3] + 0x7e0), ram(field[VM_CR3]), 32);
	memset(ram(field[VM_CR3]), 0, 32);
	assert_int_equal(walk(CODE_VIRT32), ~0ull);
	field[VM_CR3] += 0x7e0 + 0x18;
	assert_int_equal(walk(CODE_VIRT32), CODE);
}

static void two_levels(void **state)
{
	(void)state;
	field[VM_EFER] = 0;
	field[VM_CR4] = 0;
	put(field[VM_CR3] + 4 * (CODE_VIRT32 >> 22), next_table | 0x67, 4);
	put(next_table + 4 * (CODE_VIRT32 >> 12 & 1023), CODE | 0x67, 4);
	field[VM_CR3] |= 0x18;
	assert_int_equal(walk(CODE_VIRT32 + 0xffc), CODE + 0xffc);
	assert_int_equal(walk(CODE_VIRT32 + 0x1000), ~0ull);
	/* 4 MiB, with bits 39:32 of its address */
	put((field[VM_CR3] & ~0xfffull) + 4, 0x004040e7 | 0x24 << 13, 4);
	assert_int_equal(walk(0x004abcde) == 0x24004abcdeull, false);
	field[VM_CR4] = CR4_PSE;
	put((field[VM_CR3] & ~0xfffull) + 4, 0x004000e7 | 0x24 << 13, 4);
	assert_int_equal(walk(0x006abcde), 0x24006abcdeull);
	assert_int_equal(walk(CODE_VIRT32), CODE);
}

static void no_paging(void **state)
{
	(void)state;
	field[VM_CR0] = CR0_PE;
	assert_int_equal(walk(CODE), CODE);
}

/* ---- accesses */

static void fault(const char *code, uint32_t len, uint64_t addr, bool write)
{
	forget_events();
	dispatched = 0;
	memset(ram(CODE), 0x90, 64);
	memcpy(ram(CODE), code, len);
	trap_memory(self, &guest, addr, write ? VM_WRITE : VM_READ);
}

#define FAULT(code, addr, write)	\
	fault(code, sizeof(code) - 1, addr, write)

static void at_code(void)
{
	map(CODE_VIRT, CODE, 4, 0);
	field[VM_RIP] = CODE_VIRT;
	field[VM_RSP] = STACK;
}

static void assert_done(uint32_t len, unsigned count)
{
	assert_string_equal(parked, "");
	assert_int_equal(injected, NONE);
	assert_int_equal(skips, 1);
	assert_int_equal(skipped, len);
	assert_int_equal(dispatched, count);
}

static void assert_write(unsigned i, uint64_t addr, uint32_t size,
			 uint64_t value)
{
	assert_true(seen[i].write);
	assert_int_equal(seen[i].addr, addr);
	assert_int_equal(seen[i].size, size);
	assert_int_equal(seen[i].value, value);
}

static void moves(void **state)
{
	(void)state;
	at_code();
	guest.r[RAX] = 0x1122334455667788ull;
	guest.r[RSI] = ~0ull;
	FAULT("\x89\x07", MMIO + 0x10, true);		/* mov %eax,(%rdi) */
	assert_done(2, 1);
	assert_write(0, MMIO + 0x10, 4, 0x55667788);
	FAULT("\x88\x67\x08", MMIO + 3, true);		/* mov %ah,8(%rdi) */
	assert_done(3, 1);
	assert_write(0, MMIO + 3, 1, 0x77);
	FAULT("\x48\xc7\x07\xff\xff\xff\xff", MMIO + 8, true);
	assert_done(7, 1);
	assert_write(0, MMIO + 8, 8, ~0ull);
	FAULT("\x8b\x37", MMIO + 4, false);		/* mov (%rdi),%esi */
	assert_done(2, 1);
	assert_int_equal(seen[0].size, 4);
	assert_int_equal(guest.r[RSI], 0x44332211);
	FAULT("\x0f\xbe\x07", MMIO, false);		/* movsbl (%rdi),%eax */
	assert_done(3, 1);
	assert_int_equal(seen[0].size, 1);
	assert_int_equal(guest.r[RAX], 0x11);
	/* rsp is not with the others */
	FAULT("\x48\x89\x27", MMIO + 8, true);
	assert_write(0, MMIO + 8, 8, STACK);
	FAULT("\x66\x8b\x27", MMIO + 2, false);		/* mov (%rdi),%sp */
	assert_done(3, 1);
	assert_int_equal(field[VM_RSP], (STACK & ~0xffffull) | 0x2211);
	guest.r[RCX] = 0x4400;
	FAULT("\x8a\x2f", MMIO, false);			/* mov (%rdi),%ch */
	assert_int_equal(guest.r[RCX], 0x1100);
	assert_int_equal(field[VM_RSP], (STACK & ~0xffffull) | 0x2211);
}

static void read_and_write(void **state)
{
	(void)state;
	at_code();
	guest.r[RAX] = 0xf0;
	FAULT("\x0b\x07", MMIO, false);			/* or (%rdi),%eax */
	assert_done(2, 1);
	assert_int_equal(guest.r[RAX], 0x443322f1);
	field[VM_RFLAGS] = 0x8d7;
	FAULT("\xf0\x81\x0f\x0e\x00\x00\x80", MMIO, true); /* lock orl */
	assert_done(7, 2);
	assert_false(seen[0].write);
	assert_write(1, MMIO, 4, 0xc433221f);
	assert_int_equal(field[VM_RFLAGS] & 0x8c5, 0x80);
	FAULT("\x87\x07", MMIO, true);			/* xchg %eax,(%rdi) */
	assert_done(2, 2);
	assert_write(1, MMIO, 4, 0x443322f1);
	assert_int_equal(guest.r[RAX], 0x44332211);
	FAULT("\x3b\x07", MMIO, false);			/* cmp (%rdi),%eax */
	assert_done(2, 1);
	assert_int_equal(field[VM_RFLAGS] & 0x40, 0x40);
	refuse_writes = true;
	field[VM_RFLAGS] = 0;
	FAULT("\x80\x0f\x00", MMIO, true);		/* orb $0,(%rdi) */
	assert_string_equal(parked, "invalid write of 0xfec00000, size 1: "
			    "not mapped; it takes a window@fec00000 { reg = "
			    "<0x0 0xfec00000 0x0 0x1000>; }");
	assert_int_equal(skips, 0);
}

static void violations(void **state)
{
	static struct cfg_range memory = { 0, 1u << 30 };
	static struct cfg_region ioapic = { { 0xfed01000, 0x1000 }, 0, 0 };

	(void)state;
	at_code();
	FAULT("\x89\x07", 0x3fed00123ull, true);
	assert_string_equal(parked, "invalid write of 0x3fed00123, size 4: not "
			    "mapped; it takes a window@3fed00000 { reg = <0x3 "
			    "0xfed00000 0x0 0x1000>; }");
	system_cfg.prot = &ioapic;
	system_cfg.prot_count = 1;
	FAULT("\x8a\x07", 0xfed01010, false);
	assert_string_equal(parked, "invalid read of 0xfed01010, size 1: not "
			    "mapped");
	system_cfg.ram.r = &memory;
	system_cfg.ram.count = 1;
	FAULT("\x8a\x07", 0x3ff00000, false);
	assert_string_equal(parked, "invalid read of 0x3ff00000, size 1: not "
			    "mapped");
	FAULT("\x66\x89\x07", ROM + 6, true);
	assert_string_equal(parked, "invalid write of 0x700006, size 2: not "
			    "permitted");
	FAULT("\x0f\x11\x07", ROM, true);		/* movups */
	assert_string_equal(parked, "invalid write of address 0x700000: not "
			    "permitted, by an instruction that is not emulated "
			    "(0f 11 07 90, 15 bytes)");
	forget_events();
	trap_memory(self, &guest, DEV, VM_EXECUTE);
	assert_string_equal(parked, "invalid execute of address 0x800000: not "
			    "permitted");
	forget_events();
	trap_memory(self, &guest, ROM, VM_WALK);
	assert_string_equal(parked, "invalid page-table walk of address "
			    "0x700000: not permitted");
	forget_events();
	field[VM_RIP] = 0x1000;
	trap_memory(self, &guest, MMIO, VM_WRITE);
	assert_non_null(strstr(parked, "0 bytes)"));
	assert_int_equal(skips, 0);
}

/* Whatever its size, an access has to be in one piece. */
static void over_an_end(void **state)
{
	(void)state;
	at_code();
	FAULT("\x48\x89\x07", MMIO + 0xffc, true);
	assert_non_null(strstr(parked, "invalid write of 0xfec00ffc, size 8"));
	FAULT("\x8b\x07", MMIO + 0xfff, false);
	assert_non_null(strstr(parked, "invalid read of 0xfec00fff, size 4"));
	assert_int_equal(dispatched, 0);
}

/* Another CPU puts another instruction there (MMIO-03). */
static void swapped_instructions(void **state)
{
	(void)state;
	at_code();
	FAULT("\x8b\x07", MMIO, true);
	assert_non_null(strstr(parked, "is another one now"));
	FAULT("\x89\x07", MMIO, false);
	assert_non_null(strstr(parked, "is another one now"));
	FAULT("\x3b\x07", MMIO, true);
	assert_non_null(strstr(parked, "is another one now"));
	assert_int_equal(dispatched + skips, 0);
}

static void mapped_meanwhile(void **state)
{
	(void)state;
	at_code();
	FAULT("\x0f\x11\x07", 0x2000, true);
	assert_string_equal(parked, "");
	assert_int_equal(skips + dispatched, 0);
	trap_memory(self, &guest, ROM, VM_READ);
	trap_memory(self, &guest, 0x2000, VM_EXECUTE);
	trap_memory(self, &guest, 0x2000, VM_WALK);
	assert_string_equal(parked, "");
	assert_int_equal(skips + dispatched, 0);
	assert_int_equal(cell_a.s2.lock.owner, cell_a.s2.lock.next);
}

/* All prefixes, the end of a page, and a page that is not there (MMIO-04). */
static void over_a_page(void **state)
{
	static const char code[] = "\x2e\x2e\x2e\x2e\x2e\x2e\x2e\x2e\x89\x87"
				   "\x78\x56\x34\x12";
	uint32_t i;

	(void)state;
	at_code();
	memset(ram(CODE + 0x5000), 0x90, PAGE_SIZE);
	for (i = 1; i < 16; i++) {
		uint32_t first = i < 14 ? i : 14;

		memset(cache, 0, sizeof(cache));
		map(CODE_VIRT + 0x1000, CODE + 0x5000, 4, 0);
		memcpy(ram(CODE + 0x1000 - i), code, first);
		memcpy(ram(CODE + 0x5000), code + first, 14 - first);
		field[VM_RIP] = CODE_VIRT + 0x1000 - i;
		forget_events();
		dispatched = 0;
		trap_memory(self, &guest, MMIO, VM_WRITE);
		assert_done(14, 1);
		/* what crosses the end is not remembered */
		put(map(CODE_VIRT + 0x1000, 0, 4, 0), 0, 8);
		forget_events();
		dispatched = 0;
		trap_memory(self, &guest, MMIO, VM_WRITE);
		assert_int_equal(dispatched, i >= 14);
		assert_int_equal(!parked[0], i >= 14);
	}
	memset(ram(CODE), 0x66, 64);
	field[VM_RIP] = CODE_VIRT;
	forget_events();
	trap_memory(self, &guest, MMIO, VM_WRITE);
	assert_non_null(strstr(parked, "not emulated"));
}

/* The same place, but not the same instruction. */
static void cached_instructions(void **state)
{
	uint64_t entry;

	(void)state;
	at_code();
	guest.r[RAX] = 0xaaaaaaaa;
	guest.r[RCX] = 0xcccccccc;
	FAULT("\x89\x07", MMIO, true);
	assert_write(0, MMIO, 4, 0xaaaaaaaa);
	FAULT("\x89\x0f", MMIO, true);			/* other bytes */
	assert_write(0, MMIO, 4, 0xcccccccc);
	/* another page at this address */
	memcpy(ram(CODE + 0x1000), "\x89\x07", 2);
	entry = map(CODE_VIRT, CODE + 0x1000, 4, 0);
	FAULT("\x89\x0f", MMIO, true);
	assert_write(0, MMIO, 4, 0xaaaaaaaa);
	put(entry, CODE | 0x67, 8);
	FAULT("\x89\x0f", MMIO, true);
	assert_write(0, MMIO, 4, 0xcccccccc);
	/* another address space */
	memcpy(ram(next_table), ram(field[VM_CR3]), PAGE_SIZE);
	field[VM_CR3] = next_table;
	next_table += PAGE_SIZE;
	memset(ram(field[VM_CR3] + 8 * (CODE_VIRT >> 39 & 511)), 0, 8);
	map(CODE_VIRT, CODE + 0x1000, 4, 0);
	FAULT("\x89\x0f", MMIO, true);
	assert_write(0, MMIO, 4, 0xaaaaaaaa);
	/* another mode */
	segment[CB_X86_CS].attr = 0xc9b;
	field[VM_RIP] = CODE_VIRT32;
	map(CODE_VIRT32, CODE, 4, 0);
	FAULT("\x66\x89\x07", MMIO, true);
	assert_write(0, MMIO, 2, 0xaaaa);
	segment[CB_X86_CS].attr = 0x89b;
	FAULT("\x66\x89\x07", MMIO, true);
	assert_write(0, MMIO, 4, 0xaaaaaaaa);
	/* the RAM has become another cell's */
	s2_change(&cell_a.s2, S2_UNMAP, ipaddr(CODE), PAGE_SIZE);
	forget_events();
	trap_memory(self, &guest, MMIO, VM_WRITE);
	assert_non_null(strstr(parked, "0 bytes)"));
}

/* Nothing of the tables above the last entry is read again: that is cheap. */
static void a_hit_does_not_walk(void **state)
{
	(void)state;
	at_code();
	FAULT("\x89\x07", MMIO, true);
	memset(ram(field[VM_CR3]), 0, PAGE_SIZE);
	FAULT("\x89\x07", MMIO, true);
	assert_done(2, 1);
	memset(cache, 0, sizeof(cache));
	FAULT("\x89\x07", MMIO, true);
	assert_non_null(strstr(parked, "0 bytes)"));
}

/* Real mode: a segment's base, no tables; addresses have 32 bits. */
static void without_paging(void **state)
{
	(void)state;
	field[VM_EFER] = 0;
	field[VM_CR0] = 0;
	segment[CB_X86_CS].attr = 0x9b;
	segment[CB_X86_CS].base = 0xffff0000;
	field[VM_RIP] = CODE + 0x10000;
	guest.r[RAX] = 0x11223344;
	FAULT("\x67\x89\x07", MMIO, true);
	assert_done(3, 1);
	assert_write(0, MMIO, 2, 0x3344);
	FAULT("\x67\x66\x89\x07", MMIO, true);
	assert_write(0, MMIO, 4, 0x11223344);
	FAULT("\x67\x66\x89\x07", MMIO + 8, true);
	assert_write(0, MMIO + 8, 4, 0x11223344);
}

static void decode_assists(void **state)
{
	(void)state;
	at_code();
	guest.r[RAX] = 1;
	guest.r[RCX] = 2;
	assists = (const uint8_t *)"\x89\x0f";
	assist_count = 2;
	FAULT("\x89\x07", MMIO, true);
	assert_write(0, MMIO, 4, 2);
	assist_count = 1;
	FAULT("\x89\x07", MMIO, true);
	assert_non_null(strstr(parked, "1 bytes)"));
	assists = NULL;
	FAULT("\x89\x07", MMIO, true);
	assert_write(0, MMIO, 4, 1);
}

static void local_apic(void **state)
{
	(void)state;
	at_code();
	guest.r[RAX] = 0xfb;
	FAULT("\x89\x07", APIC_BASE_ADDR + 0x300, true);	/* x2APIC */
	assert_non_null(strstr(parked, "not mapped"));
	apic_page = apic_registers;
	FAULT("\x89\x07", APIC_BASE_ADDR + 0x300, true);
	assert_done(2, 0);
	assert_int_equal(apic_writes, 1);
	assert_int_equal(apic[0].reg, 0x300);
	assert_int_equal(apic[0].value, 0xfb);
	FAULT("\x87\x07", APIC_BASE_ADDR + 0x350, true);
	assert_done(2, 0);
	assert_int_equal(apic_writes, 1);
	assert_int_equal(guest.r[RAX], 0x1350);
	FAULT("\x89\x07", APIC_BASE_ADDR + 0x304, true);
	assert_non_null(strstr(parked, "invalid write of 0xfee00304, size 4"));
	FAULT("\x66\x89\x07", APIC_BASE_ADDR + 0x300, true);
	assert_non_null(strstr(parked, "invalid write of 0xfee00300, size 2"));
	assert_int_equal(apic_writes, 0);
	apic_ok = false;
	FAULT("\x89\x07", APIC_BASE_ADDR + 0x300, true);
	assert_string_equal(parked, "");	/* by apic.c */
	assert_int_equal(skips, 0);
	assert_int_equal(self->stats[CB_STAT_XAPIC], 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(four_levels, setup),
		cmocka_unit_test_setup(five_levels, setup),
		cmocka_unit_test_setup(pae, setup),
		cmocka_unit_test_setup(two_levels, setup),
		cmocka_unit_test_setup(no_paging, setup),
		cmocka_unit_test_setup(moves, setup),
		cmocka_unit_test_setup(read_and_write, setup),
		cmocka_unit_test_setup(violations, setup),
		cmocka_unit_test_setup(over_an_end, setup),
		cmocka_unit_test_setup(swapped_instructions, setup),
		cmocka_unit_test_setup(mapped_meanwhile, setup),
		cmocka_unit_test_setup(over_a_page, setup),
		cmocka_unit_test_setup(cached_instructions, setup),
		cmocka_unit_test_setup(a_hit_does_not_walk, setup),
		cmocka_unit_test_setup(without_paging, setup),
		cmocka_unit_test_setup(decode_assists, setup),
		cmocka_unit_test_setup(local_apic, setup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
