/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * AMD's virtualisation (APM volume 2, chapter 15). What VMLOAD loads (FS, GS,
 * TR, LDTR, system call registers) stays the guest's during an exit: the host
 * uses none of it. GIF is 0 there, so that NMIs wait for nmi_window().
 */
#include "svm.h"
#include <arch/pte.h>
#include "host.h"
#include "insn.h"
#include "string.h"
#include "trap.h"

#define GUEST_ASID	1		/* 0 is the host */
#define NMI_POLLS	1000u

static bool has_flush_asid;	/* the hardware flushes one tag alone */

static struct vmcb *const vmcb = (struct vmcb *)PRIV_AT(SLOT_VM);

/* In the order of enum cb_x86_segments. */
static const uint8_t segment_at[CB_X86_SEGMENTS] = {
	0, 1, 2, 3, 4, 5, 7, 9, 6, 8,
};

static int svm_early_init(void)
{
	uint32_t levels = read_cr(4) & CR4_LA57 ? 5 : 4, features;

	if (rdmsr(MSR_VM_CR) & VM_CR_SVMDIS)
		return vm_refuse("the firmware has switched it off");
	if (rdmsr(MSR_EFER) & EFER_SVME)
		return vm_refuse("it is in use: is KVM loaded?");
	features = cpuid_reg(0x8000000a, EDX);
	if (!(features & FEATURE_NPT))
		return vm_refuse("the CPU has no nested paging");
	has_flush_asid = features & FEATURE_FLUSH_ASID;
	return s2_use_format(&npt_format, levels,
			     cpuid_reg(0x80000001, EDX) & BIT(26));
}

static void svm_flush(void)
{
	vmcb->tlb_control = has_flush_asid ? TLB_FLUSH_ASID : TLB_FLUSH_ALL;
}

/* What the CPU knows of its last cell goes: so one tag is enough for all. */
static void svm_assign(const struct s2 *s2, const uint8_t *io,
		       const uint8_t *msr)
{
	vmcb->nested_cr3 = arch_virt_to_phys(s2->root).v;
	vmcb->iopm = arch_virt_to_phys(io).v;
	vmcb->msrpm = arch_virt_to_phys(msr).v;
	svm_flush();
}

static void svm_wake(void)
{
	vmcb->event_inj = 0;
	vmcb->int_state = 0;
	vmcb->cr2 = 0;
	vmcb->dr6 = DR6_RESET;
}

static const uint16_t fields[VM_FIELDS] = {
#define FIELD(name)	offsetof(struct vmcb, name)
	[VM_RIP] = FIELD(rip), [VM_RSP] = FIELD(rsp),
	[VM_RFLAGS] = FIELD(rflags), [VM_CR0] = FIELD(cr0),
	[VM_CR3] = FIELD(cr3), [VM_CR4] = FIELD(cr4), [VM_EFER] = FIELD(efer),
	[VM_DR7] = FIELD(dr7), [VM_PAT] = FIELD(pat),
};

static uint64_t svm_get(enum vm_field field)
{
	uint64_t *at = (uint64_t *)((uint8_t *)vmcb + fields[field]);

	return field == VM_EFER ? *at & ~EFER_SVME : *at;
}

static void svm_set(enum vm_field field, uint64_t value)
{
	uint64_t *at = (uint64_t *)((uint8_t *)vmcb + fields[field]);

	if (fields[field])
		*at = field == VM_EFER ? value | EFER_SVME : value;
}

/* The privilege level is that of SS, wherever the hardware keeps it. */
static void svm_get_segment(uint32_t seg, struct cb_x86_segment *s)
{
	*s = vmcb->seg[seg];
	if (seg == CB_X86_SS)
		s->attr = (uint16_t)((s->attr & ~0x60u) | vmcb->cpl << 5);
}

/* What the CPU has of the guest's goes to the VMCB, and back. */
static void svm_set_segment(uint32_t seg, const struct cb_x86_segment *s)
{
	__asm__ volatile("vmsave %0" : : "a"(priv()->vm_phys) : "memory");
	vmcb->seg[segment_at[seg]] = *s;
	if (seg == CB_X86_SS)
		vmcb->cpl = s->attr >> 5 & 3;
	__asm__ volatile("vmload %0" : : "a"(priv()->vm_phys) : "memory");
}

static const uint8_t *svm_insn_bytes(uint32_t *count)
{
	*count = vmcb->fetched & 15;
	return *count ? vmcb->bytes : NULL;
}

static void svm_skip(uint32_t len)
{
	vmcb->rip = vmcb->next_rip ?: vmcb->rip + len;
	vmcb->int_state = 0;
}

static void svm_inject(uint32_t vector)
{
	vmcb->event_inj = vm_event(vector);
}

/* It is still pending, until the host takes it: vm_entering() follows. */
static void exit_nmi(struct pcpu *cpu, struct regs *regs)
{
	uint32_t polls = NMI_POLLS;

	nmi_window(true);
	while (!READ_ONCE(priv()->nmi) && --polls)
		arch_cpu_relax();
	nmi_window(false);
}

static void exit_io(struct pcpu *cpu, struct regs *regs)
{
	uint64_t info = vmcb->exit_info1;

	trap_io(cpu, regs, &(struct io_access){
		.port = (uint16_t)(info >> 16),
		.size = info >> 4 & 7,
		.in = info & 1,
		.string = info & 4,
		.len = (uint8_t)(vmcb->exit_info2 - vmcb->rip),
	});
}

/* What the hardware has done for it already stays done: DR6, CR2. */
static void exit_exception(struct pcpu *cpu, struct regs *regs)
{
	trap_exception(cpu, (uint32_t)vmcb->exit_code - EXIT_EXCEPTION(0));
}

static void exit_msr(struct pcpu *cpu, struct regs *regs)
{
	trap_msr(cpu, regs, vmcb->exit_info1);
}

/*
 * What is intercepted, and two more. INIT becomes an exception: trap_own().
 * The loops of #DB and #AC would shut out NMIs; a machine check is for the
 * hypervisor.
 */
static const trap_handler exits[] = {
	[EXIT_EXCEPTION(X86_DB)] = exit_exception,
	[EXIT_EXCEPTION(X86_AC)] = exit_exception,
	[EXIT_EXCEPTION(X86_MC)] = exit_exception,
	[EXIT_NMI] = exit_nmi,
	[EXIT_INIT] = exit_nmi,
	[EXIT_CPUID] = trap_cpuid,
	[EXIT_INVD] = trap_invd,
	[EXIT_INVLPGA] = trap_undefined,
	[EXIT_IOIO] = exit_io,
	[EXIT_MSR] = exit_msr,
	[EXIT_SHUTDOWN] = trap_shutdown,
	[EXIT_VMRUN] = trap_undefined,
	[EXIT_VMMCALL + 1 ... EXIT_SKINIT] = trap_undefined,
	[EXIT_XSETBV] = trap_xsetbv,
};

static int svm_cpu_init(void)
{
	uint32_t i;

	memset(vmcb, 0, sizeof(*vmcb));
	svm_wake();
	for (i = 0; i < ARRAY_SIZE(exits); i++)
		if (exits[i] || i == EXIT_VMMCALL || i == EXIT_FERR_FREEZE)
			vmcb->intercepts[i / 32] |= BIT(i % 32);
	vmcb->nested = 1;
	vmcb->asid = GUEST_ASID;
	wrmsr(MSR_VM_HSAVE_PA, priv()->vm_phys + PAGE_SIZE);
	wrmsr(MSR_VM_CR, rdmsr(MSR_VM_CR) | VM_CR_R_INIT);
	wrmsr(MSR_EFER, rdmsr(MSR_EFER) | EFER_SVME);
	nmi_window(false);
	return 0;
}

static void svm_cpu_exit(void)
{
	nmi_window(true);
	wrmsr(MSR_EFER, rdmsr(MSR_EFER) & ~EFER_SVME);
	wrmsr(MSR_VM_CR, rdmsr(MSR_VM_CR) & ~VM_CR_R_INIT);
	wrmsr(MSR_VM_HSAVE_PA, 0);
}

void svm_enter(void)
{
	vm_entering(priv()->cpu);
	vmcb->rax = guest_regs()->r[RAX];
}

/*
 * An event that the exit has interrupted, if EVENT_VALID says so, is delivered
 * anew, but not the instruction's own: the guest executes that again.
 */
void svm_exit(struct regs *regs)
{
	struct pcpu *cpu = priv()->cpu;
	struct vmcb *v = vmcb;
	uint64_t event = v->exit_int_info;
	uint64_t info = v->exit_info1, code = v->exit_code;

	/* one register for it is less than an address each time */
	__asm__("" : "+r"(v));
	WRITE_ONCE(cpu->arch.in_guest, 0);
	regs->r[RAX] = v->rax;
	v->tlb_control = TLB_KEEP;
	v->event_inj = EVENT_TYPE(event) < EVENT_SOFT ? event : 0;
	if (code == EXIT_VMMCALL)
		trap_hypercall(cpu, regs, v->cpl,
			       v->seg[CB_X86_CS].attr & SEG_LONG);
	else if (code == EXIT_NPF)
		trap_memory(cpu, regs, v->exit_info2,
			    info & NPF_TABLES ? VM_WALK :
			    info & NPF_FETCH ? VM_EXECUTE :
			    info & NPF_WRITE ? VM_WRITE : VM_READ);
	else if (code < ARRAY_SIZE(exits) && exits[code])
		exits[code](cpu, regs);
	else
		core_park(cpu, "unhandled SVM exit 0x%llx", (ull)code);
	vm_entering(cpu);
	v->rax = regs->r[RAX];
}

const struct vm_ops svm_ops = {
	.name = "SVM",
	.early_init = svm_early_init,
	.run = svm_run,
	.cpu_init = svm_cpu_init,
	.cpu_exit = svm_cpu_exit,
	.assign = svm_assign,
	.flush = svm_flush,
	.get = svm_get,
	.set = svm_set,
	.get_segment = svm_get_segment,
	.set_segment = svm_set_segment,
	.insn_bytes = svm_insn_bytes,
	.skip = svm_skip,
	.inject = svm_inject,
	.wake = svm_wake,
};
