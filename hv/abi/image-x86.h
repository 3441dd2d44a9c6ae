/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How a CPU enters the hypervisor on x86, and comes back; image.h has the rest.
 *
 * The loader fills page tables of its own (CB_X86_TABLE_PAGES pages at
 * stub_offset, zero before): the hypervisor's memory at CB_X86_BASE, and the
 * page of its stub at the address that Linux has it at, all writable and
 * executable. Page 0 of each CPU's slot holds a struct cb_x86_guest: how Linux
 * goes on in case of success. With interrupts off and CR4.PGE and PCIDE clear,
 * the stub loads CR3 with these tables and jumps to CB_X86_BASE + entry:
 *	rdi	slot, 0 to cpu_slots - 1, each once
 *	rsi	address of the stub's way back
 * The way back is taken after an error, and after CB_HC_DISABLE has returned
 * on all CPUs, with the loader's tables live and:
 *	rax	0 or a negative CB_E* number
 *	rdi, rsi, rdx	Linux' RSP, CR3 and CR4: of the handover page or,
 *			after a disable, at the hypercall
 * All other registers, descriptor tables and MSRs are for the loader to bring
 * back. Linux' own state goes on below the hypervisor meanwhile.
 */
#ifndef ABI_IMAGE_X86_H
#define ABI_IMAGE_X86_H

#include <stdint.h>

/* Where the hypervisor runs, in address spaces of its own. */
#define CB_X86_BASE		0x40000000ull
#define CB_X86_TABLE_PAGES	8
#define CB_X86_MEM_MAX		(512ull << 20)

/* A segment; attr: bits 0-7 and 12-15 of the descriptor's, 8-11 (VMCB). */
struct cb_x86_segment {
	uint16_t selector;
	uint16_t attr;
	uint32_t limit;
	uint64_t base;
};

/* In the order of the instruction set's own numbers, then the system's. */
enum cb_x86_segments {
	CB_X86_ES, CB_X86_CS, CB_X86_SS, CB_X86_DS, CB_X86_FS, CB_X86_GS,
	CB_X86_LDTR, CB_X86_TR, CB_X86_GDTR, CB_X86_IDTR, CB_X86_SEGMENTS,
};

/* The state in which a guest CPU goes on; general registers are kept. */
struct cb_x86_guest {
	struct cb_x86_segment seg[CB_X86_SEGMENTS];
	uint64_t rip, rsp, rflags;
	uint64_t cr0, cr3, cr4, efer, dr7;
	uint64_t star, lstar, cstar, sfmask, kernel_gs_base;
	uint64_t sysenter_cs, sysenter_esp, sysenter_eip;
	uint64_t pat;
};

#endif
