// SPDX-License-Identifier: GPL-2.0-only
/*
 * Model-specific registers: a white list. What is not on it no cell has: the
 * root cell gets #GP, as for a register that does not exist, and a line on the
 * console; other cells have made a mistake.
 *
 * Not on it, among others, is what writes to physical memory past all tables:
 * processor trace, hardware feedback.
 */
#include "apic.h"
#include <insn.h>
#include "string.h"
#include "trap.h"

#define VM_CR_LOCKED		0x18	/* SVM is off, and stays so */
/* Status of machine checks writable, no boost, count of instructions. */
#define HWCR_OF_ROOT		(BIT64(18) | BIT64(25) | BIT64(30))

/*
 * What becomes of: the root cell's read, its write, others' read, their write.
 *	p  passes
 *	e  is emulated below
 *	i  is ignored
 *	l  is ignored, with a line on the console if that makes a difference
 *	-  is refused
 */
enum { ROOT_READ, CELL_READ = 2 };

static const struct rule {
	char how[5];
	struct {
		uint32_t first, last;
	} msrs[16];
} rules[] = {
	/* APIC_BASE; PAT; x2APIC: see apic.c; EFER */
	{ "eeee", { { 0x1b, 0x1b }, { 0x277, 0x277 }, { 0x800, 0x8ff },
		    { 0xc0000080, 0xc0000080 } } },
	/* speculation; capabilities, flush; SYSENTER; XFD; CET; TSC_DEADLINE,
	   PKRS; BNDCFGS; XSS; system calls; segment bases, TSC_AUX */
	{ "pppp", { { 0x48, 0x49 }, { 0x10a, 0x10b }, { 0x174, 0x176 },
		    { 0x1c4, 0x1c5 }, { 0x6a0, 0x6a8 }, { 0x6e0, 0x6e1 },
		    { 0xd90, 0xd90 }, { 0xda0, 0xda0 },
		    { 0xc0000081, 0xc0000084 }, { 0xc0000100, 0xc0000103 },
		    { 0xc001011f, 0xc001011f } } },
	/* TSC; TSC_ADJUST */
	{ "plpl", { { 0x10, 0x10 }, { 0x3b, 0x3b } } },
	/* MTRRs: as firmware set */
	{ "pipi", { { 0x200, 0x21f }, { 0x250, 0x250 }, { 0x258, 0x259 },
		    { 0x268, 0x26f }, { 0x2ff, 0x2ff } } },
	/* SMI_COUNT; PLATFORM_INFO etc.; MTRRCAP; SEV_STATUS; OSVW */
	{ "p-p-", { { 0x34, 0x34 }, { 0xcd, 0xcf }, { 0xfe, 0xfe },
		    { 0xc0010131, 0xc0010131 }, { 0xc0010140, 0xc0010141 } } },
	/* the microcode's revision; MISC_ENABLE, SYSCFG; HWCR */
	{ "ppp-", { { 0x8b, 0x8b } } },
	{ "plp-", { { 0x1a0, 0x1a0 }, { 0xc0010010, 0xc0010010 } } },
	{ "pep-", { { 0xc0010015, 0xc0010015 } } },
	/* FEATURE_CONTROL, VM_CR; VM_HSAVE_PA: Linux clears it */
	{ "e---", { { 0x3a, 0x3a }, { 0xc0010114, 0xc0010114 } } },
	{ "-i--", { { 0xc0010117, 0xc0010117 } } },
	/* microcode; IORRs, TOP_MEM, NB_CFG */
	{ "-l--", { { 0x79, 0x79 }, { 0xc0010020, 0xc0010020 } } },
	{ "pi--", { { 0xc0010016, 0xc001001d }, { 0xc001001f, 0xc001001f } } },
	/* PLATFORM_ID; core count; AES; TEMPERATURE_TARGET; MISC_PWR_MGMT;
	   turbo ratios; last branch, exception; PERF_CAPABILITIES; time in
	   C-states; encryption; MPERF, APERF, IRPERF; energy; NODE_ID */
	{ "p---", { { 0x17, 0x17 }, { 0x35, 0x35 }, { 0x13c, 0x13c },
		    { 0x1a2, 0x1a2 }, { 0x1aa, 0x1aa }, { 0x1ad, 0x1af },
		    { 0x1db, 0x1de }, { 0x345, 0x345 }, { 0x3f8, 0x3ff },
		    { 0x981, 0x982 }, { 0xc00000e7, 0xc00000e9 },
		    { 0xc0010299, 0xc001029b }, { 0xc001100c, 0xc001100c } } },
	/* PPIN; C-states of the package; PEBS, DS_AREA: write to memory;
	   control of cache and bandwidth; C1E; MMIO_CFG_BASE; PPIN */
	{ "pl--", { { 0x4e, 0x4f }, { 0xe2, 0xe2 }, { 0x3f1, 0x3f1 },
		    { 0x600, 0x600 }, { 0xc80, 0xd8f },
		    { 0xc0000200, 0xc000020f }, { 0xc0010055, 0xc0010055 },
		    { 0xc0010058, 0xc0010058 }, { 0xc00102f0, 0xc00102f1 } } },
	/* counters of events, and what they count */
	{ "pp--", { { 0xc1, 0xc8 }, { 0x186, 0x18d }, { 0x1a6, 0x1a7 },
		    { 0x309, 0x30c }, { 0x329, 0x329 }, { 0x38d, 0x391 },
		    { 0x3f6, 0x3f7 }, { 0x4c1, 0x4c8 }, { 0x700, 0x72f },
		    { 0xe00, 0xfff }, { 0xc0000300, 0xc0000303 },
		    { 0xc0010000, 0xc0010007 }, { 0xc0010200, 0xc001020f },
		    { 0xc0010230, 0xc001023b }, { 0xc0010240, 0xc0010247 },
		    { 0xc0011030, 0xc001103d } } },
	/* machine checks: global, ERROR_CONTROL, CMCI, banks, local ones;
	   thresholds, SMCA's banks, masks */
	{ "pp--", { { 0x179, 0x17b }, { 0x17f, 0x17f }, { 0x280, 0x29f },
		    { 0x400, 0x47f }, { 0x4d0, 0x4d0 },
		    { 0xc0000408, 0xc000040f }, { 0xc0002000, 0xc0002fff },
		    { 0xc0010044, 0xc001004a }, { 0xc0010400, 0xc001043f } } },
	/* debugging: DEBUGCTL, last branches, masks of breakpoints */
	{ "pp--", { { 0x1c8, 0x1c9 }, { 0x1d9, 0x1d9 }, { 0x680, 0x69f },
		    { 0x6c0, 0x6df }, { 0xdc0, 0xddf }, { 0x1200, 0x121f },
		    { 0x14ce, 0x14cf }, { 0x1500, 0x151f }, { 0x1600, 0x161f },
		    { 0xc000010e, 0xc000010f }, { 0xc0010300, 0xc001031f },
		    { 0xc0011019, 0xc001101b } } },
	/* power: UMWAIT, MPERF, P-states, clock, heat, energy, limits, CPPC */
	{ "pp--", { { 0xe1, 0xe1 }, { 0xe7, 0xe8 }, { 0x198, 0x19c },
		    { 0x1b0, 0x1b2 }, { 0x1fc, 0x1fc }, { 0x601, 0x64f },
		    { 0x770, 0x777 }, { 0xc0010061, 0xc0010071 },
		    { 0xc00102b0, 0xc00102b4 } } },
	/* how the CPU works: split locks, TSX, MCU_OPT_CTRL, faulting CPUID,
	   prefetchers, what CPUID says, LS_CFG to BP_CFG, errata */
	{ "pp--", { { 0x33, 0x33 }, { 0x10f, 0x10f }, { 0x122, 0x123 },
		    { 0x140, 0x140 }, { 0x1a4, 0x1a4 },
		    { 0xc0000108, 0xc0000108 }, { 0xc0011002, 0xc0011005 },
		    { 0xc0011020, 0xc001102f }, { 0xc00110e3, 0xc00110e3 } } },
};

uint8_t msr_bits[2][MSR_PAGES * PAGE_SIZE] __attribute__((aligned(4096)));

static char rule_how(const struct rule *r, const struct cell *cell, bool write)
{
	return r->how[(cell == &root_cell ? ROOT_READ : CELL_READ) + write];
}

static char how(const struct cell *cell, uint32_t msr, bool write)
{
	const struct rule *r;
	uint32_t i;

	for (r = rules; r < rules + ARRAY_SIZE(rules); r++)
		for (i = 0; i < ARRAY_SIZE(r->msrs) && r->msrs[i].last; i++)
			if (msr - r->msrs[i].first <=
			    r->msrs[i].last - r->msrs[i].first)
				return rule_how(r, cell, write);
	return '-';
}

static bool is_x2apic(uint32_t msr)
{
	return msr - MSR_X2APIC < 0x100;
}

bool msr_passes(const struct cell *cell, uint32_t msr, bool write)
{
	if (is_x2apic(msr))
		return !apic_has_page() &&
		       apic_msr_passes((msr - MSR_X2APIC) * 16, write);
	return how(cell, msr, write) == 'p';
}

/*
 * AMD's has two bits for each number, read and write; Intel's has two halves,
 * and knows no third range. What has no bits always exits.
 */
static void let_pass(uint8_t *bits, uint32_t msr, bool write)
{
	uint32_t first = msr & ~0x1fffu, n = msr & 0x1fff;

	if (first == 0xc0000000)
		n += 0x2000;
	else if (first == 0xc0010000 && !vm->ept)
		n += 0x4000;
	else if (first)
		return;
	n = vm->ept ? write * 0x4000 + n : 2 * n + write;
	bits[n / 8] &= (uint8_t)~BIT(n % 8);
}

/* By the rules: to ask of each number which one it has takes long. */
static void fill(const struct cell *cell, uint8_t *bits)
{
	const struct rule *r;
	uint32_t i, msr;

	for (r = rules; r < rules + ARRAY_SIZE(rules); r++)
		for (i = 0; i < 2 * ARRAY_SIZE(r->msrs); i++)
			for (msr = r->msrs[i / 2].first;
			     msr && msr <= r->msrs[i / 2].last &&
			     rule_how(r, cell, i & 1) == 'p'; msr++)
				let_pass(bits, msr, i & 1);
	for (i = 0; i < 2 * 0x100; i++)
		if (msr_passes(cell, MSR_X2APIC + i / 2, i & 1))
			let_pass(bits, MSR_X2APIC + i / 2, i & 1);
}

void msr_init(void)
{
	memset(msr_bits, 0xff, sizeof(msr_bits));
	fill(&root_cell, msr_bits[0]);
	fill(NULL, msr_bits[1]);
}

/* A cell finds the first of its CPUs to be the one that boots. */
static uint64_t apic_base(const struct pcpu *cpu)
{
	uint64_t base = rdmsr(MSR_APIC_BASE);

	if (cpu->cell == &root_cell)
		return base;
	base &= ~APIC_BASE_BSP;
	if (cpu_next(cpu->cell->cpus.bits, NULL) == cpu)
		base |= APIC_BASE_BSP;
	return base;
}

static bool is_pat(uint64_t value)
{
	uint32_t i;

	for (i = 0; i < 64; i += 8)
		if ((value >> i & 0xff) > 7 || (value >> i & 6) == 2)
			return false;
	return true;
}

static bool write_hwcr(uint64_t value)
{
	uint64_t old;

	return rdmsr_safe(MSR_HWCR, &old) &&
	       wrmsr_safe(MSR_HWCR, (old & ~HWCR_OF_ROOT) |
				    (value & HWCR_OF_ROOT));
}

/* false: the register is not there, or not with this value. */
static bool emulate(const struct pcpu *cpu, uint32_t msr, bool write,
		    uint64_t *value)
{
	switch (msr) {
	case MSR_APIC_BASE:
		if (write)
			return *value == apic_base(cpu);
		*value = apic_base(cpu);
		return true;
	case MSR_PAT:
		if (write && !is_pat(*value))
			return false;
		if (write)
			vm->set(VM_PAT, *value);
		*value = vm->get(VM_PAT);
		return true;
	case MSR_EFER:
		if (write)
			return efer_write(*value);
		*value = vm->get(VM_EFER);
		return true;
	case MSR_HWCR:
		return write_hwcr(*value);
	case MSR_FEATURE_CONTROL:
		*value = FEATURE_LOCKED;
		return vm->ept;
	case MSR_VM_CR:
		*value = VM_CR_LOCKED;
		return !vm->ept;
	}
	return false;
}

static void tell(const struct pcpu *cpu, uint32_t msr, uint64_t value,
		 const char *what)
{
	printk_limited("CPU %u (Cell: \"%s\"): %s, MSR 0x%x, value 0x%llx\n",
		       cpu->id, cpu->cell->cfg.name, what, msr, (ull)value);
}

static void refuse(struct pcpu *cpu, uint32_t msr, bool write, uint64_t value)
{
	if (cpu->cell == &root_cell) {
		tell(cpu, msr, value, write ? "write refused" :
					      "read refused");
		vm->inject(X86_GP, 0);
	} else if (write) {
		core_park(cpu, "invalid write of MSR 0x%x, value 0x%llx: cells "
			  "have none or may not change it", msr, (ull)value);
	} else {
		core_park(cpu, "invalid read of MSR 0x%x: cells have none",
			  msr);
	}
}

/* Filtered writes; in xAPIC mode the registers are not there. */
static void trap_x2apic(struct pcpu *cpu, uint32_t msr, bool write,
			uint64_t value)
{
	if (!write || apic_has_page())
		vm->inject(X86_GP, 0);
	else if (apic_write(cpu, (msr - MSR_X2APIC) * 16, value))
		vm->skip(2);
}

/* Those that pass but have no bit in the hardware's bitmap come here, too. */
static bool carry_out(struct pcpu *cpu, char rule, uint32_t msr, bool write,
		      uint64_t *value)
{
	uint64_t old;

	switch (rule) {
	case 'l':
		if (!rdmsr_safe(msr, &old) || old != *value)
			tell(cpu, msr, *value, "write ignored");
		return true;
	case 'i':
		return true;
	case 'p':
		return write ? wrmsr_safe(msr, *value) :
			       rdmsr_safe(msr, value);
	default:
		return emulate(cpu, msr, write, value);
	}
}

void trap_msr(struct pcpu *cpu, struct regs *regs, bool write)
{
	uint32_t msr = (uint32_t)regs->r[RCX];
	uint64_t value = 0;
	char rule;

	cpu_stat(cpu, CB_STAT_MSR);
	if (write)
		value = (uint32_t)regs->r[RAX] | regs->r[RDX] << 32;
	if (is_x2apic(msr)) {
		trap_x2apic(cpu, msr, write, value);
		return;
	}
	rule = how(cpu->cell, msr, write);
	if (rule == '-') {
		refuse(cpu, msr, write, value);
		return;
	}
	if (!carry_out(cpu, rule, msr, write, &value)) {
		vm->inject(X86_GP, 0);
		return;
	}
	if (!write) {
		regs->r[RAX] = (uint32_t)value;
		regs->r[RDX] = value >> 32;
	}
	vm->skip(2);
}
