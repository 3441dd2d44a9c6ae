/* SPDX-License-Identifier: GPL-2.0-only */
/* A CPU comes under the hypervisor, uses its cell's stage 2, and leaves. */
#include <arch/pte.h>
#include "core.h"
#include "el2.h"
#include "gic.h"
#include "pcpu.h"

/* Bits of HCR_EL2 that Linux chose and the guest relies on. */
#define HCR_KEEP	(HCR_API | HCR_APK | HCR_ATA)
#define HCR_BASE	(HCR_VM | HCR_SWIO | HCR_FB | HCR_BSU_IS | HCR_TSC | \
			 HCR_TIDCP | HCR_TACR | HCR_TSW | HCR_RW | HCR_TLOR | \
			 HCR_FMO)

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

	if (system_cfg.addr_bits > have)
		return refuse(-CB_ERANGE, "mem-wrap", "the board needs %u "
			      "address bits, the CPU has %u",
			      system_cfg.addr_bits, have);
	s2_bits = have < 40 || system_cfg.addr_bits > 40 ? have : 40;
	return gic_init();
}

/* RES1 bit 31; inner shareable, write-back walks; 4 KiB; SL0 by levels */
static uint64_t vtcr(void)
{
	return BIT64(31) | el2_pa_range() << 16 | 3ull << 12 | 1ull << 10 |
	       1ull << 8 | (arch_s2_levels() - 2) << 6 | (64 - s2_bits);
}

/* The value that makes a CPU use a cell's stage 2. */
static uint64_t vttbr(const struct s2 *s2)
{
	return arch_virt_to_phys(s2->root).v | (uint64_t)s2->id << 48;
}

/* TLBI by stage 2 works on the current tag: borrow it. */
void arch_s2_flush(const struct s2 *s2)
{
	uint64_t old = read_sysreg(vttbr_el2);

	write_sysreg(vttbr(s2), vttbr_el2);
	dsb_ish();
	isb();
	__asm__ volatile("tlbi vmalls12e1is" ::: "memory");
	dsb_ish();
	isb();
	write_sysreg(old, vttbr_el2);
	isb();
}

void arch_vcpu_assign(struct pcpu *cpu, struct cell *cell)
{
	write_sysreg(vttbr(&cell->s2), vttbr_el2);
	isb();
	flush_guest();
}

/* What is Linux' own at EL2 while the hypervisor's values are there. */
#define EL2_REGS(C)							\
	C(cnthctl_el2, CNTHCTL_EL1)					\
	C(vttbr_el2, vttbr(&root_cell.s2))				\
	C(vtcr_el2, vtcr())						\
	C(vmpidr_el2, read_sysreg(mpidr_el1))				\
	C(vpidr_el2, read_sysreg(midr_el1))				\
	C(hcr_el2, (read_sysreg(hcr_el2) & HCR_KEEP) | HCR_BASE |	\
		    (arch_delivery ? 0 : HCR_IMO))
#define REPLACE(reg, value)						\
	*saved = read_sysreg(reg);					\
	write_sysreg(value, reg);					\
	saved++;
#define RESTORE(reg, value)	write_sysreg(*saved++, reg);

int arch_cpu_init(struct pcpu *cpu)
{
	uint64_t *saved = cpu->arch.linux_el2;

	write_sysreg((uint64_t)cpu, tpidr_el2);
	gic_cpu_init(cpu);
	EL2_REGS(REPLACE)
	isb();
	flush_guest();
	return 0;
}

void arch_cpu_restore(struct pcpu *cpu)
{
	const uint64_t *saved = cpu->arch.linux_el2;

	gic_cpu_restore(cpu);
	EL2_REGS(RESTORE)
	isb();
	flush_guest();
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
	void (*leave)(uint64_t frame) =
		(void *)arch_virt_to_phys(leave_boot).v;

	el2_flush_lines(guest_frame(), FRAME_SIZE);
	dsb_sy();
	leave(image_header.phys_base + image_header.core_size +
	      slot * SLOT_SIZE + (PRIV_FRAME - PRIV_BASE));
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
