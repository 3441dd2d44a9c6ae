// SPDX-License-Identifier: GPL-2.0-only
/*
 * x86: is the hardware's virtualisation free, how a CPU goes under the
 * hypervisor, and how it comes back.
 *
 * The hypervisor has an address space of its own. The loader's page tables, in
 * its memory, map that and the page of x86-entry.S, where Linux has it too; so
 * the stub there can change between the two. It goes in by CR3 and a jump; the
 * state in which Linux goes on as a guest stands in the CPU's slot, and the
 * hypervisor starts that guest right behind the jump. When the hypervisor
 * leaves, or could not start, it jumps back into the stub, which returns to
 * Linux' tables, stack and GDT. Everything else that it may have changed was
 * saved here before, on each CPU, and is restored here: so nothing refers to
 * the hypervisor's memory any more, and enabling again, another image, rmmod
 * and kexec start from where the first enable did.
 *
 * Interrupts are off all the time, NMIs cannot be. On the few instructions
 * between Linux' tables and the hypervisor's IDT, and between the hypervisor's
 * tables and restore_state(), there is none that could handle them: one that
 * comes just there resets the machine, which is at least seen. The IDT is
 * therefore the first that the hypervisor loads, and the first after the task
 * register (whose stacks it uses) that Linux gets back.
 */

#include <asm/apic.h>
#include <asm/cpufeature.h>
#include <asm/debugreg.h>
#include <asm/desc.h>
#include <asm/e820/api.h>
#include <asm/fpu/xcr.h>
#include <asm/msr.h>
#include <asm/processor.h>
#include <asm/special_insns.h>
#include <linux/bits.h>
#include <linux/iommu.h>
#include <linux/irq.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/smp.h>

#include <abi/image-x86.h>
#include "cellblock.h"

#define FIRMWARE	"cellblock-x86.bin"
#define VM_CR_SVMDIS	BIT(4)
#define ISA_IRQS	16
#define TABLE_PRESENT	(_PAGE_PRESENT | _PAGE_RW)

const char cb_firmware[] = FIRMWARE;
const u32 cb_arch = CB_ARCH_X86;
const struct cb_arch_memory cb_arch_memory = {
	.end = 1ull << 52,
	.max = CB_X86_MEM_MAX,
	.keep_away = "keep it away by `memmap=SIZE$ADDRESS` on the kernel's command line",
};
MODULE_FIRMWARE(FIRMWARE);

CB_STAT(pio, PIO);
CB_STAT(xapic, XAPIC);
CB_STAT(cr, CR);
CB_STAT(msr, MSR);
CB_STAT(cpuid, CPUID);
CB_STAT(xsetbv, XSETBV);
CB_STAT(exception, EXCEPTION);

static struct attribute *stat_attrs[] = {
	CB_STAT_ATTR(pio), CB_STAT_ATTR(xapic), CB_STAT_ATTR(cr),
	CB_STAT_ATTR(msr), CB_STAT_ATTR(cpuid), CB_STAT_ATTR(xsetbv),
	CB_STAT_ATTR(exception), NULL
};
const struct attribute_group cb_arch_stats = { .attrs = stat_attrs };

/* x86-entry.S */
s64 cb_x86_enter(u64 tables, u64 entry, u64 slot, u64 cr4, u64 *rsp);
s64 cb_x86_leave(bool svm);
extern const u8 cb_x86_resume[];

/* Linux hides what firmware has locked, so ask the CPU. */
static bool has_svm(void)
{
	return cpuid_eax(0x80000000) >= 0x80000001 &&
	       cpuid_ecx(0x80000001) & BIT(2);
}

static bool has_vmx(void)
{
	return cpuid_ecx(1) & BIT(5);
}

/* Chosen before the hypervisor is there, which hides what it uses itself. */
static bool svm;

s64 cb_hypercall(u64 code, u64 arg1, u64 arg2)
{
	if (svm)
		asm volatile("vmmcall" : "+a" (code) :
			     "D" (arg1), "S" (arg2) : "memory");
	else
		asm volatile("vmcall" : "+a" (code) :
			     "D" (arg1), "S" (arg2) : "memory");
	return code;
}

/* ---- is it there, and free? */

static u32 apic_get(u32 reg)
{
	return x2apic_enabled() ? native_apic_msr_read(reg) :
				  native_apic_mem_read(reg);
}

static void apic_put(u32 reg, u32 value)
{
	if (x2apic_enabled())
		native_apic_msr_write(reg, value);
	else
		native_apic_mem_write(reg, value);
}

u64 cb_arch_hwid(void)
{
	u32 id = apic_get(APIC_ID);

	return x2apic_enabled() ? id : id >> 24;
}

/* How many CPUs say so. */
struct survey {
	atomic_t locked, busy, no_apic;
};

static bool is_locked(void)
{
	u64 value;

	if (svm)
		return !rdmsrl_safe(MSR_VM_CR, &value) && value & VM_CR_SVMDIS;
	return !rdmsrl_safe(MSR_IA32_FEAT_CTL, &value) &&
	       value & FEAT_CTL_LOCKED &&
	       !(value & FEAT_CTL_VMX_ENABLED_OUTSIDE_SMX);
}

static bool is_busy(void)
{
	u64 efer;

	rdmsrl(MSR_EFER, efer);
	return efer & EFER_SVME || native_read_cr4() & X86_CR4_VMXE;
}

/* On, and its logical ids, if 8 bits wide, are flat. */
static bool has_apic(void)
{
	u64 base;

	return boot_cpu_has(X86_FEATURE_APIC) &&
	       !rdmsrl_safe(MSR_IA32_APICBASE, &base) &&
	       base & MSR_IA32_APICBASE_ENABLE &&
	       (base & X2APIC_ENABLE || apic_get(APIC_DFR) >> 28 == 0xf);
}

static void survey_cpu(void *arg)
{
	struct survey *s = arg;

	atomic_add(is_locked(), &s->locked);
	atomic_add(is_busy(), &s->busy);
	atomic_add(!has_apic(), &s->no_apic);
}

/*
 * Drivers' DMA addresses and interrupts would be what the IOMMU makes of them,
 * behind the hypervisor's back. Of remapped interrupts modules are not told,
 * but the ISA bus', which are there for ever, show the name of what is above
 * the IOAPIC.
 */
static bool remaps_interrupts(void)
{
	struct irq_data *data;
	unsigned int irq;

	for (irq = 0; irq < ISA_IRQS; irq++)
		for (data = irq_get_irq_data(irq); data;
		     data = data->parent_data)
			if (data->chip && data->chip->name &&
			    strstr(data->chip->name, "-IR"))
				return true;
	return false;
}

static int judge_survey(const struct survey *s, struct cb_report *rep)
{
	if (atomic_read(&s->locked))
		return cb_refuse(rep, -ENODEV, "driver-locked",
				 "the firmware has locked %s on %d CPUs; allow virtualisation in its setup",
				 svm ? "SVM" : "VT-x",
				 atomic_read(&s->locked));
	if (atomic_read(&s->busy))
		return cb_refuse(rep, -EBUSY, "driver-virt-busy",
				 "something uses %s on %d CPUs already; unload other hypervisors",
				 svm ? "SVM" : "VT-x",
				 atomic_read(&s->busy));
	if (atomic_read(&s->no_apic))
		return cb_refuse(rep, -ENODEV, "driver-no-apic",
				 "the local APIC of %d CPUs is off or in cluster mode; boot without `nolapic`",
				 atomic_read(&s->no_apic));
	return 0;
}

int cb_arch_usable(struct cb_report *rep)
{
	struct survey s = { };

	svm = has_svm();
	if (!svm && !has_vmx())
		return cb_refuse(rep, -ENODEV, "driver-no-virtualisation",
				 "the CPU has neither SVM nor VT-x, or they are hidden from Linux; in QEMU use `-cpu EPYC,+svm,+npt`");
	if (cb_has_kvm())
		return cb_refuse(rep, -EBUSY, "driver-kvm",
				 "KVM uses %s; unload it with `rmmod %s`",
				 svm ? "SVM" : "VT-x",
				 svm ? "kvm_amd" : "kvm_intel");
	if (iommu_present(&pci_bus_type) || remaps_interrupts())
		return cb_refuse(rep, -EBUSY, "driver-iommu",
				 "Linux uses the IOMMU; boot it with `intel_iommu=off amd_iommu=off intremap=off`");
	on_each_cpu(survey_cpu, &s, 1);
	return judge_survey(&s, rep);
}

/* `memmap=` makes the memory reserved, but not in the firmware's own list. */
bool cb_arch_is_ram(u64 base, u64 size)
{
	u64 at;

	for (at = base; at < base + size; at += PAGE_SIZE)
		if (!e820__mapped_raw_any(at, at + 1, E820_TYPE_RAM))
			return false;
	return true;
}

int cb_arch_check_header(const struct cb_image_header *h, struct cb_report *rep)
{
	u64 tables = CB_X86_TABLE_PAGES * CB_PAGE;

	if (h->entry >= h->core_size || h->stub_offset % CB_PAGE ||
	    h->core_size < tables || h->stub_offset > h->core_size - tables)
		return cb_refuse(rep, -EINVAL, "driver-image-header",
				 "%s: entry at 0x%llx or tables at 0x%llx are misaligned or outside of the image",
				 cb_firmware, h->entry, h->stub_offset);
	return 0;
}

/* ---- the loader's half of the image */

/* The timer's count, and when it was that: the quickest of some readings. */
static u64 read_timer(u32 *count)
{
	u64 before, took, at = 0, best = ~0ull;
	int tries;
	u32 now;

	for (tries = 0; tries < 8; tries++) {
		before = rdtsc_ordered();
		now = apic_get(APIC_TMCCT);
		took = rdtsc_ordered() - before;
		if (took >= best)
			continue;
		best = took;
		at = before + took / 2;
		*count = now;
	}
	return at;
}

static u32 count_timer(void)
{
	u32 first, last;
	u64 begin, end;

	apic_put(APIC_LVTT, APIC_LVT_MASKED);
	apic_put(APIC_TDCR, APIC_TDR_DIV_1);
	apic_put(APIC_TMICT, ~0u);
	begin = read_timer(&first);
	while (rdtsc_ordered() - begin < tsc_khz)
		cpu_relax();
	end = read_timer(&last);
	apic_put(APIC_TMICT, 0);
	return div64_u64((u64)(first - last) * tsc_khz, end - begin);
}

/*
 * The APIC timer's frequency in kHz, undivided. It is Linux' tick; what that
 * waits for comes a millisecond late, once. A timer that has just expired gets
 * one count more, for its interrupt may not be out yet; Linux does not mind
 * one too many.
 */
static u32 measure_timer(void)
{
	u32 lvt, divide, initial, left, khz;
	unsigned long flags;
	u64 deadline = 0;
	u32 mode;

	local_irq_save(flags);
	lvt = apic_get(APIC_LVTT);
	mode = lvt & (APIC_LVT_TIMER_PERIODIC | APIC_LVT_TIMER_TSCDEADLINE);
	divide = apic_get(APIC_TDCR);
	initial = apic_get(APIC_TMICT);
	left = apic_get(APIC_TMCCT);
	if (mode == APIC_LVT_TIMER_TSCDEADLINE)
		rdmsrl(MSR_IA32_TSC_DEADLINE, deadline);
	khz = count_timer();
	apic_put(APIC_TDCR, divide);
	apic_put(APIC_LVTT, lvt);
	mb();	/* the mode, in memory, before the MSR */
	if (mode == APIC_LVT_TIMER_TSCDEADLINE)
		wrmsrl(MSR_IA32_TSC_DEADLINE, deadline);
	else
		apic_put(APIC_TMICT, mode || !initial ? initial :
				     max(left, 1u));
	local_irq_restore(flags);
	return khz;
}

struct loader_tables {
	u64 *page;
	u64 phys;
	u32 used;
};

/* One page of a size: level 1 is 4 KiB, 2 is 2 MiB. */
static int map_page(struct loader_tables *t, u64 address, u64 phys, u32 leaf)
{
	u32 level = native_read_cr4() & X86_CR4_LA57 ? 5 : 4;
	u64 *table = t->page, *entry;

	for (;; level--) {
		entry = &table[address >> (9 * level + 3) & 511];
		if (level == leaf)
			break;
		if (!*entry && t->used == CB_X86_TABLE_PAGES)
			return -ENOSPC;
		if (!*entry)
			*entry = (t->phys + t->used++ * CB_PAGE) |
				 TABLE_PRESENT;
		table = t->page + ((*entry & ~(CB_PAGE - 1)) - t->phys) /
				  sizeof(*table);
	}
	*entry = phys | TABLE_PRESENT | (leaf > 1 ? _PAGE_PSE : 0);
	return 0;
}

static int map_memory(struct loader_tables *t)
{
	u64 at, step;
	int err;

	for (at = 0; at < cb.mem.size; at += step) {
		step = cb.mem.size - at < PMD_SIZE ? CB_PAGE : PMD_SIZE;
		err = map_page(t, CB_X86_BASE + at, cb.mem.base + at,
			       step == CB_PAGE ? 1 : 2);
		if (err)
			return err;
	}
	return 0;
}

static int fill_tables(void *mem)
{
	u64 offset = cb.header.stub_offset;
	struct loader_tables t = { mem + offset, cb.mem.base + offset, 1 };
	u64 stub = (u64)cb_x86_resume & PAGE_MASK;
	int err;

	memset(t.page, 0, CB_X86_TABLE_PAGES * CB_PAGE);
	err = map_memory(&t);
	if (err)
		return err;
	return map_page(&t, stub, page_to_phys(vmalloc_to_page((void *)stub)),
			1);
}

int cb_arch_prepare(void *mem, struct cb_report *rep)
{
	struct cb_image_header *h = mem;

	h->tsc_khz = tsc_khz;
	h->apic_khz = measure_timer();
	if (!h->tsc_khz || !h->apic_khz)
		return cb_refuse(rep, -ENODEV, "driver-no-apic",
				 "the APIC's timer or the TSC does not count (%u kHz, %u kHz)",
				 h->apic_khz, h->tsc_khz);
	return fill_tables(mem);
}

/* ---- a CPU's state */

struct state {
	struct cb_x86_guest guest;
	u64 debugctl, xcr0;
};

static const struct {
	u32 msr, offset;
} msrs[] = {
	{ MSR_EFER, offsetof(struct state, guest.efer) },
	{ MSR_STAR, offsetof(struct state, guest.star) },
	{ MSR_LSTAR, offsetof(struct state, guest.lstar) },
	{ MSR_CSTAR, offsetof(struct state, guest.cstar) },
	{ MSR_SYSCALL_MASK, offsetof(struct state, guest.sfmask) },
	{ MSR_FS_BASE, offsetof(struct state, guest.seg[CB_X86_FS].base) },
	{ MSR_GS_BASE, offsetof(struct state, guest.seg[CB_X86_GS].base) },
	{ MSR_KERNEL_GS_BASE, offsetof(struct state, guest.kernel_gs_base) },
	{ MSR_IA32_SYSENTER_CS, offsetof(struct state, guest.sysenter_cs) },
	{ MSR_IA32_SYSENTER_ESP, offsetof(struct state, guest.sysenter_esp) },
	{ MSR_IA32_SYSENTER_EIP, offsetof(struct state, guest.sysenter_eip) },
	{ MSR_IA32_CR_PAT, offsetof(struct state, guest.pat) },
	{ MSR_IA32_DEBUGCTLMSR, offsetof(struct state, debugctl) },
};

/* As the CPU has loaded it; of no use where it came from an LDT: flat. */
static void save_segment(struct cb_x86_segment *s, u16 selector,
			 const struct desc_ptr *gdt)
{
	const u64 *d = (u64 *)(gdt->address + (selector & ~7));

	s->selector = selector;
	if (selector < 4 || selector & 4)
		return;		/* null, or a user's */
	s->attr = (*d >> 40 & 0xff) | (*d >> 44 & 0xf00);
	s->limit = (*d & 0xffff) | (*d >> 32 & 0xf0000);
	if (*d >> 55 & 1)
		s->limit = s->limit << 12 | 0xfff;
	s->base = (*d >> 16 & 0xffffff) | *d >> 56 << 24;
	if (!(*d >> 44 & 1))	/* LDT or TSS: two entries long */
		s->base |= d[1] << 32;
}

#define SAVE_SEGMENT(guest, number, store, gdt) do { \
		u16 selector_; \
		asm(store " %0" : "=rm" (selector_)); \
		save_segment(&(guest)->seg[number], selector_, gdt); \
	} while (0)

static void save_segments(struct cb_x86_guest *g)
{
	struct desc_ptr gdt, idt;

	native_store_gdt(&gdt);
	store_idt(&idt);
	g->seg[CB_X86_GDTR].base = gdt.address;
	g->seg[CB_X86_GDTR].limit = gdt.size;
	g->seg[CB_X86_IDTR].base = idt.address;
	g->seg[CB_X86_IDTR].limit = idt.size;
	SAVE_SEGMENT(g, CB_X86_ES, "mov %%es,", &gdt);
	SAVE_SEGMENT(g, CB_X86_CS, "mov %%cs,", &gdt);
	SAVE_SEGMENT(g, CB_X86_SS, "mov %%ss,", &gdt);
	SAVE_SEGMENT(g, CB_X86_DS, "mov %%ds,", &gdt);
	SAVE_SEGMENT(g, CB_X86_FS, "mov %%fs,", &gdt);
	SAVE_SEGMENT(g, CB_X86_GS, "mov %%gs,", &gdt);
	SAVE_SEGMENT(g, CB_X86_LDTR, "sldt", &gdt);
	SAVE_SEGMENT(g, CB_X86_TR, "str", &gdt);
}

static void save_state(struct state *s)
{
	struct cb_x86_guest *g = &s->guest;
	u32 i;

	memset(s, 0, sizeof(*s));
	save_segments(g);
	for (i = 0; i < ARRAY_SIZE(msrs); i++)
		*(u64 *)((void *)s + msrs[i].offset) = __rdmsr(msrs[i].msr);
	g->efer &= ~EFER_SVME;	/* the hypervisor's, where it shows through */
	g->rip = (u64)cb_x86_resume;
	g->rflags = X86_EFLAGS_FIXED;
	g->cr0 = native_read_cr0();
	g->cr3 = __native_read_cr3();
	g->cr4 = native_read_cr4();
	asm volatile("mov %%db7, %0" : "=r" (g->dr7));
	if (g->cr4 & X86_CR4_OSXSAVE)
		s->xcr0 = xgetbv(XCR_XFEATURE_ENABLED_MASK);
}

/* All that x86-entry.S has not. Exceptions are possible when it is done. */
static notrace void restore_state(const struct state *s)
{
	const struct cb_x86_guest *g = &s->guest;
	struct desc_ptr idt = {
		.size = g->seg[CB_X86_IDTR].limit,
		.address = g->seg[CB_X86_IDTR].base,
	};
	u64 value;
	u32 i;

	force_reload_TR();
	native_load_idt(&idt);
	asm volatile("mov %0, %%cr0" : : "r" (g->cr0));
	asm volatile("lldt %0" : : "rm" (g->seg[CB_X86_LDTR].selector));
	asm volatile("mov %0, %%ds" : : "rm" (g->seg[CB_X86_DS].selector));
	asm volatile("mov %0, %%es" : : "rm" (g->seg[CB_X86_ES].selector));
	asm volatile("mov %0, %%fs" : : "rm" (g->seg[CB_X86_FS].selector));
	for (i = 0; i < ARRAY_SIZE(msrs); i++) {
		value = *(u64 *)((void *)s + msrs[i].offset);
		__wrmsr(msrs[i].msr, value, value >> 32);
	}
	asm volatile("mov %0, %%db7" : : "r" (g->dr7));
	if (g->cr4 & X86_CR4_OSXSAVE)
		xsetbv(XCR_XFEATURE_ENABLED_MASK, s->xcr0);
}

/* ---- in and out */

s64 cb_arch_enter(struct cb_cpu *cpu)
{
	const struct cb_image_header *h = &cb.header;
	u64 slot = cpu - cb.cpus;
	struct cb_x86_guest *guest = cb.map + h->core_size +
				     slot * h->percpu_size;
	struct state s;
	s64 result;

	save_state(&s);
	*guest = s.guest;
	result = cb_x86_enter(cb.mem.base + h->stub_offset,
			      CB_X86_BASE + h->entry, slot,
			      s.guest.cr4 & ~(X86_CR4_PGE | X86_CR4_PCIDE |
					      X86_CR4_CET),
			      &guest->rsp);
	if (result)
		restore_state(&s);
	return result;
}

s64 cb_arch_leave(struct cb_cpu *cpu)
{
	struct state s;
	s64 result;

	save_state(&s);
	result = cb_x86_leave(svm);
	if (!result)
		restore_state(&s);
	return result;
}

/* Caches are coherent, and always on. */
void cb_arch_flush(void *mem, size_t size)
{
}

void cb_arch_sync_code(void)
{
}
