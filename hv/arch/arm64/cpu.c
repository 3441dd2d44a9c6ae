/* SPDX-License-Identifier: GPL-2.0-only */
/* A CPU comes under the hypervisor and leaves it again. */
#include <arch/pte.h>
#include "core.h"
#include "el2.h"
#include "gic.h"
#include "pcpu.h"

/* Bits of HCR_EL2 that Linux chose and the guest relies on. */
#define HCR_KEEP	(HCR_API | HCR_APK | HCR_ATA)
#define HCR_BASE	(HCR_VM | HCR_SWIO | HCR_FB | HCR_BSU_IS | HCR_TSC | \
			 HCR_TIDCP | HCR_TACR | HCR_TSW | HCR_RW | HCR_TLOR)

/* MPIDR_EL1: affinity 3 to 0 */
#define MPIDR_HWID	0xff00ffffffull

/* EL1 may use the physical counter and timer (D13.11). */
#define CNTHCTL_EL1	3u

uint32_t s2_bits = 40;

struct pcpu *this_cpu(void)
{
	return (struct pcpu *)read_sysreg(tpidr_el2);
}

/* Stage 2 covers what the CPU can address; 48 bits only if needed. */
int arch_early_init(void)
{
	static const uint8_t bits[] = { 32, 36, 40, 42, 44, 48 };
	uint32_t have = bits[el2_pa_range()];

	if (system_cfg.addr_bits > have) {
		report_add("mem-wrap", "the board needs %u address bits, "
			   "the CPU has %u", system_cfg.addr_bits, have);
		return -CB_ERANGE;
	}
	s2_bits = have < 40 || system_cfg.addr_bits > 40 ? have : 40;
	return gic_init();
}

/* RES1 bit 31; inner shareable, write-back walks; 4 KiB */
static uint64_t vtcr(void)
{
	uint64_t start = s2_bits > 40 ? 2 : 1;		/* SL0 */

	return BIT64(31) | el2_pa_range() << 16 | 3ull << 12 | 1ull << 10 |
	       1ull << 8 | start << 6 | (64 - s2_bits);
}

/* What Linux has at EL2 besides, saved and restored by EL2_REGS(). */
#define EL2_REGS(C)							\
	C(0, cnthctl_el2)						\
	C(1, vttbr_el2)							\
	C(2, vtcr_el2)							\
	C(3, vmpidr_el2)						\
	C(4, vpidr_el2)
#define SAVE(n, reg)	cpu->arch.linux_el2[n] = read_sysreg(reg);
#define RESTORE(n, reg)	write_sysreg(cpu->arch.linux_el2[n], reg);

int arch_cpu_init(struct pcpu *cpu)
{
	uint64_t hcr = read_sysreg(hcr_el2);

	write_sysreg((uint64_t)cpu, tpidr_el2);
	cpu->arch.linux_hcr = hcr;
	EL2_REGS(SAVE)
	gic_cpu_init(cpu);
	write_sysreg(vtcr(), vtcr_el2);
	write_sysreg(s2_vttbr(&root_cell.s2), vttbr_el2);
	write_sysreg(read_sysreg(mpidr_el1), vmpidr_el2);
	write_sysreg(read_sysreg(midr_el1), vpidr_el2);
	write_sysreg(CNTHCTL_EL1, cnthctl_el2);
	write_sysreg((hcr & HCR_KEEP) | HCR_BASE | gic_hcr_bits(), hcr_el2);
	isb();
	flush_guest();
	return 0;
}

void arch_cpu_restore(struct pcpu *cpu)
{
	gic_cpu_restore(cpu);
	write_sysreg(cpu->arch.linux_hcr, hcr_el2);
	isb();
	flush_guest();
	EL2_REGS(RESTORE)
	isb();
}

void arch_enter(uint64_t slot)
{
	int err;

	write_sysreg((uint64_t)hv_vectors, vbar_el2);
	write_sysreg(0, tpidr_el2);
	isb();
	err = core_enter((uint32_t)slot, read_sysreg(mpidr_el1) & MPIDR_HWID);
	guest_frame()[0] = (uint64_t)err;
	if (err)
		arch_leave(slot);
}

/* The MMU will be off: the frame to memory, and all by physical address. */
void arch_leave(uint64_t slot)
{
	uint64_t base = image_header.phys_base, frame;
	void (*leave)(uint64_t frame);

	frame = base + image_header.core_size + (slot + 1) * SLOT_SIZE -
		FRAME_SIZE;
	leave = (void *)((uint64_t)leave_boot - HV_BASE + base);
	el2_drop_lines(guest_frame(), FRAME_SIZE);
	dsb_sy();
	leave(frame);
	__builtin_unreachable();
}

void arch_cpu_wait(struct pcpu *cpu)
{
	wfi();
	gic_take(cpu);
}

void arch_cpu_relax(void)
{
	__asm__ volatile("yield" ::: "memory");
}

void arch_cpu_halt(void)
{
	for (;;)
		wfi();
}
