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
 *	x  is x2APIC's: apic.c says
 *	i  is ignored
 *	l  is ignored, with a line on the console if that makes a difference
 *	-  is refused
 * Of registers: the first, and how many.
 */
enum { ROOT_READ, CELL_READ = 2 };

static const struct rule {
	char how[5];
	struct {
		uint32_t first, count;
	} msrs[16];
} rules[] = {
	/* APIC_BASE; PAT; EFER; x2APIC */
	{ "eeee", { { 0x1b, 1 }, { 0x277, 1 }, { 0xc0000080, 1 } } },
	{ "xxxx", { { MSR_X2APIC, MSRS_X2APIC } } },
	/* speculation; capabilities, flush; SYSENTER; XFD; CET; TSC_DEADLINE,
	   PKRS; BNDCFGS; XSS; system calls; segment bases, TSC_AUX */
	{ "pppp", { { 0x48, 2 }, { 0x10a, 2 }, { 0x174, 3 }, { 0x1c4, 2 },
		    { 0x6a0, 9 }, { 0x6e0, 2 }, { 0xd90, 1 }, { 0xda0, 1 },
		    { 0xc0000081, 4 }, { 0xc0000100, 4 }, { 0xc001011f, 1 } } },
	/* TSC; TSC_ADJUST */
	{ "plpl", { { 0x10, 1 }, { 0x3b, 1 } } },
	/* MTRRs: as firmware set */
	{ "pipi", { { 0x200, 32 }, { 0x250, 1 }, { 0x258, 2 }, { 0x268, 8 },
		    { 0x2ff, 1 } } },
	/* SMI_COUNT; PLATFORM_INFO etc.; MTRRCAP; SEV_STATUS; OSVW */
	{ "p-p-", { { 0x34, 1 }, { 0xcd, 3 }, { 0xfe, 1 }, { 0xc0010131, 1 },
		    { 0xc0010140, 2 } } },
	/* the microcode's revision; MISC_ENABLE, SYSCFG; HWCR */
	{ "ppp-", { { 0x8b, 1 } } },
	{ "plp-", { { 0x1a0, 1 }, { 0xc0010010, 1 } } },
	{ "pep-", { { 0xc0010015, 1 } } },
	/* FEATURE_CONTROL, VM_CR; VM_HSAVE_PA: Linux clears it */
	{ "e---", { { 0x3a, 1 }, { 0xc0010114, 1 } } },
	{ "-i--", { { 0xc0010117, 1 } } },
	/* microcode; IORRs, TOP_MEM, NB_CFG */
	{ "-l--", { { 0x79, 1 }, { 0xc0010020, 1 } } },
	{ "pi--", { { 0xc0010016, 8 }, { 0xc001001f, 1 } } },
	/* PLATFORM_ID; core count; AES; TEMPERATURE_TARGET; MISC_PWR_MGMT;
	   turbo ratios; last branch, exception; PERF_CAPABILITIES; time in
	   C-states; encryption; MPERF, APERF, IRPERF; energy; NODE_ID */
	{ "p---", { { 0x17, 1 }, { 0x35, 1 }, { 0x13c, 1 }, { 0x1a2, 1 },
		    { 0x1aa, 1 }, { 0x1ad, 3 }, { 0x1db, 4 }, { 0x345, 1 },
		    { 0x3f8, 8 }, { 0x981, 2 }, { 0xc00000e7, 3 },
		    { 0xc0010299, 3 }, { 0xc001100c, 1 } } },
	/* PPIN; C-states of the package; PEBS, DS_AREA: write to memory;
	   control of cache and bandwidth; C1E; MMIO_CFG_BASE; PPIN */
	{ "pl--", { { 0x4e, 2 }, { 0xe2, 1 }, { 0x3f1, 1 }, { 0x600, 1 },
		    { 0xc80, 0x110 }, { 0xc0000200, 16 }, { 0xc0010055, 1 },
		    { 0xc0010058, 1 }, { 0xc00102f0, 2 } } },
	/* counters of events, and what they count */
	{ "pp--", { { 0xc1, 8 }, { 0x186, 8 }, { 0x1a6, 2 }, { 0x309, 4 },
		    { 0x329, 1 }, { 0x38d, 5 }, { 0x3f6, 2 }, { 0x4c1, 8 },
		    { 0x700, 48 }, { 0xe00, 0x200 }, { 0xc0000300, 4 },
		    { 0xc0010000, 8 }, { 0xc0010200, 16 }, { 0xc0010230, 12 },
		    { 0xc0010240, 8 }, { 0xc0011030, 14 } } },
	/* machine checks: global, ERROR_CONTROL, CMCI, banks, local ones;
	   thresholds, SMCA's banks, masks */
	{ "pp--", { { 0x179, 3 }, { 0x17f, 1 }, { 0x280, 32 }, { 0x400, 0x80 },
		    { 0x4d0, 1 }, { 0xc0000408, 8 }, { 0xc0002000, 0x1000 },
		    { 0xc0010044, 7 }, { 0xc0010400, 0x40 } } },
	/* debugging: DEBUGCTL, last branches, masks of breakpoints */
	{ "pp--", { { 0x1c8, 2 }, { 0x1d9, 1 }, { 0x680, 32 }, { 0x6c0, 32 },
		    { 0xdc0, 32 }, { 0x1200, 32 }, { 0x14ce, 2 },
		    { 0x1500, 32 }, { 0x1600, 32 }, { 0xc000010e, 2 },
		    { 0xc0010300, 32 }, { 0xc0011019, 3 } } },
	/* power: UMWAIT, MPERF, P-states, clock, heat, energy, limits, CPPC */
	{ "pp--", { { 0xe1, 1 }, { 0xe7, 2 }, { 0x198, 5 }, { 0x1b0, 3 },
		    { 0x1fc, 1 }, { 0x601, 0x4f }, { 0x770, 8 },
		    { 0xc0010061, 17 }, { 0xc00102b0, 5 } } },
	/* how the CPU works: split locks, TSX, MCU_OPT_CTRL, faulting CPUID,
	   prefetchers, what CPUID says, LS_CFG to BP_CFG, errata */
	{ "pp--", { { 0x33, 1 }, { 0x10f, 1 }, { 0x122, 2 }, { 0x140, 1 },
		    { 0x1a4, 1 }, { 0xc0000108, 1 }, { 0xc0011002, 4 },
		    { 0xc0011020, 16 }, { 0xc00110e3, 1 } } },
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
		for (i = 0; i < ARRAY_SIZE(r->msrs); i++)
			if (msr - r->msrs[i].first < r->msrs[i].count)
				return rule_how(r, cell, write);
	return '-';
}

bool msr_passes(const struct cell *cell, uint32_t msr, bool write)
{
	char rule = how(cell, msr, write);

	return rule == 'p' ||
	       (rule == 'x' && !apic_page &&
		apic_msr_passes((msr - MSR_X2APIC) * 16, write));
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
	uint32_t i, n;

	for (r = rules; r < rules + ARRAY_SIZE(rules); r++)
		for (i = 0; i < 2 * ARRAY_SIZE(r->msrs); i++)
			for (n = 0; n < r->msrs[i / 2].count &&
			     rule_how(r, cell, i & 1) == 'p'; n++)
				let_pass(bits, r->msrs[i / 2].first + n, i & 1);
	for (i = 0; i < 2 * MSRS_X2APIC && !apic_page; i++)
		if (apic_msr_passes(i / 2 * 16, i & 1))
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
	if (cpu_next(cpu->cell->cfg.cpus.bits, NULL) == cpu)
		return base | APIC_BASE_BSP;
	return base & ~APIC_BASE_BSP;
}

static bool write_pat(uint64_t value)
{
	uint32_t i;

	for (i = 0; i < 64; i += 8)
		if ((value >> i & 0xff) > 7 || (value >> i & 6) == 2)
			return false;
	vm->set(VM_PAT, value);
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
	uint64_t new = *value;

	switch (msr) {
	case MSR_APIC_BASE:
		*value = apic_base(cpu);
		return !write || new == *value;
	case MSR_PAT:
		*value = vm->get(VM_PAT);
		return !write || write_pat(new);
	case MSR_EFER:
		*value = vm->get(VM_EFER);
		return !write || efer_write(new);
	case MSR_HWCR:
		return write_hwcr(new);
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

static void deny(struct pcpu *cpu, uint32_t msr, bool write, uint64_t value)
{
	if (cpu->cell == &root_cell) {
		tell(cpu, msr, value, write ? "write refused" :
					      "read refused");
		vm->inject(X86_GP);
	} else if (write) {
		core_park(cpu, "invalid write of MSR 0x%x, value 0x%llx: cells "
			  "have none or may not change it", msr, (ull)value);
	} else {
		core_park(cpu, "invalid read of MSR 0x%x: cells have none",
			  msr);
	}
}

/* Those that pass but have no bit in the hardware's bitmap come here, too. */
void trap_msr(struct pcpu *cpu, struct regs *regs, bool write)
{
	uint32_t msr = (uint32_t)regs->r[RCX];
	uint64_t value = 0, old;
	bool good = true;

	cpu_stat(cpu, CB_STAT_MSR);
	if (write)
		value = (uint32_t)regs->r[RAX] | regs->r[RDX] << 32;
	switch (how(cpu->cell, msr, write)) {
	case '-':
		deny(cpu, msr, write, value);
		return;
	case 'x':
		/* filtered writes; in xAPIC mode they are not there */
		good = write && !apic_page;
		if (good && !apic_write(cpu, (msr - MSR_X2APIC) * 16, value))
			return;
		break;
	case 'l':
		if (!rdmsr_safe(msr, &old) || old != value)
			tell(cpu, msr, value, "write ignored");
		break;
	case 'p':
		good = write ? wrmsr_safe(msr, value) : rdmsr_safe(msr, &value);
		break;
	case 'e':
		good = emulate(cpu, msr, write, &value);
	}
	if (!good) {
		vm->inject(X86_GP);
		return;
	}
	if (!write) {
		regs->r[RAX] = (uint32_t)value;
		regs->r[RDX] = value >> 32;
	}
	vm->skip(2);
}
