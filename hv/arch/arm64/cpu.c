/* SPDX-License-Identifier: GPL-2.0-only */
/* A CPU comes under the hypervisor and leaves it again. */
#include <arch/cell.h>
#include <arch/cpu.h>
#include <arch/pte.h>
#include "cell.h"
#include "core.h"
#include "el2.h"
#include "gic.h"
#include "lock.h"
#include "pcpu.h"
#include "sysreg.h"
#include "trap.h"

/* Bits of HCR_EL2 that Linux chose and the guest relies on. */
#define HCR_KEEP	(HCR_API | HCR_APK | HCR_ATA)
#define HCR_BASE	(HCR_VM | HCR_SWIO | HCR_FB | HCR_BSU_IS | HCR_TSC | \
			 HCR_TIDCP | HCR_TACR | HCR_TSW | HCR_RW | HCR_TLOR)

/* EL1 may use the physical counter and timer (D13.11). */
#define CNTHCTL_EL1	3u

struct pcpu *this_cpu(void)
{
	return (struct pcpu *)read_sysreg(tpidr_el2);
}

/* Stage 2 covers what the CPU can address; 48 bits only if needed. */
static int choose_s2_bits(void)
{
	static const uint8_t bits[] = { 32, 36, 40, 42, 44, 48, 48 };
	uint32_t range = read_sysreg(id_aa64mmfr0_el1) & 15;
	uint32_t have = bits[range < 7 ? range : 6];

	if (system_cfg.addr_bits > have) {
		report_add("mem-wrap", "the board needs %u address bits, "
			   "the CPU has %u", system_cfg.addr_bits, have);
		return -CB_ERANGE;
	}
	s2_bits = have < 40 ? have : 40;
	if (system_cfg.addr_bits > 40)
		s2_bits = have;
	return 0;
}

int arch_early_init(void)
{
	int err = choose_s2_bits();

	return err ? err : gic_init();
}

static void save_linux(struct el2_state *s)
{
	s->hcr = read_sysreg(hcr_el2);
	s->cnthctl = read_sysreg(cnthctl_el2);
	s->vttbr = read_sysreg(vttbr_el2);
	s->vtcr = read_sysreg(vtcr_el2);
	s->vmpidr = read_sysreg(vmpidr_el2);
	s->vpidr = read_sysreg(vpidr_el2);
}

int arch_cpu_init(struct pcpu *cpu)
{
	struct el2_state *s = &cpu->arch.linux_state;

	write_sysreg((uint64_t)cpu, tpidr_el2);
	save_linux(s);
	gic_cpu_init(cpu);
	write_sysreg(s2_vtcr(), vtcr_el2);
	write_sysreg(s2_vttbr(&root_cell.s2), vttbr_el2);
	write_sysreg(read_sysreg(mpidr_el1), vmpidr_el2);
	write_sysreg(read_sysreg(midr_el1), vpidr_el2);
	write_sysreg(CNTHCTL_EL1, cnthctl_el2);
	write_sysreg((s->hcr & HCR_KEEP) | HCR_BASE | gic_hcr_bits(),
		     hcr_el2);
	isb();
	__asm__ volatile("tlbi vmalls12e1\n dsb nsh\n isb" : : : "memory");
	return 0;
}

void arch_cpu_restore(struct pcpu *cpu)
{
	const struct el2_state *s = &cpu->arch.linux_state;

	gic_cpu_restore(cpu);
	write_sysreg(s->hcr, hcr_el2);
	isb();
	__asm__ volatile("tlbi vmalls12e1\n dsb nsh\n isb" : : : "memory");
	write_sysreg(s->cnthctl, cnthctl_el2);
	write_sysreg(s->vttbr, vttbr_el2);
	write_sysreg(s->vtcr, vtcr_el2);
	write_sysreg(s->vmpidr, vmpidr_el2);
	write_sysreg(s->vpidr, vpidr_el2);
	isb();
}

void arch_cpu_wait(struct pcpu *cpu)
{
	dsb_sy();
	__asm__ volatile("wfi" ::: "memory");
	gic_take(cpu);
}

void arch_cpu_relax(void)
{
	__asm__ volatile("yield" ::: "memory");
}

void arch_cpu_halt(void)
{
	for (;;)
		__asm__ volatile("wfi" ::: "memory");
}
