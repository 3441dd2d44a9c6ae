/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * MMIO-05. Accesses that the CPU does not describe in the syndrome (ISV = 0).
 * A hypervisor that reads the syndrome all the same uses a wrong register or
 * width. Parked is right; emulated is right if the value is that of a plain
 * load. The register is GICD_TYPER.
 */
#include "irq.h"

static uint64_t addr;
static uint32_t plain;

static bool prepare(const char *what)
{
	if (!probe_gic())
		return false;
	addr = gic_distributor() + GICD_TYPER;
	map_range(addr, 8, MAP_DEVICE);
	plain = mmio_read32(addr);
	report_try("%s at GICD_TYPER", what);
	return true;
}

static void load_pair(void)
{
	uint32_t low = 0, high = 0;

	if (!prepare("ldp"))
		return;
	asm volatile("ldp %w0, %w1, [%2]" : "=r"(low), "=r"(high)
		     : "r"(addr) : "memory");
	report_check(low == plain, "the value is another one");
}

static void store_pair(void)
{
	if (!prepare("stp"))
		return;
	asm volatile("stp wzr, wzr, [%0]" : : "r"(addr) : "memory");
	report_check(mmio_read32(addr) == plain, "a read-only register changed");
}

static void post_index(void)
{
	uint64_t base = 0;
	uint32_t value = 0;

	if (!prepare("ldr with write-back"))
		return;
	base = addr;
	asm volatile("ldr %w0, [%1], #4" : "=&r"(value), "+r"(base)
		     : : "memory");
	report_check(value == plain, "the value is another one");
	report_check(base == addr + 4, "the base register is wrong");
}

static void exclusive(void)
{
	uint32_t value = 0;

	if (!prepare("ldxr"))
		return;
	asm volatile("ldxr %w0, [%1]\n\tclrex" : "=r"(value)
		     : "r"(addr) : "memory");
	report_check(value == plain, "the value is another one");
}

static void simd(void)
{
	uint64_t value = 0;

	if (!prepare("SIMD load"))
		return;
	sysreg_write(cpacr_el1, 3ul << 20);
	isb();
	asm volatile(".arch_extension fp\n\t"
		     "ldr s0, [%1]\n\t"
		     "fmov %w0, s0\n\t"
		     ".arch_extension nofp"
		     : "=r"(value) : "r"(addr) : "memory");
	report_check((uint32_t)value == plain, "the value is another one");
}

/* Device memory would fault in stage 1; Normal memory reaches stage 2. */
static void zero_line(void)
{
	if (!prepare("dc zva"))
		return;
	map_range(addr, 8, MAP_RAM);
	probe_survived(try_insn("dc zva, %1", addr & -64ul));
}

static void cache_clean(void)
{
	uint64_t esr;

	if (!prepare("dc civac"))
		return;
	map_range(addr, 8, MAP_RAM);
	esr = try_insn("dc civac, %1", addr);
	report_note("dc civac: ESR 0x%lx", esr);
}

static void execute(void)
{
	if (!prepare("instruction fetch"))
		return;
	map_range(addr, 8, MAP_RAM);
	probe_survived(probe_exec(addr));
}

static const struct probe_case cases[] = {
	{ "cache-clean", cache_clean },
	{ "load-pair", load_pair },
	{ "store-pair", store_pair },
	{ "post-index", post_index },
	{ "exclusive", exclusive },
	{ "simd", simd },
	{ "zero-line", zero_line },
	{ "execute", execute },
};

PROBE("MMIO-05", "accesses without a syndrome", cases);
