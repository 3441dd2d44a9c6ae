// SPDX-License-Identifier: GPL-2.0-only
/* SVM for the hypervisor that partitions nothing; see fakehv.S. */

#include <abi/hypercall.h>
#include <abi/image.h>
#include <abi/image-x86.h>

#include "../fakehv.h"

#define MSR_EFER		0xc0000080
#define MSR_STAR		0xc0000081
#define MSR_LSTAR		0xc0000082
#define MSR_CSTAR		0xc0000083
#define MSR_SFMASK		0xc0000084
#define MSR_FS_BASE		0xc0000100
#define MSR_GS_BASE		0xc0000101
#define MSR_KERNEL_GS_BASE	0xc0000102
#define MSR_SYSENTER_CS		0x174
#define MSR_SYSENTER_ESP	0x175
#define MSR_SYSENTER_EIP	0x176
#define MSR_PAT			0x277
#define MSR_VM_HSAVE_PA		0xc0010117
#define EFER_SVME		(1ull << 12)
#define EXIT_VMMCALL		0x81

struct vmcb {
	uint32_t cr, dr, exceptions, misc1, misc2;
	uint8_t pad1[0x58 - 0x14];
	uint32_t asid;
	uint8_t pad2[0x70 - 0x5c];
	uint64_t exit;
	uint8_t pad3[0x400 - 0x78];
	struct cb_x86_segment es, cs, ss, ds, fs, gs, gdtr, ldtr, idtr, tr;
	uint8_t pad4[0x4d0 - 0x4a0];
	uint64_t efer;
	uint8_t pad5[0x548 - 0x4d8];
	uint64_t cr4, cr3, cr0, dr7, dr6, rflags, rip;
	uint8_t pad6[0x5d8 - 0x580];
	uint64_t rsp;
	uint8_t pad7[0x5f8 - 0x5e0];
	uint64_t rax, star, lstar, cstar, sfmask, kernel_gs_base;
	uint64_t sysenter_cs, sysenter_esp, sysenter_eip, cr2;
	uint8_t pad8[0x668 - 0x648];
	uint64_t pat;
	uint8_t pad9[0x1000 - 0x670];
};

/* The pages of a CPU's slot; fakehv.S knows the offsets. */
struct pages {
	struct cb_x86_guest guest;
	uint8_t pad[0xf00 - sizeof(struct cb_x86_guest)];
	uint64_t way_back, vmcb_address, rsp, cr3, cr4;
	uint64_t gdt[5];
	uint8_t gdtr[10];
	uint8_t pad2[0x1000 - 0xf28 - 40 - 10];
	struct vmcb vmcb;
	uint8_t host[0x1000], stack[0x1000];
};
extern struct pages core_end[];

/* The loader's half of the header, in part. */
extern const uint64_t header_loader[];
void load_segments(struct pages *p);
int64_t enter(uint64_t slot, struct pages *p);
uint64_t handle(uint64_t *regs, struct pages *p);
void ruin(struct pages *p);

const int64_t load_base = 0x3a400000;

static void wrmsr(uint32_t msr, uint64_t value)
{
	__asm__ volatile("wrmsr" : : "c" (msr), "a" ((uint32_t)value),
			 "d" ((uint32_t)(value >> 32)));
}

static uint64_t rdmsr(uint32_t msr)
{
	uint32_t low, high;

	__asm__ volatile("rdmsr" : "=a" (low), "=d" (high) : "c" (msr));
	return (uint64_t)high << 32 | low;
}

static uint64_t physical(const void *at)
{
	return header_loader[0] + ((uintptr_t)at - CB_X86_BASE);
}

static void fill(struct vmcb *v, const struct cb_x86_guest *g)
{
	v->misc2 = 3;		/* VMRUN, VMMCALL */
	v->asid = 1;
	v->es = g->seg[CB_X86_ES];
	v->cs = g->seg[CB_X86_CS];
	v->ss = g->seg[CB_X86_SS];
	v->ds = g->seg[CB_X86_DS];
	v->fs = g->seg[CB_X86_FS];
	v->gs = g->seg[CB_X86_GS];
	v->gdtr = g->seg[CB_X86_GDTR];
	v->ldtr = g->seg[CB_X86_LDTR];
	v->idtr = g->seg[CB_X86_IDTR];
	v->tr = g->seg[CB_X86_TR];
	v->efer = g->efer | EFER_SVME;
	v->cr4 = g->cr4;
	v->cr3 = g->cr3;
	v->cr0 = g->cr0;
	v->dr7 = g->dr7;
	v->rflags = g->rflags;
	v->rip = g->rip;
	v->rsp = g->rsp;
	v->star = g->star;
	v->lstar = g->lstar;
	v->cstar = g->cstar;
	v->sfmask = g->sfmask;
	v->kernel_gs_base = g->kernel_gs_base;
	v->sysenter_cs = g->sysenter_cs;
	v->sysenter_esp = g->sysenter_esp;
	v->sysenter_eip = g->sysenter_eip;
	v->pat = g->pat;
}

int64_t enter(uint64_t slot, struct pages *p)
{
	p->rsp = p->guest.rsp;
	p->cr3 = p->guest.cr3;
	p->cr4 = p->guest.cr4;
	p->vmcb_address = physical(&p->vmcb);
	wrmsr(MSR_EFER, rdmsr(MSR_EFER) | EFER_SVME);
	wrmsr(MSR_VM_HSAVE_PA, physical(p->host));
	fill(&p->vmcb, &p->guest);
	return !knobs[ENTER_SLOT] || knobs[ENTER_SLOT] == slot + 1 ?
	       -(int64_t)knobs[ENTER_ERROR] : 0;
}

/* regs: r15 to r8, then rdi, rsi, … */
uint64_t handle(uint64_t *regs, struct pages *p)
{
	struct vmcb *v = &p->vmcb;
	uint64_t code = v->rax;
	uint64_t cpu = p - core_end;

	if (v->exit != EXIT_VMMCALL)
		for (;;)
			;
	v->rip += 3;
	v->rax = answer(code, regs[8], regs[9], cpu);
	p->rsp = v->rsp;
	p->cr3 = v->cr3;
	p->cr4 = v->cr4;
	return code == CB_HC_DISABLE && !v->rax;
}

/* Nothing of what the loader has to bring back is left as it was. */
void ruin(struct pages *p)
{
	static const uint32_t msrs[] = {
		MSR_STAR, MSR_LSTAR, MSR_CSTAR, MSR_SFMASK, MSR_FS_BASE,
		MSR_GS_BASE, MSR_KERNEL_GS_BASE, MSR_SYSENTER_CS,
		MSR_SYSENTER_ESP, MSR_SYSENTER_EIP,
	};
	uint32_t i;

	__asm__ volatile("stgi");
	load_segments(p);
	for (i = 0; i < sizeof(msrs) / sizeof(msrs[0]); i++)
		wrmsr(msrs[i], 0);
	wrmsr(MSR_PAT, 0x0007040600070406);
	wrmsr(MSR_VM_HSAVE_PA, 0);
	wrmsr(MSR_EFER, p->guest.efer & ~1ull);	/* no SYSCALL */
	__asm__ volatile("mov %0, %%db7" : : "r" (0x400ull));
}
