/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * CPU-10. What the former owner left in registers. case=dirty writes a pattern
 * to all that it may, and ends; then another cell on the same CPU runs
 * case=check. A hypervisor that does not reset a CPU shows the pattern: keys,
 * addresses, or an active breakpoint.
 */
#include "insn.h"

#define PATTERN		0x5ec2e75ec2e7ul	/* canonical as an address */
#define CR4_OSFXSR	(1ul << 9)
#define CR0_EM		(1ul << 2)
#define CR0_TS		(1ul << 3)
#define MSR_TSC_AUX	0xc0000103

static const struct {
	const char *name;
	uint32_t msr;
} msrs[] = {
	{ "SYSENTER_CS", 0x174 },
	{ "SYSENTER_ESP", 0x175 },
	{ "SYSENTER_EIP", 0x176 },
	{ "STAR", 0xc0000081 },
	{ "LSTAR", 0xc0000082 },
	{ "CSTAR", 0xc0000083 },
	{ "SFMASK", 0xc0000084 },
	{ "FS base", 0xc0000100 },
	{ "GS base", 0xc0000101 },
	{ "kernel GS base", 0xc0000102 },
	{ "TSC_AUX", MSR_TSC_AUX },
	{ "TSC deadline", 0x6e0 },
};

/* FXSAVE's area: x87 from byte 32, SSE from byte 160 */
static uint8_t fx[512] __attribute__((aligned(16)));

static void fp_on(void)
{
	cr0_write(cr0_read() & ~(CR0_EM | CR0_TS));
	cr4_write(cr4_read() | CR4_OSFXSR);
}

#define DR_WRITE(n, value)	\
	asm volatile("mov %0, %%dr" #n : : "r"((uint64_t)(value)))

#define DR_READ(n) ({						\
	uint64_t __value;					\
								\
	asm volatile("mov %%dr" #n ", %0" : "=r"(__value));	\
	__value;						\
})

/* The last thing a CPU of this cell does: only the hypervisor runs after. */
static void dirty(void)
{
	unsigned int n;

	fp_on();
	asm volatile("fxsave %0" : "=m"(fx));
	for (n = 32; n < 416; n++)
		fx[n] = PATTERN >> n % 6 * 8;
	asm volatile("fxrstor %0" : : "m"(fx));
	for (n = 0; n < ARRAY_SIZE(msrs); n++)
		if (try_msr_write(msrs[n].msr, PATTERN))
			try_msr_write(msrs[n].msr, (uint32_t)PATTERN);
	DR_WRITE(0, PATTERN);
	DR_WRITE(1, PATTERN);
	DR_WRITE(2, PATTERN);
	DR_WRITE(3, PATTERN);
	DR_WRITE(7, 0x33330455);
	report_try("leave all registers dirty");
	report_end();
	comm_set_state(CB_CELL_SHUT_DOWN);
	asm volatile("cli\n\t"
		     "mov %0, %%cr2\n\t"
		     "mov %0, %%rbx\n\t"
		     "mov %0, %%rcx\n\t"
		     "mov %0, %%rdx\n\t"
		     "mov %0, %%rsi\n\t"
		     "mov %0, %%rdi\n\t"
		     "mov %0, %%rbp\n\t"
		     "mov %0, %%r8\n\t"
		     "mov %0, %%r15\n\t"
		     "1: hlt\n\t"
		     "jmp 1b" : : "a"(PATTERN));
	__builtin_unreachable();
}

static bool is_pattern(uint64_t value)
{
	return value == PATTERN || (uint32_t)value == (uint32_t)PATTERN ||
	       (value && value == (PATTERN & 0xffff));
}

/* EDX holds the CPU's signature, or nothing; the stack pointer nothing. */
static void check_boot(void)
{
	const struct boot_state *b = &boot_state;

	report_check(!b->eax && !b->ebx && !b->ecx && !b->esi && !b->edi &&
		     !b->ebp && !b->esp,
		     "general registers: %x %x %x %x %x %x %x", b->eax, b->ebx,
		     b->ecx, b->esi, b->edi, b->ebp, b->esp);
	report_check(!b->edx || b->edx == cpuid(1, 0).eax, "EDX is 0x%x",
		     b->edx);
	/* INIT leaves CD and NW as they are */
	report_check((b->cr0 & ~0x60000000u) == 0x10, "CR0 is 0x%x", b->cr0);
	report_check(!b->cr2 && !b->cr3 && !b->cr4, "CR2 %x CR3 %x CR4 %x",
		     b->cr2, b->cr3, b->cr4);
	report_check(!b->ds && !b->es && !b->fs && !b->gs && !b->ss,
		     "segments: %x %x %x %x %x", b->ds, b->es, b->fs, b->gs,
		     b->ss);
}

static void check_debug(void)
{
	report_check(!DR_READ(0) && !DR_READ(1) && !DR_READ(2) && !DR_READ(3),
		     "breakpoints: %lx %lx %lx %lx", DR_READ(0), DR_READ(1),
		     DR_READ(2), DR_READ(3));
	report_check(DR_READ(7) == 0x400, "DR7 is 0x%lx", DR_READ(7));
	report_check((DR_READ(6) & 0xe00f) == 0, "DR6 is 0x%lx", DR_READ(6));
}

static void check_msrs(void)
{
	uint64_t value;
	unsigned int n;

	for (n = 0; n < ARRAY_SIZE(msrs); n++) {
		value = 0;
		try_msr_read(msrs[n].msr, &value);
		report_check(!is_pattern(value), "%s is 0x%lx", msrs[n].name,
			     value);
	}
}

static void check(void)
{
	unsigned int n, dirty_bytes = 0;

	check_boot();
	check_debug();
	check_msrs();
	fp_on();
	asm volatile("fxsave %0" : "=m"(fx));
	for (n = 32; n < 416; n++)
		dirty_bytes += !!fx[n];
	report_check(!dirty_bytes, "%u bytes of x87 and SSE are not 0",
		     dirty_bytes);
}

static const struct probe_case cases[] = {
	{ "check", check },
	{ "dirty", dirty },
};

PROBE("CPU-10", "no register outlives its owner", cases);
