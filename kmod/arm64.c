// SPDX-License-Identifier: GPL-2.0-only
/*
 * arm64: how EL2 is found, entered and given back.
 *
 * Linux that was started at EL2 and does not use it runs at EL1 and has left a
 * stub at EL2 that installs other vectors on request (HVC #0,
 * Documentation/virt/kvm/arm/hyp-abi.rst). Entering is two calls: our vectors,
 * then an HVC that lands in them. When the hypervisor leaves, or could not
 * start, a stub of its own, inside its memory, stands at EL2. It must not stay
 * there, for that memory is about to be given back, overwritten by the next
 * image, or wiped by the kernel that kexec starts. So every CPU gets back the
 * very vectors that Linux had set. Where those are no module is told, but the
 * stub runs code for us (its call for kexec): two instructions that read
 * VBAR_EL2 and return. They stand for a moment where the image's header is.
 * After that nothing of ours is left at EL2, and enabling again, another image,
 * rmmod and kexec start from where the first enable did; a CPU that was
 * switched off in between got the same vectors from the kernel's entry for
 * secondary CPUs.
 */

#include <asm/cputype.h>
#include <asm/sysreg.h>
#include <asm/virt.h>
#include <linux/arm-smccc.h>
#include <linux/bits.h>
#include <linux/hrtimer.h>
#include <linux/io.h>
#include <linux/module.h>
#include <linux/of.h>
#include <linux/of_address.h>
#include <linux/smp.h>
#include <linux/stringify.h>

#include "cellblock.h"

#define FIRMWARE	"cellblock-arm64.bin"
#define NO_SUCH_CALL	0x43420000ul	/* neither the stub's nor KVM's */
#define VECTORS_ALIGN	0x800

const char cb_firmware[] = FIRMWARE;
const u32 cb_arch = CB_ARCH_ARM64;
const struct cb_arch_memory cb_arch_memory = {
	.end = CB_MEM_LIMIT,
	.max = CB_MEM_LIMIT,
	.keep_away = "keep it away by `mem=` on the kernel's command line, or by a reserved-memory node with no-map in its device tree",
};
MODULE_FIRMWARE(FIRMWARE);

CB_STAT(maintenance, MAINTENANCE);
CB_STAT(virt_irq, VIRT_IRQ);
CB_STAT(virt_sgi, VIRT_SGI);
CB_STAT(psci, PSCI);
CB_STAT(smccc, SMCCC);
CB_STAT(sysreg, SYSREG);

static struct attribute *stat_attrs[] = {
	CB_STAT_ATTR(maintenance), CB_STAT_ATTR(virt_irq),
	CB_STAT_ATTR(virt_sgi), CB_STAT_ATTR(psci), CB_STAT_ATTR(smccc),
	CB_STAT_ATTR(sysreg), NULL
};
const struct attribute_group cb_arch_stats = { .attrs = stat_attrs };

/* position independent, executed at EL2 with the MMU off */
asm(".pushsection .rodata, \"a\"\n"
    ".balign 8\n"
    "cb_read_vectors:\n"
    "	mrs	x0, vbar_el2\n"
    "	eret\n"
    "cb_read_vectors_end:\n"
    ".popsection\n");
extern const u8 cb_read_vectors[], cb_read_vectors_end[];

/* HVC #0: the stubs, and the hypervisor's entry */
static u64 stub_call(u64 code, u64 arg1, u64 arg2)
{
	register u64 x0 asm("x0") = code;
	register u64 x1 asm("x1") = arg1;
	register u64 x2 asm("x2") = arg2;

	asm volatile("hvc #0" : "+r" (x0), "+r" (x1), "+r" (x2) : :
		     "x3", "x4", "x5", "x6", "x7", "x8", "x9", "x10", "x11",
		     "x12", "x13", "x14", "x15", "x16", "x17", "cc", "memory");
	return x0;
}

s64 cb_hypercall(u64 code, u64 arg1, u64 arg2)
{
	register u64 x0 asm("x0") = code;
	register u64 x1 asm("x1") = arg1;
	register u64 x2 asm("x2") = arg2;

	asm volatile("hvc #" __stringify(CB_HVC_IMM) :
		     "+r" (x0), "+r" (x1), "+r" (x2) : : "memory");
	return x0;
}

u64 cb_arch_hwid(void)
{
	return read_cpuid_mpidr() & MPIDR_HWID_BITMASK;
}

static enum hrtimer_restart no_restart(struct hrtimer *timer)
{
	return HRTIMER_NORESTART;
}

/* Enabled, not masked, and its time is yet to come: not left by others. */
static bool is_armed(u64 ctl)
{
	return (ctl & 7) == 1;
}

/*
 * HVC is undefined, and then fatal to Linux, if firmware started it at EL1; or
 * it lands in whatever a former kernel left there. Modules are not told, but
 * Linux chose its timer by this: the virtual one at EL1, the physical one if
 * it has EL2 and leaves it alone. The other one may be in any state that
 * firmware or a former kernel left it in, but does not run.
 */
static bool uses_virtual_timer(void)
{
	struct hrtimer timer;
	unsigned long flags;
	bool virtual = false, physical = false;
	int tries;

	hrtimer_init_on_stack(&timer, CLOCK_MONOTONIC, HRTIMER_MODE_REL_PINNED);
	timer.function = no_restart;
	for (tries = 0; tries < 100 && !virtual && !physical; tries++) {
		local_irq_save(flags);
		hrtimer_start(&timer, ms_to_ktime(1000),
			      HRTIMER_MODE_REL_PINNED);
		virtual = is_armed(read_sysreg(cntv_ctl_el0));
		physical = is_armed(read_sysreg(cntp_ctl_el0));
		local_irq_restore(flags);
		hrtimer_cancel(&timer);
	}
	destroy_hrtimer_on_stack(&timer);
	return virtual && !physical;
}

static bool has_el2(void)
{
	u64 field = read_cpuid(ID_AA64PFR0_EL1) >> 8;	/* EL2 */

	return field & 0xf;
}

static void ask_stub(void *others)
{
	if (stub_call(NO_SUCH_CALL, 0, 0) != CB_STUB_ERROR)
		atomic_inc(others);
}

int cb_arch_usable(struct cb_report *rep)
{
	atomic_t others = ATOMIC_INIT(0);

	if (is_kernel_in_hyp_mode())
		return cb_refuse(rep, -ENODEV, "driver-vhe",
				 "Linux itself runs at EL2 (VHE); boot it with `id_aa64mmfr1.vh=0 kvm-arm.mode=none`");
	if (!has_el2())
		return cb_refuse(rep, -ENODEV, "driver-no-el2",
				 "the CPU has no EL2, or it is hidden from Linux; in QEMU use `-M virt,virtualization=on`");
	if (arm_smccc_1_1_get_conduit() == SMCCC_CONDUIT_HVC ||
	    uses_virtual_timer())
		return cb_refuse(rep, -ENODEV, "driver-no-el2",
				 "Linux was started at EL1, so EL2 belongs to someone else; have the firmware or boot loader start it at EL2");
	if (cb_has_kvm())
		return cb_refuse(rep, -EBUSY, "driver-kvm",
				 "KVM uses EL2; boot Linux with `kvm-arm.mode=none`");
	on_each_cpu(ask_stub, &others, 1);
	if (atomic_read(&others))
		return cb_refuse(rep, -EBUSY, "driver-el2-busy",
				 "at EL2 of %d CPUs there is something other than Linux' stub; boot Linux with `kvm-arm.mode=none`",
				 atomic_read(&others));
	return 0;
}

/*
 * `mem=` hides memory from Linux, but not from its device tree. Where that has
 * no memory nodes (EFI), there is nothing to compare with.
 */
bool cb_arch_is_ram(u64 base, u64 size)
{
	struct device_node *np;
	struct resource res;
	bool known = false;
	int i;

	for_each_node_by_type(np, "memory") {
		for (i = 0; !of_address_to_resource(np, i, &res); i++) {
			known = true;
			if (base < res.start || base + size - 1 > res.end)
				continue;
			of_node_put(np);
			return true;
		}
	}
	return !known;
}

int cb_arch_check_header(const struct cb_image_header *h, struct cb_report *rep)
{
	if (h->entry % VECTORS_ALIGN || h->entry >= h->core_size ||
	    h->stub_offset % VECTORS_ALIGN || h->stub_offset >= h->core_size)
		return cb_refuse(rep, -EINVAL, "driver-image-header",
				 "%s: vectors at 0x%llx and 0x%llx are misaligned or outside of the image",
				 cb_firmware, h->entry, h->stub_offset);
	return 0;
}

static s64 read_vectors(struct cb_cpu *cpu)
{
	cpu->vectors = stub_call(CB_STUB_SOFT_RESTART, cb.mem.base, 0);
	return cpu->vectors && !(cpu->vectors % VECTORS_ALIGN) ? 0 : -EIO;
}

int cb_arch_prepare(void *mem, struct cb_report *rep)
{
	size_t size = cb_read_vectors_end - cb_read_vectors;
	bool mixed;
	s64 err;

	memcpy(mem, cb_read_vectors, size);
	cb_arch_flush(mem, size);
	cb_arch_sync_code();
	err = cb_cpus_at_once(read_vectors, &mixed);
	memcpy(mem, &cb.header, size);
	if (err)
		return cb_refuse(rep, -EIO, "driver-el2-busy",
				 "EL2's vectors cannot be read; is Linux' stub still there?");
	return 0;
}

s64 cb_arch_enter(struct cb_cpu *cpu)
{
	s64 result;

	if (stub_call(CB_STUB_SET_VECTORS, cb.mem.base + cb.header.entry, 0))
		return -EBUSY;
	result = stub_call(CB_ENTER_MAGIC, cb.mem.base, cpu - cb.cpus);
	if (result)
		stub_call(CB_STUB_SET_VECTORS, cpu->vectors, 0);
	return result;
}

s64 cb_arch_leave(struct cb_cpu *cpu)
{
	s64 result = cb_hypercall(CB_HC_DISABLE, 0, 0);

	if (!result)
		stub_call(CB_STUB_SET_VECTORS, cpu->vectors, 0);
	return result;
}

void cb_arch_flush(void *mem, size_t size)
{
	unsigned long line = 4ul << ((read_sysreg(ctr_el0) >> 16) & 0xf);
	unsigned long at = (unsigned long)mem & ~(line - 1);
	unsigned long end = (unsigned long)mem + size;

	dsb(ish);
	for (; at < end; at += line)
		asm volatile("dc civac, %0" : : "r" (at) : "memory");
	dsb(sy);
}

void cb_arch_sync_code(void)
{
	asm volatile("ic ialluis" : : : "memory");
	dsb(sy);
	isb();
}
