/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A CPU of x86 as far as intercepts can tell: the guest's registers are
 * arrays, MSRs a short list, ports a record of what was done to them. The
 * guest's memory is the host machine's (fake.h), through stage 2.
 */
#ifndef FAKE_X86_H
#define FAKE_X86_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#undef skip

#include <arch/mem.h>
#include <arch/x86/apic.h>
#include <arch/x86/cr.h>
#include <arch/x86/decode.h>
#include <arch/x86/trap.h>
#include <arch/x86/vm.h>
#include "cell.h"
#include "core.h"
#include "fake.h"
#include "insn.h"
#include "pcpu.h"

#define NONE	(~0u)

struct cfg_system system_cfg;
struct cell root_cell;
struct cell *cells[CELL_MAX] = { &root_cell };
struct spinlock control_lock;

struct cell cell_a;
struct pcpu cpus[4];
struct pcpu *self = &cpus[1];
struct pcpu *pcpus = cpus;

/* ---- the guest */

uint64_t field[VM_FIELDS];
struct cb_x86_segment segment[CB_X86_SEGMENTS];
struct regs guest;
uint32_t skipped, skips, injected;
const uint8_t *assists;
uint32_t assist_count;
char parked[256];
unsigned notes, ends;

static uint64_t get_field(enum vm_field f) { return field[f]; }
static void set_field(enum vm_field f, uint64_t value) { field[f] = value; }

static void get_segment(uint32_t seg, struct cb_x86_segment *s)
{
	*s = segment[seg];
}

static const uint8_t *insn_bytes(uint32_t *count)
{
	*count = assist_count;
	return assists;
}

static void skip(uint32_t len)
{
	skipped = len;
	skips++;
}

static void inject(uint32_t vector)
{
	assert_int_equal(injected, NONE);
	injected = vector;
}

static struct vm_ops ops = {
	.get = get_field, .set = set_field, .get_segment = get_segment,
	.insn_bytes = insn_bytes, .skip = skip, .inject = inject,
};
const struct vm_ops *vm = &ops;

void core_park(struct pcpu *victim, const char *fmt, ...)
{
	va_list args;

	assert_ptr_equal(victim, self);
	assert_string_equal(parked, "");
	va_start(args, fmt);
	assert_in_range(vsnprintf(parked, sizeof(parked), fmt, args), 1, 159);
	va_end(args);
}

bool printk_limited(const char *fmt, ...)
{
	(void)fmt;
	notes++;
	return true;
}

void printk(const char *fmt, ...)
{
	assert_non_null(strstr(fmt, "ends the machine"));
}

void cells_force_end(void)
{
	ends++;
}

/* ---- the hardware */

struct {
	uint32_t msr;
	uint64_t value;
} msrs[8];
uint32_t leaves[64][6];		/* leaf, sub, eax to edx */
uint64_t xcr0;
uint64_t xcr0_valid = 7;
struct {
	bool in;
	uint16_t port;
	uint32_t size, value;
} did[8];
unsigned done;
uint32_t answer;			/* of every port */
struct {
	uint32_t reg;
	uint64_t value;
} apic[8];
unsigned apic_writes;
bool apic_ok;
static volatile uint32_t apic_registers[1];
volatile uint32_t *apic_page;

bool rdmsr_safe(uint32_t msr, uint64_t *value)
{
	uint32_t i;

	for (i = 0; i < ARRAY_SIZE(msrs); i++)
		if (msrs[i].msr == msr && msr) {
			*value = msrs[i].value;
			return true;
		}
	return false;
}

uint64_t efer_valid = ~0ull, efer_kept = ~0ull;

bool wrmsr_safe(uint32_t msr, uint64_t value)
{
	uint32_t i;

	if (msr == MSR_EFER && value & ~efer_valid)
		return false;
	if (msr == MSR_EFER)
		value &= efer_kept;
	for (i = 0; i < ARRAY_SIZE(msrs); i++)
		if (msrs[i].msr == msr && msr) {
			msrs[i].value = value;
			return true;
		}
	return false;
}

bool xsetbv_safe(uint32_t xcr, uint64_t value)
{
	if (xcr || !(value & 1) || value & ~xcr0_valid)
		return false;
	xcr0 = value;
	return true;
}

void cpuid(uint32_t leaf, uint32_t sub, uint32_t r[4])
{
	uint32_t i;

	memset(r, 0, 16);
	for (i = 0; i < ARRAY_SIZE(leaves); i++)
		if (leaves[i][0] == leaf && leaves[i][1] == sub &&
		    leaves[i][0])
			memcpy(r, &leaves[i][2], 16);
}

static void record(bool in, uint16_t port, uint32_t size, uint32_t value)
{
	assert_in_range(done, 0, ARRAY_SIZE(did) - 1);
	did[done].in = in;
	did[done].port = port;
	did[done].size = size;
	did[done++].value = value;
}

uint32_t arch_port_read(uint16_t port, uint32_t size)
{
	record(true, port, size, 0);
	return size == 4 ? answer : answer & (BIT(8 * size) - 1);
}

void arch_port_write(uint16_t port, uint32_t size, uint32_t value)
{
	record(false, port, size, value);
}

bool apic_write(struct pcpu *writer, uint32_t reg, uint64_t value)
{
	assert_ptr_equal(writer, self);
	assert_in_range(apic_writes, 0, ARRAY_SIZE(apic) - 1);
	apic[apic_writes].reg = reg;
	apic[apic_writes++].value = value;
	return apic_ok;
}

uint64_t apic_hw_read(uint32_t reg)
{
	return 0x1000 + reg;
}

bool apic_msr_passes(uint32_t reg, bool write)
{
	return !write || reg != APIC_ICR;
}

/* ---- */

static void forget_events(void)
{
	skipped = 0;
	skips = 0;
	injected = NONE;
	parked[0] = '\0';
	notes = 0;
	ends = 0;
	done = 0;
	apic_writes = 0;
}

/* CPU 1 is cell_a's, the root cell has the others. */
static int machine(void **state)
{
	uint32_t i;

	(void)state;
	fake_reset();
	memset(&system_cfg, 0, sizeof(system_cfg));
	system_cfg.cpu_count = ARRAY_SIZE(cpus);
	memset(&root_cell, 0, sizeof(root_cell));
	memset(&cell_a, 0, sizeof(cell_a));
	memset(cpus, 0, sizeof(cpus));
	memset(field, 0, sizeof(field));
	memset(segment, 0, sizeof(segment));
	memset(&guest, 0, sizeof(guest));
	memset(msrs, 0, sizeof(msrs));
	memset(leaves, 0, sizeof(leaves));
	for (i = 0; i < 4; i++) {
		cpus[i].id = i;
		cpus[i].cell = i == 1 ? &cell_a : &root_cell;
	}
	cells[1] = &cell_a;
	cell_a.id = 1;
	cell_a.cfg.cpus.bits = 2;
	root_cell.cfg.cpus.bits = 0xd;
	strcpy(cell_a.cfg.name, "a");
	self = &cpus[1];
	ops.ept = false;
	assists = NULL;
	assist_count = 0;
	apic_ok = true;
	apic_page = NULL;
	forget_events();
	return 0;
}

#endif
