/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What guests may do with local APICs and IOAPICs, on a machine of four CPUs:
 * 0 and 1 are the root cell's, 2 and 3 those of another cell. x2APIC by its
 * MSRs, which are logged; xAPIC by a page; one IOAPIC with 24 pins.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <stdint.h>

/* the machine of the other tests has no such devices */
#define arch_device_access	apic_device_access
#define arch_map_device		apic_map_device
#define arch_cpu_relax		apic_cpu_relax

/* a CPU of this architecture, not of the other tests */
#define FAKE_ARCH_CPU_H
#include "../../hv/arch/x86/arch_cpu.h"

#include "../../hv/arch/x86/apic.c"
#include "../../hv/arch/x86/ioapic.c"

#define CPUS		4
#define LVT_THERMAL	0x330
#define LVT_PERF	0x340
#define IOAPIC		0xfec00000ull
#define PINS		24

static struct {
	uint32_t cpu;			/* that runs the code */
	uint64_t msr[0x100];
	uint32_t page[0x400];
	uint64_t icr[16];		/* commands sent in x2APIC mode */
	uint32_t icrs;
	uint32_t select;
	uint32_t pin[2 * PINS];
	uint32_t pin_writes;
	uint32_t eoi;
	uint32_t sent[CPUS];
	uint64_t started[CPUS];
	uint32_t idle, injected, gp;
	uint64_t reserved;		/* bits of each MSR */
	char parked[256];
} hw;

struct cfg_system system_cfg;
struct cb_image_header image_header;
struct cell root_cell;
static struct cell other_cell;
static struct pcpu fake_pcpus[CPUS];
struct pcpu *pcpus = fake_pcpus;
static uint64_t entry_page[512];

bool rdmsr_safe(uint32_t msr, uint64_t *value)
{
	if (msr == MSR_APIC_BASE) {
		*value = APIC_BASE_ADDR | APIC_BASE_ENABLE |
			 (apic_page ? 0 : APIC_BASE_X2APIC);
		return true;
	}
	assert_in_range(msr, MSR_X2APIC, MSR_X2APIC + 0xff);
	*value = hw.msr[msr - MSR_X2APIC];
	return true;
}

bool wrmsr_safe(uint32_t msr, uint64_t value)
{
	assert_in_range(msr, MSR_X2APIC, MSR_X2APIC + 0xff);
	if (value & hw.reserved)
		return false;
	hw.msr[msr - MSR_X2APIC] = value;
	if (msr == MSR_X2APIC + APIC_ICR / 16 && hw.icrs < ARRAY_SIZE(hw.icr))
		hw.icr[hw.icrs++] = value;
	return true;
}

static uint64_t device_read(uint64_t reg)
{
	if (reg == SELECT)
		return hw.select;
	assert_int_equal(reg, WINDOW);
	if (hw.select == REG_VERSION)
		return 0x20 | (PINS - 1) << 16;
	return hw.select < REG_ENTRY ? 0 : hw.pin[hw.select - REG_ENTRY];
}

uint64_t arch_device_access(paddr_t addr, uint32_t size, bool write,
			    uint64_t value)
{
	assert_int_equal(size, 4);
	if (!write)
		return device_read(addr.v - IOAPIC);
	if (addr.v - IOAPIC == SELECT) {
		hw.select = (uint32_t)value;
	} else if (addr.v - IOAPIC == EOI) {
		hw.eoi = (uint32_t)value;
	} else {
		assert_in_range(hw.select, REG_ENTRY, REG_ENTRY + 2 * PINS);
		hw.pin[hw.select - REG_ENTRY] = (uint32_t)value;
		hw.pin_writes++;
	}
	return value;
}

/* -- the rest of the hypervisor ------------------------------------------- */

struct pcpu *this_cpu(void)
{
	return &pcpus[hw.cpu];
}

void *arch_map_device(paddr_t base, uint64_t size)
{
	assert_int_equal(base.v, APIC_BASE_ADDR);
	assert_int_equal(size, PAGE_SIZE);
	return hw.page;
}

void *page_alloc(uint32_t count)
{
	assert_int_equal(count, 1);
	return entry_page;
}

int mmio_register(uint64_t base, uint64_t size, bool root_only,
		  mmio_handler handler, void *arg)
{
	(void)base, (void)size, (void)handler, (void)arg;
	assert_false(root_only);
	return 0;
}

void arch_cpu_relax(void)
{
	fake_time += FAKE_HZ / 1000;
}

void cpu_send(struct pcpu *cpu, uint32_t events)
{
	hw.sent[cpu->id] |= events;
	if (cpu->arch.apic_todo & BIT(MODE_INIT))
		cpu->state = CPU_OFF;
}

int cpu_start(const struct cell *cell, struct pcpu *cpu,
	      const struct vcpu_start *start)
{
	assert_ptr_equal(cpu->cell, cell);
	hw.started[cpu->id] = start->entry;
	return 0;
}

void cpu_idle(struct pcpu *cpu, enum cpu_state state)
{
	(void)cpu;
	assert_int_equal(state, CPU_OFF);
	hw.idle++;
}

static void inject(uint32_t vector)
{
	if (vector == X86_GP) {
		hw.gp++;
		return;
	}
	assert_int_equal(vector, X86_NMI);
	hw.injected++;
}

void host_drain(void)
{
}

static const struct vm_ops ops = { .inject = inject };
const struct vm_ops *vm = &ops;

void core_park(struct pcpu *cpu, const char *fmt, ...)
{
	va_list args;

	(void)cpu;
	va_start(args, fmt);
	vsnprintf(hw.parked, sizeof(hw.parked), fmt, args);
	va_end(args);
}

int refuse(int err, const char *id, const char *fmt, ...)
{
	return err;
}

/* -- tests ---------------------------------------------------------------- */

static const uint32_t ids[CPUS] = { 0, 1, 2, 0x11 };

static void machine(bool x2)
{
	uint32_t i;

	memset(&hw, 0, sizeof(hw));
	memset(entry_page, 0, sizeof(entry_page));
	memset(ioapics, 0, sizeof(ioapics));
	root_cell = (struct cell){ .cfg.cpus.bits = 3,
				   .cfg.irqs.bits[0] = 0xffff };
	other_cell = (struct cell){ .id = 1, .cfg.cpus.bits = 12,
				    .cfg.irqs.bits[0] = 0xff0000,
				    .cfg.name = "other" };
	for (i = 0; i < CPUS; i++)
		pcpus[i] = (struct pcpu){
			.id = i, .hwid = ids[i],
			.cell = i < 2 ? &root_cell : &other_cell,
			.arch.apic_ldr = 1u << i,
		};
	apic_page = x2 ? NULL : hw.page;
	system_cfg.cpu_count = CPUS;
	system_cfg.intc.ioapic_count = 1;
	system_cfg.intc.ioapic[0] = (struct cfg_range){ IOAPIC, 0x1000 };
	for (i = 0; i < PINS; i++)
		hw.pin[2 * i] = (uint32_t)ENTRY_MASKED;
	assert_int_equal(ioapic_init(), 0);
}

static void destinations(void **state)
{
	static const struct {
		bool x2, logical, out;
		uint32_t dest;
		uint64_t root;		/* targets that are the root cell's */
	} row[] = {
		{ false, false, false, 0, 1 },
		{ false, false, false, 1, 2 },
		{ false, false, true, 2, 0 },
		{ false, false, true, 0x11, 0 },
		{ false, false, false, 0x42, 0 },
		{ false, false, true, 0xff, 3 },
		{ false, true, false, 1, 1 },
		{ false, true, false, 3, 3 },
		{ false, true, true, 6, 2 },
		{ false, true, true, 8, 0 },
		{ false, true, false, 0x10, 0 },
		{ false, true, true, 0xff, 3 },
		{ true, false, false, 1, 2 },
		{ true, false, true, 0x11, 0 },
		{ true, false, false, 0xff, 0 },
		{ true, false, true, ~0u, 3 },
		{ true, true, false, 3, 3 },
		{ true, true, true, 7, 3 },
		{ true, true, true, 0x10002, 0 },
		{ true, true, false, 0x10001, 0 },
		{ true, true, true, ~0u, 3 },
	};
	uint64_t set;
	uint32_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(row); i++) {
		machine(row[i].x2);
		set = apic_targets(row[i].dest, row[i].logical);
		assert_int_equal(set & 3, row[i].root);
		assert_int_equal(set > 3, row[i].out);
	}
}

/* What is sent when the other cell's CPU 2 writes the command. */
static void send(uint64_t icr)
{
	machine(true);
	hw.cpu = 2;
	apic_write(&pcpus[2], APIC_ICR, icr);
}

static void interrupts_to_own_cpus_only(void **state)
{
	(void)state;
	send(2ull << 32 | 0x4041);		/* as it is */
	assert_int_equal(hw.icrs, 1);
	assert_int_equal(hw.icr[0], 2ull << 32 | 0x4041);
	send(0ull << 32 | 0x4041);		/* the root cell's: nobody */
	assert_int_equal(hw.icrs, 0);
	send(0xffffffffull << 32 | 0x4041);	/* all: both, one by one */
	assert_int_equal(hw.icrs, 2);
	assert_int_equal(hw.icr[0], 2ull << 32 | 0x4041);
	assert_int_equal(hw.icr[1], 0x11ull << 32 | 0x4041);
	send(0x84041);				/* shorthand: all */
	assert_int_equal(hw.icrs, 2);
	send(0xc4041);				/* all but itself */
	assert_int_equal(hw.icrs, 1);
	assert_int_equal(hw.icr[0], 0x11ull << 32 | 0x4041);
	send(0x44041);				/* itself */
	assert_int_equal(hw.icrs, 1);
	send(0x8400f);				/* no such vectors */
	assert_int_equal(hw.icrs, 0);
	send(2ull << 32 | 0x400f);
	assert_int_equal(hw.icrs, 0);
	send(2ull << 32 | 0x4010);
	assert_int_equal(hw.icrs, 1);
	send(0x84141);				/* lowest priority: one */
	assert_int_equal(hw.icrs, 1);
	assert_int_equal(hw.icr[0], 2ull << 32 | 0x4041);
	assert_string_equal(hw.parked, "");
}

static void modes_that_are_events(void **state)
{
	(void)state;
	send(0x11ull << 32 | 0x4400);		/* NMI */
	assert_int_equal(hw.sent[3], CPU_EV_ARCH);
	arch_cpu_events(&pcpus[3]);
	assert_int_equal(hw.injected, 1);
	assert_int_equal(hw.idle, 0);
	send(0x11ull << 32 | 0xc500);		/* INIT */
	assert_int_equal(hw.sent[3], CPU_EV_ARCH);
	arch_cpu_events(&pcpus[3]);
	assert_int_equal(hw.idle, 1);
	send(0x11ull << 32 | 0x8500);		/* its end: nothing */
	assert_int_equal(hw.sent[3], 0);
	send(0x11ull << 32 | 0x469a);		/* SIPI */
	assert_int_equal(hw.started[3], 0x9a000);
	send(0xffffffffull << 32 | 0xc500);	/* INIT to all: own ones */
	assert_int_equal(hw.sent[0] | hw.sent[1], 0);
	assert_int_equal(hw.sent[3], CPU_EV_ARCH);
	send(0x0ull << 32 | 0x4400);		/* NMI to the root: nobody */
	assert_int_equal(hw.sent[0], 0);
	assert_int_equal(hw.icrs, 0);
}

/* A CPU that is off does not hear of it, and not later either. */
static void off_is_off(void **state)
{
	(void)state;
	machine(true);
	pcpus[3].state = CPU_OFF;
	apic_write(&pcpus[2], APIC_ICR, 0x11ull << 32 | 0xc500);
	assert_int_equal(hw.sent[3], 0);
	assert_int_equal(pcpus[3].arch.apic_todo, 0);
}

static void refused_modes(void **state)
{
	static const uint32_t mode[] = { 2, 3, 7 };
	uint32_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(mode); i++) {
		machine(true);
		assert_false(apic_write(&pcpus[2], APIC_ICR,
					2ull << 32 | 0x4000 | mode[i] << 8));
		assert_int_equal(hw.parked[0], 'i');
		assert_int_equal(hw.icrs, 0);
	}
}

/* xAPIC: the destination is in the other half, which stays the guest's. */
static void two_halves(void **state)
{
	(void)state;
	machine(false);
	hw.cpu = 0;
	apic_write(&pcpus[0], APIC_ICR_HIGH, 1u << 24);
	apic_write(&pcpus[0], APIC_ICR, 0x4030);
	assert_int_equal(hw.page[APIC_ICR / 4], 0x4030);
	hw.page[APIC_ICR / 4] = 0;
	apic_write(&pcpus[0], APIC_ICR_HIGH, 2u << 24);
	apic_write(&pcpus[0], APIC_ICR, 0x4030);
	assert_int_equal(hw.page[APIC_ICR / 4], 0);
	apic_write(&pcpus[0], APIC_ICR, 0x84030);
	assert_int_equal(hw.page[APIC_ICR / 4], 0x4030);
	assert_int_equal(hw.page[APIC_ICR_HIGH / 4], 2u << 24);
	arch_cpu_kick(&pcpus[3]);
	assert_int_equal(hw.page[APIC_ICR / 4], 0x4400);
	assert_int_equal(hw.page[APIC_ICR_HIGH / 4], 2u << 24);
}

static void logical_ids(void **state)
{
	(void)state;
	machine(false);
	assert_true(apic_write(&pcpus[2], APIC_LDR, 0x40u << 24));
	assert_int_equal(pcpus[2].arch.apic_ldr, 0x40);
	assert_false(apic_write(&pcpus[2], APIC_LDR, 0x41u << 24));
	assert_string_equal(hw.parked, "invalid logical APIC id 0x41: CPU 0 "
			    "of cell \"\" has it");
	assert_int_equal(pcpus[2].arch.apic_ldr, 0x40);
	assert_int_equal(hw.page[APIC_LDR / 4], 0x40u << 24);
	assert_true(apic_write(&pcpus[2], APIC_DFR, 0xffffffff));
	assert_false(apic_write(&pcpus[2], APIC_DFR, 0x0fffffff));
}

static void local_vectors(void **state)
{
	static const struct {
		uint32_t reg, value;
		bool root, other;
	} row[] = {
		{ APIC_LVT_TIMER, 0x600ec, true, true },
		{ APIC_LVT_TIMER, 0x002ec, true, true },
		{ APIC_LVT_LINT0, 0x00700, true, false },
		{ APIC_LVT_LINT0, 0x10700, true, true },
		{ APIC_LVT_LINT1, 0x00400, true, true },
		{ LVT_PERF, 0x00700, false, false },
		{ LVT_PERF, 0x00200, false, false },
		{ LVT_PERF, 0x10200, true, true },
		{ LVT_THERMAL, 0x00500, false, false },
		{ APIC_LVT_CMCI, 0x000fa, true, true },
		{ 0x510, 0x00200, false, false },
		{ 0x510, 0x000f9, true, true },
	};
	uint32_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(row); i++) {
		machine(true);
		assert_int_equal(apic_write(&pcpus[0], row[i].reg,
					    row[i].value), row[i].root);
		machine(true);
		assert_int_equal(apic_write(&pcpus[2], row[i].reg,
					    row[i].value), row[i].other);
		assert_int_equal(rdmsr(MSR_X2APIC + row[i].reg / 16),
				 row[i].other ? row[i].value : 0);
	}
}

/* A vector that does not exist is masked; one that does is not. */
static void illegal_vectors(void **state)
{
	(void)state;
	machine(true);
	assert_true(apic_write(&pcpus[2], APIC_LVT_TIMER, 0x2000f));
	assert_int_equal(rdmsr(MSR_X2APIC + APIC_LVT_TIMER / 16), 0x3000f);
	assert_true(apic_write(&pcpus[2], APIC_LVT_TIMER, 0x20010));
	assert_int_equal(rdmsr(MSR_X2APIC + APIC_LVT_TIMER / 16), 0x20010);
	assert_true(apic_write(&pcpus[2], APIC_LVT_LINT1, 0x402));
	assert_int_equal(rdmsr(MSR_X2APIC + APIC_LVT_LINT1 / 16), 0x402);
}

/* What the hardware refuses is the guest's #GP, not the host's. */
static void reserved_bits(void **state)
{
	(void)state;
	machine(true);
	hw.reserved = BIT64(31) | BIT64(13);
	assert_false(apic_write(&pcpus[2], APIC_LVT_TIMER, 0x800100ec));
	assert_int_equal(hw.gp, 1);
	assert_false(apic_write(&pcpus[2], APIC_ICR, 2ull << 32 | 0x6041));
	assert_int_equal(hw.gp, 2);
	assert_true(apic_write(&pcpus[2], APIC_LVT_TIMER, 0x100ec));
	assert_true(apic_write(&pcpus[2], APIC_ICR, 2ull << 32 | 0x4041));
	assert_int_equal(hw.gp, 2);
	assert_string_equal(hw.parked, "");
}

static bool has_lvt(uint32_t version, uint32_t reg)
{
	if (reg == APIC_LVT_CMCI)
		return (version >> 16 & 0xff) == 6;
	return is_lvt(reg) && (reg < 0x500 || version & BIT(31));
}

/* All entries that there are, and no other. */
static void quiet(void **state)
{
	static const uint32_t versions[] = { 0x50014, 0x60015, 0x80050010 };
	uint32_t reg, i, version;

	(void)state;
	for (i = 0; i < 2 * ARRAY_SIZE(versions); i++) {
		version = versions[i / 2];
		machine(i & 1);
		hw.page[APIC_VERSION / 4] = version;
		hw.msr[APIC_VERSION / 16] = version;
		pcpus[2].arch.apic_todo = 1;
		arch_vcpu_quiesce(&pcpus[2]);
		for (reg = APIC_ISR; reg < 0x800; reg += 16)
			assert_int_equal(apic_hw_read(reg),
					 has_lvt(version, reg) ? LVT_MASKED :
								 0);
		assert_int_equal(apic_hw_read(APIC_SVR), SVR_OFF);
		assert_int_equal(apic_hw_read(APIC_LDR), 0);
		assert_int_equal(pcpus[2].arch.apic_ldr, 0);
		assert_int_equal(pcpus[2].arch.apic_todo, 0);
		assert_int_equal(hw.gp, 0);
	}
	machine(true);
	hw.reserved = DFR_FLAT & ~SVR_ENABLED;	/* no such registers */
	arch_vcpu_quiesce(&pcpus[2]);
	assert_int_equal(apic_hw_read(APIC_SVR), SVR_OFF);
	assert_int_equal(hw.gp, 0);
}

/* What passes without an exit is not what is filtered. */
static void passing(void **state)
{
	uint32_t reg;

	(void)state;
	for (reg = 0; reg < 0x1000; reg += 16) {
		assert_true(apic_msr_passes(reg, false));
		assert_int_equal(apic_msr_passes(reg, true),
				 reg != APIC_ICR && !is_lvt(reg));
	}
}

static void ioapic(struct cell *cell, uint32_t reg, uint32_t value)
{
	struct mmio m = { .size = 4, .write = true, .value = reg };

	assert_true(ioapic_mmio(cell, &m, SELECT, &ioapics[0]));
	m.value = value;
	assert_true(ioapic_mmio(cell, &m, WINDOW, &ioapics[0]));
}

static uint32_t ioapic_get(struct cell *cell, uint32_t reg)
{
	struct mmio m = { .size = 4, .write = true, .value = reg };

	assert_true(ioapic_mmio(cell, &m, SELECT, &ioapics[0]));
	m.write = false;
	assert_true(ioapic_mmio(cell, &m, WINDOW, &ioapics[0]));
	return (uint32_t)m.value;
}

static void pin(struct cell *cell, uint32_t n, uint64_t entry)
{
	ioapic(cell, 16 + 2 * n + 1, (uint32_t)(entry >> 32));
	ioapic(cell, 16 + 2 * n, (uint32_t)entry);
}

static void pins_have_owners(void **state)
{
	(void)state;
	machine(true);
	pin(&other_cell, 17, 2ull << 56 | 0x8031);
	assert_int_equal(hw.pin[34], 0x8031);
	assert_int_equal(hw.pin[35], 2u << 24);
	assert_int_equal(ioapic_get(&other_cell, 16 + 34), 0x8031);
	hw.pin[34] |= 0x5000;			/* its status shows */
	assert_int_equal(ioapic_get(&other_cell, 16 + 34), 0xd031);
	assert_int_equal(ioapic_get(&root_cell, 16 + 34), 0x10000);
	assert_int_equal(ioapic_get(&root_cell, 16 + 35), 0);
	hw.pin_writes = 0;
	pin(&root_cell, 17, 0x31);		/* of another: nothing */
	pin(&other_cell, 3, 2ull << 56 | 0x31);
	ioapic(&other_cell, 16 + 2 * PINS, 1);	/* no such pin */
	ioapic(&other_cell, REG_ID, 5u << 24);
	assert_int_equal(hw.pin_writes, 0);
	assert_int_equal(ioapic_get(&other_cell, REG_VERSION), 0x170020);
}

static void entries_that_stay_masked(void **state)
{
	static const uint64_t entry[] = {
		0ull << 56 | 0x31,		/* to the root cell's CPU */
		0xffull << 56 | 0x831,		/* logically to all */
		0x42ull << 56 | 0x31,		/* to nobody */
		2ull << 56 | 0x231,		/* SMI */
		2ull << 56 | 0x531,		/* INIT */
		2ull << 56 | 0x731,		/* ExtINT: the root's */
		2ull << 56 | 0x0f,		/* vector of an exception */
	};
	uint32_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(entry); i++) {
		machine(true);
		pin(&other_cell, 16, entry[i]);
		assert_true(hw.pin[32] & ENTRY_MASKED);
		assert_int_equal(ioapic_get(&other_cell, 48),
				 (uint32_t)entry[i]);
	}
	machine(true);
	pin(&root_cell, 0, 0x700);
	assert_int_equal(hw.pin[0], 0x700);
}

/* A pin comes to its new owner masked; the root's CPU goes elsewhere. */
static void pins_change_hands(void **state)
{
	(void)state;
	machine(true);
	pin(&root_cell, 4, 1ull << 56 | 0x34);
	pin(&other_cell, 20, 2ull << 56 | 0x8035);
	root_cell.cfg.cpus.bits = 1;
	arch_irq_move(&other_cell);
	assert_int_equal(hw.pin[40], ENTRY_MASKED);
	assert_int_equal(ioapic_get(&other_cell, 56), ENTRY_MASKED);
	assert_true(hw.pin[8] & ENTRY_MASKED);	/* its CPU is not root's */
	assert_int_equal(ioapic_get(&root_cell, 24), 0x34);
	root_cell.cfg.cpus.bits = 3;
	arch_shutdown();
	assert_int_equal(hw.pin[8], 0x34);
	assert_int_equal(hw.pin[9], 1u << 24);
}

static void ends_of_interrupts(void **state)
{
	struct mmio m = { .size = 4, .write = true, .value = 0x35 };

	(void)state;
	machine(true);
	pin(&root_cell, 4, 1ull << 56 | 0x34);
	pin(&other_cell, 20, 2ull << 56 | 0x8035);
	assert_true(ioapic_mmio(&root_cell, &m, EOI, &ioapics[0]));
	assert_int_equal(hw.eoi, 0);
	assert_true(ioapic_mmio(&other_cell, &m, EOI, &ioapics[0]));
	assert_int_equal(hw.eoi, 0x35);
	m.size = 2;
	assert_false(ioapic_mmio(&other_cell, &m, EOI, &ioapics[0]));
	m.size = 4;
	assert_false(ioapic_mmio(&other_cell, &m, 0x20, &ioapics[0]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(destinations),
		cmocka_unit_test(interrupts_to_own_cpus_only),
		cmocka_unit_test(modes_that_are_events),
		cmocka_unit_test(off_is_off),
		cmocka_unit_test(refused_modes),
		cmocka_unit_test(two_halves),
		cmocka_unit_test(logical_ids),
		cmocka_unit_test(local_vectors),
		cmocka_unit_test(illegal_vectors),
		cmocka_unit_test(reserved_bits),
		cmocka_unit_test(quiet),
		cmocka_unit_test(passing),
		cmocka_unit_test(pins_have_owners),
		cmocka_unit_test(entries_that_stay_masked),
		cmocka_unit_test(pins_change_hands),
		cmocka_unit_test(ends_of_interrupts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
