/* SPDX-License-Identifier: GPL-2.0-only */
/* AMD's virtual machine control block (APM volume 2, appendices B, C). */
#ifndef X86_SVM_H
#define X86_SVM_H

#include <abi/image-x86.h>
#include <stddef.h>
#include "types.h"

struct vmcb {
	/* control area */
	uint32_t intercepts[5];		/* by exit code */
	uint8_t reserved1[0x40 - 0x14];
	uint64_t iopm, msrpm, reserved2;
	uint32_t asid;
	uint8_t tlb_control, reserved3[3];
	uint64_t reserved4, int_state;
	uint64_t exit_code, exit_info1, exit_info2, exit_int_info;
	uint64_t nested, reserved5[2];
	uint64_t event_inj, nested_cr3, reserved6[2];
	uint64_t next_rip;
	uint8_t fetched, bytes[15];
	uint8_t reserved7[0x400 - 0xe0];
	/* state save area: in the order of segment_at[] */
	struct cb_x86_segment seg[10];
	uint8_t reserved8[0x4cb - 0x4a0];
	uint8_t cpl;
	uint32_t reserved9;
	uint64_t efer;
	uint8_t reserved10[0x548 - 0x4d8];
	uint64_t cr4, cr3, cr0, dr7, dr6, rflags, rip;
	uint8_t reserved11[0x5d8 - 0x580];
	uint64_t rsp, reserved12[3], rax, reserved13[8], cr2;
	uint8_t reserved14[0x668 - 0x648];
	uint64_t pat;
	uint8_t reserved15[0x1000 - 0x670];
};

_Static_assert(offsetof(struct vmcb, next_rip) == 0xc8, "VMCB");
_Static_assert(offsetof(struct vmcb, efer) == 0x4d0, "VMCB");
_Static_assert(offsetof(struct vmcb, cr2) == 0x640, "VMCB");
_Static_assert(sizeof(struct vmcb) == 4096, "VMCB");

#define VM_CR_R_INIT		BIT64(1)	/* INIT: exception 30 */
#define VM_CR_SVMDIS		BIT64(4)
#define MSR_VM_HSAVE_PA		0xc0010117

#define SEG_LONG		BIT(9)		/* attr of CS */

/* Exit codes */
#define EXIT_EXCEPTION(v)	(0x40u + (v))
enum {
	EXIT_NMI = 0x61, EXIT_INIT = 0x63, EXIT_CPUID = 0x72, EXIT_INVD = 0x76,
	EXIT_INVLPGA = 0x7a, EXIT_IOIO = 0x7b, EXIT_MSR = 0x7c,
	EXIT_FERR_FREEZE = 0x7e, EXIT_SHUTDOWN = 0x7f, EXIT_VMRUN = 0x80,
	EXIT_VMMCALL = 0x81, EXIT_SKINIT = 0x86, EXIT_XSETBV = 0x8d,
	EXIT_NPF = 0x400,
};

enum { TLB_KEEP, TLB_FLUSH_ALL, TLB_FLUSH_ASID = 3 };

/* CPUID 0x8000000a, EDX */
#define FEATURE_NPT		BIT(0)
#define FEATURE_FLUSH_ASID	BIT(6)

/* exit_info1 of a nested page fault */
#define NPF_WRITE		BIT64(1)
#define NPF_FETCH		BIT64(4)
#define NPF_TABLES		BIT64(33)	/* the guest's own */

#endif
