/* SPDX-License-Identifier: GPL-2.0-only */
/* A CPU comes under the hypervisor and leaves it again. */
#include "apic.h"
#include "host.h"
#include "insn.h"
#include "string.h"
#include "trap.h"

const struct vm_ops *vm;

/*
 * By vector; all CPUs use them. The second one is for draining: a guest may
 * have sent itself vectors that are exceptions here.
 */
uint64_t host_idts[2][256][2] __attribute__((aligned(4096)));

#define GATE_INTERRUPT	0x8e0000000000ull
#define GATE_IST1	BIT64(32)
#define TSS_IST1	9		/* word of tss[] */
#define GDT_CODE	0x00af9b000000ffffull
#define GDT_DATA	0x00cf93000000ffffull
#define GDT_TSS		0x0000890000000000ull
#define IST_TOP		PRIV_AT(SLOT_IST + 1)

struct table_register {
	uint16_t limit;
	uint64_t base;
} __attribute__((packed));

struct pcpu *this_cpu(void)
{
	return priv()->cpu;
}

void *insn_cache(void)
{
	return (void *)PRIV_AT(SLOT_INSN);
}

/* Code is below 4 GiB. */
static void fill(uint64_t idt[256][2], uint64_t exceptions, uint64_t ist)
{
	uint64_t to;
	uint32_t i;

	for (i = 0; i < 256; i++) {
		bool own = i < 32 && exceptions >> i & 1;

		to = (uint64_t)exception_stubs + 16 * (own ? i : 32);
		idt[i][0] = (to & 0xffff) | HOST_CS << 16 | GATE_INTERRUPT |
			    to >> 16 << 48 |
			    (own && ist >> i & 1 ? GATE_IST1 : 0);
	}
}

void host_idt_fill(uint32_t ist)
{
	fill(host_idts[0], ~0u, ist);
	fill(host_idts[1], BIT(X86_NMI), ist);
}

static void load_idt(uint64_t idt[256][2])
{
	struct table_register idtr = { 0xfff, (uint64_t)idt };

	__asm__ volatile("lidt %0" : : "m"(idtr) : "memory");
}

/* NMIs that come meanwhile are counted as ever. */
void host_drain(void)
{
	load_idt(host_idts[1]);
	nmi_window(true);
	__asm__ volatile("sti\n nop\n nop\n cli" ::: "memory");
	nmi_window(false);
	load_idt(host_idts[0]);
}

void host_tables_load(void)
{
	struct host_tables *t = host_tables();
	uint64_t tss = (uint64_t)t->tss;
	struct table_register gdtr = { sizeof(t->gdt) - 1, (uint64_t)t->gdt };

	t->tss[TSS_IST1] = IST_TOP;
	t->gdt[1] = GDT_CODE;
	t->gdt[2] = GDT_DATA;
	t->gdt[3] = GDT_TSS | (sizeof(t->tss) - 1) | (tss & 0xffffff) << 16 |
		    tss >> 24 << 56;
	t->gdt[4] = tss >> 32;
	__asm__ volatile("lgdt %0\n"
			 "mov %w1, %%ds\n mov %w1, %%es\n mov %w1, %%ss\n"
			 "push %2\n push $1f\n lretq\n1:\n"
			 "ltr %w3"
			 : : "m"(gdtr), "r"(HOST_DS), "i"(HOST_CS),
			 "r"(HOST_TR) : "memory");
	load_idt(host_idts[0]);
}

int vm_refuse(const char *why)
{
	return refuse(-CB_ENODEV, "arch-mismatch", "%s: %s", vm->name, why);
}

int arch_early_init(void)
{
	int err;

	vm = cpuid_reg(0x80000001, ECX) & BIT(2) ? &svm_ops : &vmx_ops;
	err = vm->early_init() ?: apic_init();
	if (err)
		return err;
	printk("Using %s\n", vm->name);
	msr_init();
	return 0;
}

/* Before the first exit can happen that looks at it. */
int arch_cpu_init(struct pcpu *cpu)
{
	int err = apic_cpu_init(cpu) ?: vm->cpu_init();

	if (err)
		return err;
	vcpu_set(handover());
	priv()->cpu = cpu;
	arch_vcpu_assign(cpu, &root_cell);
	return 0;
}

void arch_cpu_restore(struct pcpu *cpu)
{
	struct priv *p = priv();

	p->rsp = vm->get(VM_RSP);
	p->cr3 = vm->get(VM_CR3);
	p->cr4 = vm->get(VM_CR4);
	cpu->arch.s2 = NULL;
	vm->cpu_exit();
}

static uint64_t own_apic_id(void)
{
	if (cpuid_reg(0, EAX) >= 0xb && cpuid_reg(0xb, EBX))
		return cpuid_reg(0xb, EDX);
	return cpuid_reg(1, EBX) >> 24;
}

void arch_enter(uint64_t slot, uint64_t leave, uint64_t loader_cr3)
{
	struct priv *p = priv();
	int err;

	*p = (struct priv){
		.vm_phys = image_header.phys_base + image_header.core_size +
			   slot * SLOT_SIZE + (SLOT_VM << PAGE_SHIFT),
		.leave = leave, .loader_cr3 = loader_cr3,
		.rsp = handover()->rsp,
		.cr3 = handover()->cr3, .cr4 = handover()->cr4,
	};
	write_cr(4, read_cr(4) & ~CR4_CET);
	host_tables_load();
	err = core_enter((uint32_t)slot, own_apic_id());
	if (err)
		arch_leave(err);
	vm->run();
}

void arch_leave(int64_t result)
{
	const struct priv *p = priv();

	leave_hv(p->rsp, p->cr3, p->cr4, result, p->loader_cr3, p->leave);
}

void arch_cpu_wait(struct pcpu *cpu)
{
	nmi_window(true);
	wait_nmi(&priv()->nmi);
	nmi_window(false);
	if (priv()->machine_nmi)
		trap_nmi(cpu);
}

void arch_cpu_relax(void)
{
	__asm__ volatile("pause" ::: "memory");
}

/* With NMIs shut out, if that is possible. */
void arch_cpu_halt(void)
{
	for (;;)
		__asm__ volatile("cli\n hlt");
}
