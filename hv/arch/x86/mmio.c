// SPDX-License-Identifier: GPL-2.0-only
/*
 * Accesses that the nested tables do not permit: of registers that somebody
 * answers for, or violations.
 *
 * The hardware says where and in which direction, the instruction how wide and
 * with which register. Another CPU may have changed the instruction since: it
 * must at least go in the same direction, and what it does is judged as an
 * access to that address. Of an access over a page's end the address is that of
 * the page that is missing; its part in the other page is not looked for.
 */
#include <arch/mem.h>
#include "apic.h"
#include "decode.h"
#include "string.h"
#include "trap.h"

#define CS_LONG		BIT(9)
#define CS_32		BIT(10)
#define SLOTS		32

/*
 * Where the guest executes. form: enum x86_mode, and how that is translated; 0:
 * nowhere, for there is no such mode.
 */
struct code {
	uint64_t virt, cr3, form;
};
#define MODE(code)	((enum x86_mode)((code)->form & 14))

/*
 * A hit is what has the same address, page-table entry and bytes as before, in
 * a stage 2 that has not changed: the tables above the entry are not read.
 */
struct slot {
	struct code code;
	struct walk walk;
	paddr_t bytes_at;
	uint32_t changes;		/* of stage 2, before all this */
	uint32_t count;
	struct x86_insn insn;		/* len 0: not a known one */
	uint8_t bytes[X86_INSN_MAX];
};

_Static_assert(SLOTS * sizeof(struct slot) <= PAGE_SIZE, "a page of each CPU");

enum outcome { DONE, REFUSED, PARKED };

static void find_code(struct code *c)
{
	uint64_t lma = vm->get(VM_EFER) & EFER_LMA;
	struct cb_x86_segment cs;

	vm->get_segment(CB_X86_CS, &cs);
	c->form = cs.attr & CS_32 ? X86_MODE_32 : X86_MODE_16;
	c->virt = vm->get(VM_RIP);
	if (lma && cs.attr & CS_LONG)
		c->form = X86_MODE_64;
	else
		c->virt = (uint32_t)(c->virt + cs.base);
	c->cr3 = vm->get(VM_CR3);
	c->form |= lma | (vm->get(VM_CR0) & CR0_PG) |
		   (vm->get(VM_CR4) & (CR4_PSE | CR4_PAE | CR4_LA57));
}

/* All of it, or what comes before a page that is not there. */
static uint32_t fetch(struct cell *cell, struct slot *s)
{
	uint64_t end = page_down(s->code.virt) + PAGE_SIZE;
	uint32_t n = X86_INSN_MAX;
	struct walk next;
	paddr_t ignored;

	s->changes = READ_ONCE(cell->s2.changes);
	if (end - s->code.virt < n)
		n = (uint32_t)(end - s->code.virt);
	if (!walk_guest(cell, s->code.virt, &s->walk) ||
	    !guest_read(cell, s->walk.phys, s->bytes, n, &s->bytes_at))
		return 0;
	if (MODE(&s->code) != X86_MODE_64)
		end = (uint32_t)end;
	if (n < X86_INSN_MAX && walk_guest(cell, end, &next) &&
	    guest_read(cell, next.phys, s->bytes + n, X86_INSN_MAX - n,
		       &ignored))
		n = X86_INSN_MAX;
	return n;
}

static bool is_hit(struct s2 *s2, const struct slot *s, const struct code *c)
{
	uint8_t bytes[X86_INSN_MAX];
	uint64_t entry = 0;
	bool same = false;

	if (s->code.virt != c->virt || s->code.cr3 != c->cr3 ||
	    s->code.form != c->form)
		return false;
	spin_lock(&s2->lock);
	if (s->changes == s2->changes) {
		if (s->walk.entry_size)
			arch_copy_from_phys(&entry, s->walk.entry_at,
					    s->walk.entry_size);
		arch_copy_from_phys(bytes, s->bytes_at, s->insn.len);
		same = entry == s->walk.entry &&
		       !memcmp(bytes, s->bytes, s->insn.len);
	}
	spin_unlock(&s2->lock);
	return same;
}

/*
 * The guest's instruction. Not kept are bytes that came with the exit, for they
 * come anew with each, and what crosses a page's end: it has two translations.
 */
static const struct slot *instruction(struct pcpu *cpu)
{
	struct slot *s = insn_cache();
	const uint8_t *bytes = NULL;
	uint32_t count;
	struct code c;

	find_code(&c);
	s += (c.virt ^ c.virt >> 5 ^ c.cr3 >> PAGE_SHIFT) % SLOTS;
	if (vm->insn_bytes)
		bytes = vm->insn_bytes(&count);
	if (!bytes && is_hit(&cpu->cell->s2, s, &c))
		return s;
	s->code = c;
	if (bytes)
		memcpy(s->bytes, bytes, count);
	else
		count = fetch(cpu->cell, s);
	s->count = count;
	if (!x86_decode(s->bytes, count, MODE(&c), &s->insn))
		s->insn.len = 0;
	if (bytes || !s->insn.len ||
	    (c.virt & PAGE_MASK) + s->insn.len > PAGE_SIZE)
		s->code.form = 0;
	return s;
}

/*
 * Another CPU may have been changing the tables (break before make): wait for
 * it. What is permitted there now?
 */
static uint32_t permitted(struct cell *cell, uint64_t addr)
{
	uint32_t attr;

	spin_lock(&cell->s2.lock);
	attr = s2_query(&cell->s2, ipaddr(page_down(addr)), NULL);
	spin_unlock(&cell->s2.lock);
	return attr & (S2_READ | S2_WRITE | S2_EXEC);
}

static bool is_apic(uint64_t addr)
{
	return addr - APIC_BASE_ADDR < PAGE_SIZE && apic_page;
}

static enum outcome carry_out(struct pcpu *cpu, struct mmio *m)
{
	uint32_t reg = (uint32_t)(m->addr - APIC_BASE_ADDR);

	if (!is_apic(m->addr)) {
		cpu_stat(cpu, CB_STAT_MMIO);
		return mmio_dispatch(cpu->cell, m) ? DONE : REFUSED;
	}
	cpu_stat(cpu, CB_STAT_XAPIC);
	if (m->size != 4 || reg & 15)
		return REFUSED;
	if (m->write)
		return apic_write(cpu, reg, m->value) ? DONE : PARKED;
	m->value = apic_hw_read(reg);
	return DONE;
}

static enum outcome emulate(struct pcpu *cpu, struct regs *regs,
			    const struct x86_insn *insn, struct mmio *m)
{
	uint64_t flags = vm->get(VM_RFLAGS), old = flags;
	enum outcome outcome = DONE;

	m->size = insn->size;
	if (insn->reads)
		outcome = carry_out(cpu, m);
	if (outcome == DONE) {
		regs->r[RSP] = vm->get(VM_RSP);
		m->value = x86_execute(insn, m->value, regs->r, &flags);
		m->write = true;
		if (insn->writes)
			outcome = carry_out(cpu, m);
	}
	if (outcome != DONE)
		return outcome;
	if (flags != old)
		vm->set(VM_RFLAGS, flags);
	if (insn->reg == RSP && insn->to_reg)
		vm->set(VM_RSP, regs->r[RSP]);
	vm->skip(insn->len);
	return DONE;
}

/* Memory, or registers that no cell is given. */
static bool is_kept(uint64_t addr)
{
	const struct cfg_system *sys = &system_cfg;
	uint32_t i;

	for (i = 0; i < sys->ram.count; i++)
		if (addr - sys->ram.r[i].base < sys->ram.r[i].size)
			return true;
	for (i = 0; i < sys->prot_count; i++)
		if (addr - sys->prot[i].range.base < sys->prot[i].range.size)
			return true;
	return false;
}

static void violation(struct pcpu *cpu, const char *what, uint64_t addr,
		      uint32_t size, const char *why)
{
	uint64_t page = page_down(addr);

	if (cpu->cell == &root_cell || is_kept(addr))
		core_park(cpu, "invalid %s of 0x%llx, size %u: %s", what,
			  (ull)addr, size, why);
	else
		core_park(cpu, "invalid %s of 0x%llx, size %u: %s; it takes a "
			  "window@%llx { reg = <0x%x 0x%x 0x0 0x1000>; }",
			  what, (ull)addr, size, why, (ull)page,
			  (uint32_t)(page >> 32), (uint32_t)page);
}

void trap_memory(struct pcpu *cpu, struct regs *regs, uint64_t addr,
		 enum vm_access access)
{
	static const struct {
		const char *name;
		uint32_t rights;
	} kinds[] = {
		[VM_READ] = { "read", S2_READ },
		[VM_WRITE] = { "write", S2_WRITE },
		[VM_EXECUTE] = { "execute", S2_EXEC },
		[VM_WALK] = { "page-table walk", S2_READ | S2_WRITE },
	};
	uint32_t rights = is_apic(addr) && !vm->ept ? S2_READ :
			  permitted(cpu->cell, addr);
	const char *what = kinds[access].name;
	const char *why = rights ? "not permitted" : "not mapped";
	struct mmio m = { .addr = addr };
	const struct slot *s;

	if (!(kinds[access].rights & ~rights))
		return;
	if (access >= VM_EXECUTE) {
		core_park(cpu, "invalid %s of address 0x%llx: %s", what,
			  (ull)addr, why);
		return;
	}
	s = instruction(cpu);
	if (!s->insn.len)
		core_park(cpu, "invalid %s of address 0x%llx: %s, by an "
			  "instruction that is not emulated (%02x %02x %02x "
			  "%02x, %u bytes)", what, (ull)addr, why, s->bytes[0],
			  s->bytes[1], s->bytes[2], s->bytes[3], s->count);
	else if (!(access == VM_WRITE ? s->insn.writes : s->insn.reads))
		core_park(cpu, "invalid %s of address 0x%llx: the instruction "
			  "is another one now", what, (ull)addr);
	else if (emulate(cpu, regs, &s->insn, &m) == REFUSED)
		violation(cpu, what, addr, s->insn.size, why);
}
