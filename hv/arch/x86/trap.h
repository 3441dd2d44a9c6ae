/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What an intercept does, whichever vendor's. The vendor's exit handler calls
 * these with the exit decoded; they go on behind the instruction (vm->skip()),
 * inject, or park the CPU: the core's headers come along.
 */
#ifndef X86_TRAP_H
#define X86_TRAP_H

#include "core.h"
#include "pcpu.h"
#include "vm.h"

/* An IN or OUT, string forms included (io.c). */
struct io_access {
	uint16_t port;
	uint8_t size;		/* 1, 2 or 4 */
	bool in, string;
	uint8_t len;		/* of the instruction, or 0 */
};

typedef void (*trap_handler)(struct pcpu *cpu, struct regs *regs);

void trap_cpuid(struct pcpu *cpu, struct regs *regs);
void trap_msr(struct pcpu *cpu, struct regs *regs, bool write);
void trap_io(struct pcpu *cpu, struct regs *regs, const struct io_access *io);
void trap_xsetbv(struct pcpu *cpu, struct regs *regs);
/* cpl: user space knows no hypercalls; wide: registers of 64 bits. */
void trap_hypercall(struct pcpu *cpu, struct regs *regs, uint32_t cpl,
		    bool wide);
/* An NMI: another CPU's kick, or the machine's. */
void trap_nmi(struct pcpu *cpu);
/* #DB, #AC or #MC. */
void trap_exception(struct pcpu *cpu, uint32_t vector);
/* Instructions that no guest has, INVD, and a triple fault. */
void trap_undefined(struct pcpu *cpu, struct regs *regs);
void trap_invd(struct pcpu *cpu, struct regs *regs);
void trap_shutdown(struct pcpu *cpu, struct regs *regs);
/* A write to CR0 (0) or CR4 (4) that touches what is the hypervisor's; else no
   guest has it. */
void trap_cr(struct pcpu *cpu, uint32_t cr, uint64_t value);
/* An access that the nested tables do not permit (mmio.c). */
enum vm_access {
	VM_READ, VM_WRITE, VM_EXECUTE,
	VM_WALK,		/* of the guest's own page tables */
};
void trap_memory(struct pcpu *cpu, struct regs *regs, uint64_t addr,
		 enum vm_access access);

/*
 * I/O and MSR bitmaps say "exit" where a bit is set; both vendors' are filled
 * by these. Ports: cell->arch; the root cell's are less those of live cells
 * (with the control lock).
 */
void io_fill(const struct cell *cell);
/* The root cell's MSRs, and those of all others: as msr_passes() says. */
extern uint8_t msr_bits[2][MSR_PAGES * PAGE_SIZE];
void msr_init(void);
/* Is the access left to the hardware? cell: NULL for one that is not root. */
bool msr_passes(const struct cell *cell, uint32_t msr, bool write);

/* EFER as the guest asks for it; false: #GP (cr.c). */
bool efer_write(uint64_t value);

/*
 * The guest's memory (walk.c). Translates a virtual address by the guest's
 * own tables, read through the stage 2 of its cell; false: not mapped there.
 * Rights are not looked at: it is for what the hardware has translated.
 */
struct walk {
	uint64_t phys;		/* the cell's address */
	uint64_t entry;		/* the last one, and where it is */
	paddr_t entry_at;
	uint32_t entry_size;	/* 0: no paging */
};
bool walk_guest(struct cell *cell, uint64_t virt, struct walk *w);

/* Reads RAM of the cell, inside one page, at *pa; false: it has none there. */
bool guest_read(struct cell *cell, uint64_t phys, void *dst, uint32_t size,
		paddr_t *pa);

/*
 * Instructions that were decoded on this CPU (mmio.c). A page of each CPU,
 * zeroed whenever its guest is (cpu.c, arch_vcpu_reset()).
 */
void *insn_cache(void);

#endif
