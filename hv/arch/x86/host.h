/* SPDX-License-Identifier: GPL-2.0-only */
/* What the hypervisor itself runs on: tables, private data, exceptions. */
#ifndef X86_HOST_H
#define X86_HOST_H

#include <abi/image-x86.h>
#include "layout.h"
#include "pcpu.h"
#include "trap.h"

/* Entries of the hypervisor's own tables; level 1, 2 for PAGE_LARGE. */
#define HV_PRESENT	1ull
#define HV_WRITE	2ull
#define HV_UNCACHED	0x18ull			/* PCD, PWT */
#define HV_USED		0x60ull			/* accessed, dirty */
#define HV_LARGE	0x80ull
#define HV_NX		BIT64(63)
#define HV_TABLE	(HV_PRESENT | HV_WRITE | HV_USED)
#define HV_PAGE_TEXT	(HV_PRESENT | HV_USED)
#define HV_PAGE_RO	(HV_PAGE_TEXT | HV_NX)
#define HV_PAGE_RW	(HV_PAGE_RO | HV_WRITE)
#define HV_PAGE_DEV	(HV_PAGE_RW | HV_UNCACHED)
#define HV_BLOCK_RW	(HV_PAGE_RW | HV_LARGE)

/* This CPU's own; no other CPU has it mapped. Offsets: layout.h. */
struct priv {
	struct pcpu *cpu;	/* NULL before arch_cpu_init() */
	uint64_t vm_phys;	/* of SLOT_VM; SLOT_AREA is behind it */
	uint64_t leave;		/* the loader's way back, and its tables */
	uint64_t loader_cr3;
	uint64_t rsp, cr3, cr4;	/* Linux goes on with these, without us */
	uint32_t nmi;		/* one has arrived since this was cleared */
	uint32_t machine_nmi;	/* … that no CPU has sent */
};

static inline struct priv *priv(void)
{
	return (struct priv *)PRIV_INFO;
}

/* A trap starts on an empty stack: the frame is always in the same place. */
static inline struct regs *guest_regs(void)
{
	return (struct regs *)PRIV_FRAME;
}

static inline const struct cb_x86_guest *handover(void)
{
	return (const struct cb_x86_guest *)PRIV_AT(SLOT_GUEST);
}

/* SVM: NMIs are taken from here on, or wait for the next time. */
static inline void nmi_window(bool open)
{
	if (open && !vm->ept)
		__asm__ volatile("stgi" ::: "memory");
	else if (!vm->ept)
		__asm__ volatile("clgi" ::: "memory");
}

/*
 * The last before the guest; what NMIs that the host has taken were about comes
 * first. Whoever changes tables looks at in_guest after it has set flush.
 */
static inline void vm_entering(struct pcpu *cpu)
{
	while (READ_ONCE(priv()->nmi)) {
		WRITE_ONCE(cpu->arch.in_guest, 0);
		trap_nmi(cpu);
	}
	__atomic_exchange_n(&cpu->arch.in_guest, 1, __ATOMIC_SEQ_CST);
	if (READ_ONCE(cpu->arch.flush)) {
		WRITE_ONCE(cpu->arch.flush, 0);
		vm->flush();
	}
}

/* Registers of the hypervisor at an exception; a function keeps the others. */
struct host_frame {
	uint64_t r[9], vector, error;
	uint64_t rip, cs, rflags, rsp, ss;
};

/* early.c: the level-1 table of HV_DEV_BASE. */
extern uint64_t hv_dev_l1[512];
/* Builds the CPU's tables, with the loader's live; what CR3 is to be. */
uint64_t early_tables(uint64_t slot);

/* cpu.c, from entry.S, on the private stack: into the guest, or back. */
void arch_enter(uint64_t slot, uint64_t leave, uint64_t loader_cr3) __noreturn;
/* vcpu.c: the guest goes on so. On the CPU. */
void vcpu_set(const struct cb_x86_guest *g);
/* Out, by the loader's tables. */
void arch_leave(int64_t result) __noreturn;

extern uint64_t host_idts[2][256][2];

/* At the bottom of the page whose top is the stack for NMI, #DF and #MC. */
struct host_tables {
	uint64_t gdt[5];		/* HOST_CS, HOST_DS, HOST_TR */
	uint32_t tss[26];
};

static inline struct host_tables *host_tables(void)
{
	return (struct host_tables *)PRIV_AT(SLOT_IST);
}

/*
 * Descriptor tables: of interrupts, for all CPUs; all, of this CPU. ist: those
 * exceptions that have a stack of their own (VMX: for TR is the host's).
 */
void host_idt_fill(uint32_t ist);
void host_tables_load(void);
/* Takes what is pending for the last guest, whatever its vectors. */
void host_drain(void);

/* trap.c, from entry.S: an exception or NMI in the hypervisor. */
void trap_own(struct host_frame *f);

/* entry.S */
extern char exception_stubs[], wait_begin[], wait_end[];
extern char vmx_begin[], vmx_end[], vmx_exited[];
void wait_nmi(uint32_t *nmi);
void leave_hv(uint64_t rsp, uint64_t cr3, uint64_t cr4, int64_t result,
	      uint64_t loader_cr3, uint64_t leave) __noreturn;
void svm_run(void) __noreturn;
void vmx_run(void) __noreturn;

/* svm.c, from svm_run() */
void svm_enter(void);
void svm_exit(struct regs *regs);

/* vmx.c, from vmx_run() */
void vmx_enter(void);
void vmx_failed(void);
void vmx_exit(struct regs *regs);

#endif
