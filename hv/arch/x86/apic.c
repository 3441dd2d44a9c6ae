/* SPDX-License-Identifier: GPL-2.0-only */
/* The local APIC: the host's use of it, and what guests may do with it. */
#include "apic.h"
#include <arch/mem.h>
#include "core.h"
#include "host.h"
#include <insn.h>

#define ICR_BUSY		BIT(12)
#define ICR_LOGICAL		BIT(11)
#define ICR_ASSERT		BIT(14)
#define ICR_LEVEL		BIT(15)
#define ICR_MODE(icr)		((icr) >> 8 & 7)
#define ICR_SHORTHAND(icr)	((icr) >> 18 & 3)
enum { TO_DEST, TO_SELF, TO_ALL, TO_OTHERS };
enum { MODE_FIXED, MODE_LOWEST, MODE_SMI, MODE_3, MODE_NMI, MODE_INIT,
       MODE_STARTUP, MODE_EXTINT };

/* Lower ones are illegal: the hardware sends and takes none (10.5.2). */
#define FIRST_VECTOR		16

#define LVT_MASKED		BIT(16)
#define SVR_ENABLED		0x1ff
#define SVR_OFF			0xff
#define DFR_FLAT		0xffffffffu
#define VERSION_CMCI(v)		(((v) >> 16 & 0xff) > 5)
#define VERSION_EXTENDED	BIT(31)
#define EXT_LVT			0x500	/* AMD: more LVT entries … */
#define EXT_LVT_END		0x540	/* … and the end of all registers */

#define IDLE_POLLS		100000u
#define INIT_WAIT_MS		50

volatile uint32_t *apic_page;
uint32_t arch_delivery = 1;

uint64_t apic_hw_read(uint32_t reg)
{
	return apic_page ? apic_page[reg / 4] : rdmsr(MSR_X2APIC + reg / 16);
}

bool apic_hw_write(uint32_t reg, uint64_t value)
{
	if (!apic_page)
		return wrmsr_safe(MSR_X2APIC + reg / 16, value);
	apic_page[reg / 4] = (uint32_t)value;
	return true;
}

int apic_init(void)
{
	if (!(rdmsr(MSR_APIC_BASE) & APIC_BASE_X2APIC)) {
		apic_page = arch_map_device(paddr(APIC_BASE_ADDR), PAGE_SIZE);
		if (!apic_page)
			return -CB_ENOMEM;
	}
	return ioapic_init();
}

int apic_cpu_init(struct pcpu *cpu)
{
	uint64_t want = APIC_BASE_ADDR | APIC_BASE_ENABLE |
			(apic_page ? 0 : APIC_BASE_X2APIC);

	if ((rdmsr(MSR_APIC_BASE) & ~APIC_BASE_BSP) != want)
		return refuse(-CB_EINVAL, "cpu-unknown", "CPU %u: its local "
			      "APIC is off, elsewhere than at 0x%llx, or in "
			      "another mode than those of others", cpu->id,
			      APIC_BASE_ADDR);
	if (!apic_page)
		return 0;
	cpu->arch.apic_ldr = (uint32_t)apic_hw_read(APIC_LDR) >> 24;
	if (cpu->arch.apic_ldr && apic_hw_read(APIC_DFR) != DFR_FLAT)
		return refuse(-CB_EINVAL, "arch-mismatch", "CPU %u: logical "
			      "APIC ids of clusters are not supported", cpu->id);
	return 0;
}

static bool is_lvt(uint32_t reg)
{
	return reg == APIC_LVT_CMCI ||
	       (reg >= APIC_LVT_TIMER && reg <= APIC_LVT_ERROR) ||
	       (reg >= EXT_LVT && reg < EXT_LVT_END);
}

/*
 * All with nested tables have timer to error. A write to an entry that is not
 * there is an error that some, QEMU's among them, never forget.
 */
static void mask_all(void)
{
	uint32_t version = (uint32_t)apic_hw_read(APIC_VERSION);
	uint32_t end = version & VERSION_EXTENDED ? EXT_LVT_END : EXT_LVT;
	uint32_t reg = VERSION_CMCI(version) ? APIC_LVT_CMCI : APIC_LVT_TIMER;

	for (; reg < end; reg += 0x10)
		if (is_lvt(reg))
			apic_hw_write(reg, LVT_MASKED);
	apic_hw_write(APIC_TIMER_START, 0);
}

/*
 * What is pending can only be taken: the host does so for a moment, with the
 * APIC on and nothing new from the CPU's own sources. x2APIC takes no DFR and
 * no LDR.
 */
void arch_vcpu_quiesce(struct pcpu *cpu)
{
	uint32_t reg, n;

	apic_hw_write(APIC_SVR, SVR_ENABLED);
	mask_all();
	/* the highest in service goes first; there are 32 in each register */
	for (reg = APIC_ISR + 0x70; reg >= APIC_ISR; reg -= 0x10)
		for (n = 0; n < 32 && apic_hw_read(reg); n++)
			apic_hw_write(APIC_EOI, 0);
	apic_hw_write(APIC_TPR, 0);
	host_drain();
	apic_hw_write(APIC_TIMER_DIVIDE, 0);
	apic_hw_write(APIC_DFR, DFR_FLAT);
	apic_hw_write(APIC_LDR, 0);
	apic_hw_write(APIC_SVR, SVR_OFF);
	/* errors: the first write latches them, the second finds none */
	apic_hw_write(APIC_ESR, 0);
	apic_hw_write(APIC_ESR, 0);
	cpu->arch.apic_ldr = 0;
	atomic_and32(&cpu->arch.apic_todo, 0);
}

/* xAPIC's ids have 8 bits, all ones are a broadcast; flat logical ids. */
static bool is_target(const struct pcpu *cpu, uint32_t dest, bool logical)
{
	uint32_t id = (uint32_t)cpu->hwid;

	if (dest == (apic_page ? 0xff : ~0u))
		return true;
	if (!logical)
		return dest == id;
	if (apic_page)
		return dest & cpu->arch.apic_ldr;
	return dest >> 16 == id >> 4 && dest >> (id & 15) & 1;
}

uint64_t apic_targets(uint32_t dest, bool logical)
{
	uint64_t set = 0;
	uint32_t i;

	for (i = 0; i < system_cfg.cpu_count; i++)
		if (is_target(&pcpus[i], dest, logical))
			set |= BIT64(i);
	return set;
}

/* In xAPIC the guest's half of the register is left as it was. */
static void send_ipi(uint64_t hwid, uint32_t icr)
{
	uint32_t polls = IDLE_POLLS, high;

	icr = (icr & ~(ICR_LOGICAL | 3u << 18)) | ICR_ASSERT;
	if (!apic_page) {
		apic_hw_write(APIC_ICR, hwid << 32 | icr);
		return;
	}
	high = (uint32_t)apic_hw_read(APIC_ICR_HIGH);
	while (apic_hw_read(APIC_ICR) & ICR_BUSY && --polls)
		arch_cpu_relax();
	apic_hw_write(APIC_ICR_HIGH, hwid << 24);
	apic_hw_write(APIC_ICR, icr);
	apic_hw_write(APIC_ICR_HIGH, high);
}

/* At most one is on its way: whoever takes it clears kicked (trap_own()). */
void arch_cpu_kick(struct pcpu *cpu)
{
	if (!__atomic_exchange_n(&cpu->arch.kicked, 1, __ATOMIC_SEQ_CST))
		send_ipi(cpu->hwid, MODE_NMI << 8);
}

/* INIT is mostly followed by SIPI: it must find the CPU waiting. */
static void tell(const struct pcpu *self, struct pcpu *cpu, uint32_t mode)
{
	uint64_t end = arch_time() + INIT_WAIT_MS * arch_time_hz() / 1000;

	if (READ_ONCE(cpu->state) != CPU_RUNNING)
		return;
	atomic_or32(&cpu->arch.apic_todo, BIT(mode));
	cpu_send(cpu, CPU_EV_ARCH);
	while (mode == MODE_INIT && cpu != self &&
	       READ_ONCE(cpu->state) == CPU_RUNNING && arch_time() < end)
		arch_cpu_relax();
}

/* A command for CPUs of the own cell only, one by one. */
static void send_each(struct pcpu *self, uint64_t set, uint32_t icr)
{
	struct vcpu_start start = { .entry = (icr & 0xff) << 12 };
	uint32_t mode = ICR_MODE(icr);
	struct pcpu *cpu = NULL;

	while ((cpu = cpu_next(set, cpu))) {
		if (mode == MODE_STARTUP)
			cpu_start(self->cell, cpu, &start);
		else if (mode > MODE_LOWEST)
			tell(self, cpu, mode);
		else
			send_ipi(cpu->hwid, icr & ~(ICR_MODE(~0u) << 8));
		if (mode == MODE_LOWEST)
			return;
	}
}

/* What the hardware refuses is an error of the guest. */
static bool pass(uint32_t reg, uint64_t value)
{
	bool ok = apic_hw_write(reg, value);

	if (!ok)
		vm->inject(X86_GP);
	return ok;
}

static bool write_icr(struct pcpu *cpu, uint64_t value)
{
	uint64_t own = cpu->cell->cfg.cpus.bits, self = BIT64(cpu->id);
	uint64_t set = ~0ull;
	uint32_t icr = (uint32_t)value, mode = ICR_MODE(icr);
	uint32_t dest = (uint32_t)(value >> 32);

	if ((mode <= MODE_LOWEST && (icr & 0xff) < FIRST_VECTOR) ||
	    (mode == MODE_INIT && icr & ICR_LEVEL && !(icr & ICR_ASSERT)))
		return true;
	if (mode == MODE_SMI || mode == MODE_3 || mode == MODE_EXTINT) {
		core_park(cpu, "invalid APIC command 0x%x: delivery mode %u",
			  icr, mode);
		return false;
	}
	if (apic_page)
		dest = (uint32_t)apic_hw_read(APIC_ICR_HIGH) >> 24;
	if (ICR_SHORTHAND(icr) == TO_DEST)
		set = apic_targets(dest, icr & ICR_LOGICAL);
	else if (ICR_SHORTHAND(icr) == TO_SELF)
		set = self;
	else if (ICR_SHORTHAND(icr) == TO_OTHERS)
		set = ~self;
	if (mode <= MODE_LOWEST && !(set & ~own))
		return pass(APIC_ICR, value);
	send_each(cpu, set & own, icr);
	return true;
}

/* A logical id that CPUs of others have would take their interrupts. */
static bool write_ldr(struct pcpu *cpu, uint32_t value)
{
	uint32_t ldr = value >> 24;
	uint64_t others = apic_targets(ldr, true) & ~cpu->cell->cfg.cpus.bits;
	const struct pcpu *other = cpu_next(others, NULL);

	if (other) {
		core_park(cpu, "invalid logical APIC id 0x%x: CPU %u of cell "
			  "\"%s\" has it", ldr, other->id,
			  other->cell->cfg.name);
		return false;
	}
	cpu->arch.apic_ldr = ldr;
	return pass(APIC_LDR, value);
}

static bool write_lvt(struct pcpu *cpu, uint32_t reg, uint32_t value)
{
	uint32_t mode = ICR_MODE(value);
	bool lint = reg == APIC_LVT_LINT0 || reg == APIC_LVT_LINT1;

	if (mode == MODE_FIXED && (value & 0xff) < FIRST_VECTOR)
		value |= LVT_MASKED;
	if (value & LVT_MASKED || mode == MODE_FIXED || mode == MODE_NMI ||
	    reg == APIC_LVT_TIMER || reg == APIC_LVT_ERROR ||
	    (mode == MODE_EXTINT && lint && cpu->cell == &root_cell))
		return pass(reg, value);
	core_park(cpu, "invalid APIC register 0x%x: 0x%x, delivery mode %u",
		  reg, value, mode);
	return false;
}

/* Registers that are written as they are. */
#define PLAIN								\
	(BIT64(APIC_EOI / 16) | BIT64(APIC_TPR / 16) | BIT64(APIC_SVR / 16) | \
	 BIT64(APIC_ESR / 16) | BIT64(APIC_ICR_HIGH / 16) |		\
	 BIT64(APIC_TIMER_START / 16) | BIT64(APIC_TIMER_DIVIDE / 16) |	\
	 BIT64(APIC_SELF_IPI / 16))

bool apic_write(struct pcpu *cpu, uint32_t reg, uint64_t value)
{
	if (is_lvt(reg))
		return write_lvt(cpu, reg, (uint32_t)value);
	switch (reg) {
	case APIC_ICR:
		return write_icr(cpu, value);
	case APIC_LDR:
		return write_ldr(cpu, (uint32_t)value);
	case APIC_DFR:
		if ((value | 0x0fffffff) == DFR_FLAT)
			break;
		core_park(cpu, "invalid APIC mode: clusters (DFR 0x%x)",
			  (uint32_t)value);
		return false;
	default:	/* others are read-only, there and here */
		if (reg >= 0x400 || !(PLAIN >> reg / 16 & 1))
			return true;
	}
	return pass(reg, value);
}

/* ICR's filter is the only one that x2APIC needs, besides LVT entries. */
bool apic_msr_passes(uint32_t reg, bool write)
{
	return !write || (reg != APIC_ICR && !is_lvt(reg));
}

void arch_cpu_events(struct pcpu *cpu)
{
	uint32_t todo = atomic_and32(&cpu->arch.apic_todo, 0);

	if (todo & BIT(MODE_INIT))
		cpu_idle(cpu, CPU_OFF);
	else if (todo & BIT(MODE_NMI))
		vm->inject(X86_NMI);
}

void arch_comm_fill(const struct cell *cell, struct cb_comm_page *comm)
{
	const struct pcpu *cpu = NULL;

	comm->pci_mmconfig_base = system_cfg.pci[0].ecam.base;	/* or 0 */
	comm->pm_timer_address = (uint16_t)system_cfg.pm_timer.base;
	comm->tsc_khz = image_header.tsc_khz;
	comm->apic_khz = image_header.apic_khz;
	while ((cpu = cpu_next(cell->cfg.cpus.bits, cpu)))
		comm->cpu_ids[comm->num_cpus++] = (uint8_t)cpu->hwid;
}
