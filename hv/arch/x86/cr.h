/* SPDX-License-Identifier: GPL-2.0-only */
/* Control registers and some MSRs: their bits (SDM 3, 2.5; APM 2, 3.1). */
#ifndef X86_CR_H
#define X86_CR_H

#include "types.h"

#define CR0_PE			BIT64(0)
#define CR0_ET			BIT64(4)
#define CR0_NE			BIT64(5)
#define CR0_PG			BIT64(31)

#define CR4_PSE			BIT64(4)
#define CR4_PAE			BIT64(5)
#define CR4_LA57		BIT64(12)
#define CR4_VMXE		BIT64(13)
#define CR4_SMXE		BIT64(14)
#define CR4_OSXSAVE		BIT64(18)
#define CR4_PKE			BIT64(22)
#define CR4_CET			BIT64(23)

#define DR6_RESET		0xffff0ff0ull

/* What CPUID answers with, in the order of cpuid() */
enum { EAX, EBX, ECX, EDX };

enum {
	MSR_APIC_BASE = 0x1b, MSR_FEATURE_CONTROL = 0x3a, MSR_DEBUGCTL = 0x1d9,
	MSR_PAT = 0x277, MSR_X2APIC = 0x800, MSRS_X2APIC = 0x100,
	MSR_EFER = 0xc0000080, MSR_HWCR = 0xc0010015, MSR_VM_CR = 0xc0010114,
};
#define APIC_BASE_BSP		BIT64(8)
#define APIC_BASE_X2APIC	BIT64(10)
#define APIC_BASE_ENABLE	BIT64(11)
#define FEATURE_LOCKED		BIT64(0)
#define FEATURE_VMXON		BIT64(2)
#define EFER_SCE		BIT64(0)
#define EFER_LME		BIT64(8)
#define EFER_LMA		BIT64(10)
#define EFER_NXE		BIT64(11)
#define EFER_SVME		BIT64(12)

#endif
