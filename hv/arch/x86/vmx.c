// SPDX-License-Identifier: GPL-2.0-only
/*
 * Intel's virtualisation (SDM volume 3, chapters 24 to 29). The registers of
 * system calls and KERNEL_GS_BASE stay the guest's during an exit: the host
 * uses none of them. NMIs cannot be shut out there: one that comes when the
 * guest is about to be entered starts that over (trap_own()).
 */
#include "vmx.h"
#include <arch/pte.h>
#include "host.h"
#include "insn.h"
#include "trap.h"

/* Their loops would shut out NMIs; a machine check is for the hypervisor. */
#define EXCEPTIONS	(BIT(X86_DB) | BIT(X86_AC) | BIT(X86_MC))
#define EPT_POINTER_WB	6ull
#define GUEST_VPID	1
#define NO_MORE_GUESTS	(~0ull)

enum { PIN, CPU, SECONDARY, EXIT, ENTRY, CONTROLS };

/* What is needed, and used where it is; control[]: what this CPU has. */
static const struct {
	uint32_t msr, field, needed, wanted;
	const char *name;
} controls[CONTROLS] = {
	[PIN] = { MSR_VMX_TRUE_PIN, CTL_PIN, PIN_NMI | PIN_VIRTUAL_NMI, 0,
		  "pin-based" },
	[CPU] = { MSR_VMX_TRUE_CPU, CTL_CPU, CPU_IO_BITMAPS | CPU_MSR_BITMAP |
		  CPU_SECONDARY, CPU_NMI_WINDOW, "processor-based" },
	[SECONDARY] = { MSR_VMX_SECONDARY, CTL_SECONDARY,
			SEC_EPT | SEC_UNRESTRICTED,
			SEC_RDTSCP | SEC_VPID | SEC_INVPCID | SEC_XSAVES |
			SEC_USER_WAIT, "secondary (EPT, unrestricted guest)" },
	[EXIT] = { MSR_VMX_TRUE_EXIT, CTL_EXIT, EXIT_SAVE_DEBUG |
		   EXIT_HOST_64 | EXIT_PAT | EXIT_EFER, 0, "exit" },
	[ENTRY] = { MSR_VMX_TRUE_ENTRY, CTL_ENTRY, ENTRY_LOAD_DEBUG |
		    ENTRY_GUEST_64 | ENTRY_PAT | ENTRY_EFER, 0, "entry" },
};
static uint32_t control[CONTROLS];

static uint64_t vmread(uint64_t field)
{
	uint64_t value;

	__asm__ volatile("vmread %1, %0" : "=r"(value) : "r"(field) : "cc");
	return value;
}

static void vmwrite(uint64_t field, uint64_t value)
{
	__asm__ volatile("vmwrite %1, %0" : : "r"(field), "r"(value) : "cc");
}

/* ---- is it there? */

static int choose_controls(void)
{
	uint32_t i, possible, lacks;

	for (i = 0; i < CONTROLS; i++) {
		uint64_t caps = rdmsr(controls[i].msr);

		possible = (uint32_t)(caps >> 32);
		lacks = controls[i].needed & ~possible;
		control[i] = (uint32_t)caps | controls[i].needed |
			     (controls[i].wanted & possible);
		if (lacks)
			return refuse(-CB_ENODEV, "arch-mismatch", "VMX: the "
				      "CPU lacks %s controls 0x%x",
				      controls[i].name, lacks);
	}
	if (control[CPU] & (CPU_HLT | CPU_CR3))
		return vm_refuse("HLT and CR3 cannot be left to the guest");
	control[CPU] &= ~CPU_NMI_WINDOW;	/* only while one waits */
	return 0;
}

static int vmx_early_init(void)
{
	uint64_t feature, caps;

	if (!(cpuid_reg(1, ECX) & BIT(5)))
		return vm_refuse("the CPU has neither it nor SVM");
	feature = rdmsr(MSR_FEATURE_CONTROL);
	if (feature & FEATURE_LOCKED && !(feature & FEATURE_VMXON))
		return vm_refuse("the firmware has switched it off");
	if (read_cr(4) & CR4_VMXE)
		return vm_refuse("it is in use: is KVM loaded?");
	if (!(rdmsr(MSR_VMX_BASIC) & BASIC_TRUE) ||
	    !(rdmsr(MSR_VMX_MISC) & MISC_STORES_LMA))
		return vm_refuse("the CPU has no unrestricted guests");
	if (choose_controls())
		return -CB_ENODEV;
	caps = rdmsr(MSR_VMX_EPT);
	if (~caps & (EPT_LEVELS_4 | EPT_WRITE_BACK | EPT_2M | EPT_INVEPT_ALL))
		return vm_refuse("EPT lacks 4 levels, 2 MiB pages, write-back "
				 "or INVEPT");
	host_idt_fill(BIT(X86_NMI) | BIT(X86_DF) | BIT(X86_MC));
	return s2_use_format(&ept_format, 4, caps & EPT_1G);
}

/* ---- what the guest has */

static const uint16_t fields[VM_FIELDS] = {
	[VM_RIP] = GUEST_RIP, [VM_RSP] = GUEST_RSP,
	[VM_RFLAGS] = GUEST_RFLAGS, [VM_CR0] = GUEST_CR0,
	[VM_CR3] = GUEST_CR3, [VM_CR4] = GUEST_CR4, [VM_EFER] = GUEST_EFER,
	[VM_DR7] = GUEST_DR7, [VM_PAT] = GUEST_PAT,
	[VM_SYSENTER_CS] = GUEST_SYSENTER_CS,
	[VM_SYSENTER_ESP] = GUEST_SYSENTER_ESP,
	[VM_SYSENTER_EIP] = GUEST_SYSENTER_EIP,
};

/* What the hardware wants to be set. */
static const uint64_t hidden[VM_FIELDS] = {
	[VM_CR0] = CR0_NE, [VM_CR4] = CR4_VMXE,
};

static uint64_t vmx_get(enum vm_field field)
{
	uint64_t value = vmread(fields[field]) & ~hidden[field];

	return field == VM_CR0 ? value | (vmread(CR0_SHADOW) & CR0_NE) : value;
}

static void vmx_set(enum vm_field field, uint64_t value)
{
	if (fields[field])
		vmwrite(fields[field], value | hidden[field]);
	if (hidden[field])
		vmwrite(field == VM_CR0 ? CR0_SHADOW : CR4_SHADOW, value);
	if (field == VM_EFER)
		vmwrite(CTL_ENTRY, value & EFER_LMA ? control[ENTRY] :
				   control[ENTRY] & ~ENTRY_GUEST_64);
}

static void vmx_get_segment(uint32_t seg, struct cb_x86_segment *s)
{
	uint64_t attr = vmread(GUEST_ATTR + 2 * seg);

	s->limit = (uint32_t)vmread(GUEST_LIMIT + 2 * seg);
	s->base = vmread(GUEST_BASE + 2 * seg);
	s->selector = (uint16_t)vmread(GUEST_SELECTOR + 2 * seg);
	s->attr = (uint16_t)((attr & 0xff) | (attr >> 4 & 0xf00));
}

static void vmx_set_segment(uint32_t seg, const struct cb_x86_segment *s)
{
	uint64_t attr = (s->attr & 0xffu) | (s->attr & 0xf00u) << 4;

	vmwrite(GUEST_LIMIT + 2 * seg, s->limit);
	vmwrite(GUEST_BASE + 2 * seg, s->base);
	if (seg >= CB_X86_GDTR)
		return;
	if (!(attr & 0x80))
		attr |= ATTR_UNUSABLE;
	vmwrite(GUEST_ATTR + 2 * seg, attr);
	vmwrite(GUEST_SELECTOR + 2 * seg, s->selector);
}

static void clear_blocking(uint64_t bits)
{
	vmwrite(GUEST_BLOCKING, vmread(GUEST_BLOCKING) & ~bits);
}

/* The hardware knows the length, but of an access to memory. */
static void vmx_skip(uint32_t len)
{
	if ((uint32_t)vmread(EXIT_REASON) != EXIT_EPT_VIOLATION)
		len = (uint32_t)vmread(INSN_LENGTH);
	vmwrite(GUEST_RIP, vmread(GUEST_RIP) + len);
	clear_blocking(BLOCKING_STI_SS);
}

/* An NMI waits until the guest takes one. */
static void vmx_inject(uint32_t vector)
{
	if (vector == X86_NMI) {
		vmwrite(CTL_CPU, control[CPU] | CPU_NMI_WINDOW);
		return;
	}
	vmwrite(ENTRY_ERROR, 0);
	vmwrite(ENTRY_EVENT, vm_event(vector));
	clear_blocking(BLOCKING_STI_SS);
}

static void vmx_wake(void)
{
	vmwrite(ENTRY_EVENT, 0);
	vmwrite(GUEST_BLOCKING, 0);
	vmwrite(GUEST_ACTIVITY, 0);
	vmwrite(PENDING_DEBUG, 0);
	vmwrite(GUEST_DEBUGCTL, 0);
	vmwrite(CTL_CPU, control[CPU]);
	write_cr(2, 0);
	__asm__ volatile("mov %0, %%db6" : : "r"(DR6_RESET));
}

static void vmx_flush(void)
{
	static const uint64_t all[2];

	__asm__ volatile("invept %0, %1" : : "m"(all), "r"(2ull)
			 : "cc", "memory");
}

/* ---- a CPU */

/* A field that this CPU has not stays out: VMWRITE fails. */
static void set_state(void)
{
	const uint64_t values[][2] = {
		{ HOST_CR0, read_cr(0) }, { HOST_CR3, read_cr(3) },
		{ HOST_CR4, read_cr(4) }, { HOST_EFER, rdmsr(MSR_EFER) },
		{ HOST_PAT, rdmsr(MSR_PAT) }, { HOST_CS_SELECTOR, HOST_CS },
		{ HOST_SS_SELECTOR, HOST_DS }, { HOST_DS_SELECTOR, HOST_DS },
		{ HOST_ES_SELECTOR, HOST_DS }, { HOST_TR_SELECTOR, HOST_TR },
		{ HOST_TR_BASE, (uint64_t)host_tables()->tss },
		{ HOST_GDTR_BASE, (uint64_t)host_tables()->gdt },
		{ HOST_IDTR_BASE, (uint64_t)host_idts },
		{ HOST_RSP, PRIV_FRAME }, { HOST_RIP, (uint64_t)vmx_exited },
		{ VPID, GUEST_VPID }, { EXCEPTION_BITMAP, EXCEPTIONS },
		{ LINK_POINTER, NO_MORE_GUESTS }, { CR0_MASK, CR0_NE },
		{ CR4_MASK, CR4_VMXE | CR4_SMXE }, { PAGE_FAULT_MASK },
		{ PAGE_FAULT_MATCH }, { CR3_TARGETS }, { EXIT_STORES },
		{ EXIT_LOADS }, { ENTRY_LOADS }, { XSS_BITMAP },
		{ HOST_FS_SELECTOR }, { HOST_GS_SELECTOR }, { HOST_FS_BASE },
		{ HOST_GS_BASE }, { HOST_SYSENTER_CS }, { HOST_SYSENTER_ESP },
		{ HOST_SYSENTER_EIP },
	};
	uint32_t i;

	for (i = 0; i < ARRAY_SIZE(values); i++)
		vmwrite(values[i][0], values[i][1]);
	for (i = 0; i < CONTROLS; i++)
		vmwrite(controls[i].field, control[i]);
}

/* false: the instruction has failed. */
#define VMX(insn, phys) ({						\
	bool ok_;							\
	uint64_t phys_ = phys;						\
	__asm__ volatile(insn " %1" : "=@cca"(ok_) : "m"(phys_) : "memory"); \
	ok_; })

static int vmx_cpu_init(void)
{
	uint32_t revision = (uint32_t)rdmsr(MSR_VMX_BASIC) & ~BIT(31);
	uint64_t debugctl = 0;

	*(uint32_t *)PRIV_AT(SLOT_AREA) = revision;
	*(uint32_t *)PRIV_AT(SLOT_VM) = revision;
	if (!(rdmsr(MSR_FEATURE_CONTROL) & FEATURE_LOCKED))
		wrmsr(MSR_FEATURE_CONTROL, FEATURE_LOCKED | FEATURE_VMXON);
	write_cr(0, read_cr(0) | rdmsr(MSR_VMX_CR0_FIXED0));
	write_cr(4, read_cr(4) | rdmsr(MSR_VMX_CR4_FIXED0));
	if (!VMX("vmxon", priv()->vm_phys + PAGE_SIZE)) {
		write_cr(4, read_cr(4) & ~CR4_VMXE);
		return vm_refuse("it cannot be switched on");
	}
	VMX("vmclear", priv()->vm_phys);
	VMX("vmptrld", priv()->vm_phys);
	set_state();
	vmx_wake();
	rdmsr_safe(MSR_DEBUGCTL, &debugctl);
	vmwrite(GUEST_DEBUGCTL, debugctl);
	return 0;
}

static void vmx_cpu_exit(void)
{
	VMX("vmclear", priv()->vm_phys);
	__asm__ volatile("vmxoff" ::: "cc");
	write_cr(4, read_cr(4) & ~CR4_VMXE);
}

/* ---- a cell */

static void vmx_assign(const struct s2 *s2, const uint8_t *io,
		       const uint8_t *msr)
{
	vmwrite(EPT_POINTER, arch_virt_to_phys(s2->root).v | 3 << 3 |
			     EPT_POINTER_WB);
	vmwrite(IO_BITMAP_A, arch_virt_to_phys(io).v);
	vmwrite(IO_BITMAP_B, arch_virt_to_phys(io + PAGE_SIZE).v);
	vmwrite(MSR_BITMAP, arch_virt_to_phys(msr).v);
	vmx_flush();
}

/* ---- exits */

/* What the guest would find in DR6 is left to the host. */
static void exit_exception(struct pcpu *cpu, struct regs *regs)
{
	uint32_t vector = vmread(EXIT_EVENT) & 0xff;
	uint64_t dr6;

	if (vector == X86_NMI) {
		/* others stay blocked until an IRET: the handler's */
		__asm__ volatile("int $2" ::: "memory");
		return;
	}
	if (vector == X86_DB) {
		__asm__ volatile("mov %%db6, %0" : "=r"(dr6));
		dr6 = (dr6 & ~15ull) | vmread(QUALIFICATION);
		__asm__ volatile("mov %0, %%db6" : : "r"(dr6));
	}
	trap_exception(cpu, vector);
}

static void exit_init(struct pcpu *cpu, struct regs *regs)
{
	printk_limited("CPU %u: INIT from outside ignored\n", cpu->id);
}

static void exit_nmi_window(struct pcpu *cpu, struct regs *regs)
{
	vmwrite(CTL_CPU, control[CPU]);
	vmwrite(ENTRY_EVENT, vm_event(X86_NMI));
}

static void exit_vmcall(struct pcpu *cpu, struct regs *regs)
{
	trap_hypercall(cpu, regs, vmread(GUEST_ATTR + 2 * CB_X86_SS) >> 5 & 3,
		       vmread(GUEST_ATTR + 2 * CB_X86_CS) & BIT(13));
}

static void exit_cr(struct pcpu *cpu, struct regs *regs)
{
	uint64_t info = vmread(QUALIFICATION);
	uint32_t reg = info >> 8 & 15;

	trap_cr(cpu, info & CR_MASK,
		reg == RSP ? vmread(GUEST_RSP) : regs->r[reg]);
}

static void exit_io(struct pcpu *cpu, struct regs *regs)
{
	uint64_t info = vmread(QUALIFICATION);

	trap_io(cpu, regs, &(struct io_access){
		.port = (uint16_t)(info >> 16),
		.size = (info & 7) + 1,
		.in = info & 8,
		.string = info & 16,
	});
}

static void exit_msr(struct pcpu *cpu, struct regs *regs)
{
	trap_msr(cpu, regs, (uint32_t)vmread(EXIT_REASON) == EXIT_WRMSR);
}

static void exit_memory(struct pcpu *cpu, struct regs *regs)
{
	uint64_t info = vmread(QUALIFICATION);
	bool tables = info & EPTV_LINEAR && !(info & EPTV_FINAL);

	trap_memory(cpu, regs, vmread(GUEST_PHYSICAL),
		    tables ? VM_WALK : info & EPTV_FETCH ? VM_EXECUTE :
		    info & EPTV_WRITE ? VM_WRITE : VM_READ);
}

static const trap_handler exits[] = {
	[EXIT_EXCEPTION_NMI] = exit_exception,
	[EXIT_TRIPLE_FAULT] = trap_shutdown,
	[EXIT_INIT] = exit_init,
	[EXIT_NMI_WINDOW] = exit_nmi_window,
	[EXIT_CPUID] = trap_cpuid,
	[EXIT_GETSEC] = trap_undefined,
	[EXIT_INVD] = trap_invd,
	[EXIT_VMCALL] = exit_vmcall,
	[EXIT_VMCALL + 1 ... EXIT_VMXON] = trap_undefined,
	[EXIT_CR] = exit_cr,
	[EXIT_IO] = exit_io,
	[EXIT_RDMSR] = exit_msr,
	[EXIT_WRMSR] = exit_msr,
	[EXIT_EPT_VIOLATION] = exit_memory,
	[EXIT_INVEPT] = trap_undefined,
	[EXIT_INVVPID] = trap_undefined,
	[EXIT_XSETBV] = trap_xsetbv,
};

/*
 * An event that the exit has interrupted is delivered anew, but not the
 * instruction's own: the guest executes that again.
 */
static void redeliver(uint64_t event)
{
	if (!(event & EVENT_VALID) || EVENT_TYPE(event) >= EVENT_SOFT)
		return;
	if (event & EVENT_ERROR)
		vmwrite(ENTRY_ERROR, vmread(VECTORING_ERROR));
	if (EVENT_TYPE(event) == EVENT_NMI)
		clear_blocking(BLOCKING_NMI);
	vmwrite(ENTRY_EVENT, event & ~BIT64(12));
}

void vmx_enter(void)
{
	vm_entering(this_cpu());
}

void vmx_failed(void)
{
	core_panic("VM entry: error %llu", (ull)vmread(INSTRUCTION_ERROR));
}

/* Bit 31 of the reason is set where the CPU does not take the guest's state. */
void vmx_exit(struct regs *regs)
{
	struct pcpu *cpu = this_cpu();
	uint32_t reason = (uint32_t)vmread(EXIT_REASON);

	WRITE_ONCE(cpu->arch.in_guest, 0);
	redeliver(vmread(VECTORING_EVENT));
	if (reason < ARRAY_SIZE(exits) && exits[reason])
		exits[reason](cpu, regs);
	else
		core_park(cpu, "unhandled VMX exit 0x%x, qualification 0x%llx",
			  reason, (ull)vmread(QUALIFICATION));
}

const struct vm_ops vmx_ops = {
	.name = "VMX",
	.ept = true,
	.early_init = vmx_early_init,
	.run = vmx_run,
	.cpu_init = vmx_cpu_init,
	.cpu_exit = vmx_cpu_exit,
	.assign = vmx_assign,
	.flush = vmx_flush,
	.get = vmx_get,
	.set = vmx_set,
	.get_segment = vmx_get_segment,
	.set_segment = vmx_set_segment,
	.skip = vmx_skip,
	.inject = vmx_inject,
	.wake = vmx_wake,
};
