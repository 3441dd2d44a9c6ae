/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Hardware virtualisation, AMD's or Intel's: chosen once, at run time. All
 * functions work on the CPU that calls them.
 */
#ifndef X86_VM_H
#define X86_VM_H

#include <abi/image-x86.h>
#include "cr.h"

struct cell;
struct s2;

/* The guest's general registers, by number; rsp (4) is a field below. */
struct regs {
	uint64_t r[16];
};

enum { RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI };

/*
 * What the hardware keeps of a guest CPU, besides the segments: in the order
 * of struct cb_x86_guest. CR2 is in the CPU.
 */
enum vm_field {
	VM_RIP, VM_RSP, VM_RFLAGS, VM_CR0, VM_CR3, VM_CR4, VM_EFER, VM_DR7,
	VM_STAR, VM_LSTAR, VM_CSTAR, VM_SFMASK, VM_KERNEL_GS_BASE,
	VM_SYSENTER_CS, VM_SYSENTER_ESP, VM_SYSENTER_EIP, VM_PAT, VM_FIELDS,
};

/* Exceptions that are injected. */
enum { X86_DB = 1, X86_NMI = 2, X86_UD = 6, X86_DF = 8, X86_GP = 13,
       X86_AC = 17, X86_MC = 18 };

/* An event on its way to the guest, of both vendors; SOFT and above: of INT. */
#define EVENT_TYPE(e)	((e) >> 8 & 7)
enum { EVENT_NMI = 2, EVENT_EXCEPTION, EVENT_SOFT };
#define EVENT_ERROR	BIT(11)
#define EVENT_VALID	BIT(31)

/* Of a bitmap; both vendors' fit (I/O: ARCH_CELL_PAGES). */
#define MSR_PAGES	2

struct vm_ops {
	const char *name;		/* "SVM", "VMX" */
	bool ept;			/* form of the nested tables' entries */

	/* Is it there, whole and free? Reports what is missing. 0 or -CB_E*. */
	int (*early_init)(void);

	/* To the guest, for good: each exit starts with an empty stack. */
	__noreturn void (*run)(void);

	/* Turns it on for this CPU; the guest is in no state yet. */
	int (*cpu_init)(void);
	/* Turns it off: the CPU is as before cpu_init(). */
	void (*cpu_exit)(void);

	/* From the next entry on: these nested tables and bitmaps. */
	void (*assign)(const struct s2 *s2, const uint8_t *io,
		       const uint8_t *msr);
	/* Translations of the current guest are forgotten, on this CPU. */
	void (*flush)(void);

	/* As the guest sees them: EFER without SVME, CR0.NE as it was written,
	   CR4 without VMXE. MSRs that stay in the CPU (vcpu.c) have no value
	   here, and are set in vain. */
	uint64_t (*get)(enum vm_field field);
	void (*set)(enum vm_field field, uint64_t value);
	/* Of ES to DS. */
	void (*get_segment)(uint32_t seg, struct cb_x86_segment *s);
	void (*set_segment)(uint32_t seg, const struct cb_x86_segment *s);

	/* Bytes at RIP that came with an exit for an access to memory; NULL:
	   none. *count: how many, at most X86_INSN_MAX. May be absent. */
	const uint8_t *(*insn_bytes)(uint32_t *count);
	/* Goes on behind the instruction of the exit. len: its bytes where
	   the hardware does not say (0: it does, or what is usual). */
	void (*skip)(uint32_t len);
	/* At the next entry; an error code is 0. */
	void (*inject)(uint32_t vector);
	/* A new guest: not halted, nothing on its way to it; CR2, DR6. */
	void (*wake)(void);
};

extern const struct vm_ops svm_ops, vmx_ops;
extern const struct vm_ops *vm;

/* What inject() delivers; real mode has no error codes. */
static inline uint32_t vm_event(uint32_t vector)
{
	bool error = vector == X86_GP || vector == X86_AC;

	return EVENT_VALID | vector |
	       (vector == X86_NMI ? EVENT_NMI : EVENT_EXCEPTION) << 8 |
	       (error && vm->get(VM_CR0) & CR0_PE ? EVENT_ERROR : 0);
}

/* Reports why it cannot be used; -CB_ENODEV. */
int vm_refuse(const char *why);

#endif
