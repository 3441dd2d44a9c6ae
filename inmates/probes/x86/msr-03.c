/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * MSR-03. Values of control registers that a CPU does not accept. A hypervisor
 * that carries them out for the cell faults itself, or enters the cell with a
 * state that fails; one that lets VMXE or SVME through gives away its own
 * instructions. Each must raise an exception here and change nothing.
 */
#include "insn.h"

#define EFER_SVME	(1ul << 12)
#define CR4_VMXE	(1ul << 13)
#define CR4_SMXE	(1ul << 14)
#define CR4_OSXSAVE	(1ul << 18)
#define CPUID1_XSAVE	(1u << 26)

static void efer(void)
{
	static const uint64_t wrong[] = {
		EFER_SVME, 1ul << 1, 1ul << 9, 1ul << 16, 1ul << 32, 1ul << 63,
	};
	uint64_t old = msr_read(MSR_EFER);
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(wrong); n++) {
		report_check(try_msr_write(MSR_EFER, old | wrong[n]),
			     "EFER 0x%lx is accepted", old | wrong[n]);
		report_check(msr_read(MSR_EFER) == old, "EFER changed");
	}
	report_check(try_msr_write(MSR_EFER, old & ~(1ul << 8)),
		     "LME can be cleared while paging is on");
}

static void cr0(void)
{
	static const unsigned long wrong[] = {
		1ul << 32, 1ul << 63,		/* reserved */
	};
	unsigned long old = cr0_read();
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(wrong); n++)
		report_check(try_insn("mov %1, %%cr0", old | wrong[n]),
			     "CR0 0x%lx is accepted", old | wrong[n]);
	report_check(try_insn("mov %1, %%cr0", old & ~1ul),
		     "PE can be cleared while paging is on");
	report_check(try_insn("mov %1, %%cr0", old & ~(1ul << 31)),
		     "PG can be cleared in 64-bit code");
	report_check(try_insn("mov %1, %%cr0",
			      (old | 1ul << 29) & ~(1ul << 30)),
		     "NW without CD is accepted");
	report_check(cr0_read() == old, "CR0 changed to 0x%lx", cr0_read());
}

/* NE: the hypervisor may need it; the cell sees what it wrote. */
static void cr0_ne(void)
{
	unsigned long old = cr0_read();

	cr0_write(old | 1ul << 5);
	report_check(cr0_read() & 1ul << 5, "NE cannot be set");
	cr0_write(old & ~(1ul << 5));
	report_check(!(cr0_read() & 1ul << 5), "NE cannot be cleared");
	cr0_write(old);
}

static void cr4(void)
{
	static const unsigned long wrong[] = {
		CR4_VMXE, CR4_SMXE, 1ul << 15, 1ul << 31, 1ul << 32, 1ul << 63,
	};
	unsigned long old = cr4_read();
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(wrong); n++)
		report_check(try_insn("mov %1, %%cr4", old | wrong[n]),
			     "CR4 0x%lx is accepted", old | wrong[n]);
	report_check(try_insn("mov %1, %%cr4", old & ~(1ul << 5)),
		     "PAE can be cleared in long mode");
	report_check(cr4_read() == old, "CR4 changed to 0x%lx", cr4_read());
}

static uint64_t xsetbv(uint32_t xcr, uint64_t value)
{
	unsigned long code = 0;

	asm volatile("1: xsetbv\n2:\n" EX_TABLE("1b", "2b")
		     : "+b"(code)
		     : "c"(xcr), "a"((uint32_t)value),
		       "d"((uint32_t)(value >> 32)) : "memory");
	return code;
}

static void xcr0(void)
{
	if (!(cpuid(1, 0).ecx & CPUID1_XSAVE)) {
		report_skip("no XSAVE");
		return;
	}
	report_check(TRAP_VECTOR(xsetbv(0, 1)) == TRAP_UD,
		     "XSETBV without OSXSAVE: no #UD");
	cr4_write(cr4_read() | CR4_OSXSAVE);
	report_check(cpuid(1, 0).ecx & 1u << 27, "CPUID does not show OSXSAVE");
	report_check(!xsetbv(0, 1), "XCR0 = 1 is refused");
	report_check(xsetbv(0, 0), "XCR0 = 0 is accepted");
	report_check(xsetbv(0, 4 | 1), "AVX without SSE is accepted");
	report_check(xsetbv(0, 1ul << 63 | 1), "bit 63 is accepted");
	report_check(xsetbv(1, 1), "XCR1 is accepted");
	report_check(xsetbv(0xffffffff, 1), "XCR 0xffffffff is accepted");
	cr4_write(cr4_read() & ~CR4_OSXSAVE);
	report_check(!(cpuid(1, 0).ecx & 1u << 27),
		     "CPUID shows OSXSAVE still");
}

static const struct probe_case cases[] = {
	{ "efer", efer },
	{ "cr0", cr0 },
	{ "cr0-ne", cr0_ne },
	{ "cr4", cr4 },
	{ "xcr0", xcr0 },
};

PROBE("MSR-03", "wrong values of control registers", cases);
