/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A machine of four CPUs with an interrupt controller of version 2 or 3 as
 * far as the hypervisor can tell: set and clear registers act on one state,
 * version 2 banks the private INTIDs, list registers that are invalid show as
 * free. It delivers nothing by itself: a test says what is acknowledged.
 *
 * Contains the controller's sources, so that they see a struct pcpu with
 * their part in it.
 */
#ifndef FAKE_GIC_H
#define FAKE_GIC_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* the host's own struct arch_pcpu knows nothing of interrupt controllers */
#define arch_pcpu host_arch_pcpu
#include <arch/cpu.h>
#undef arch_pcpu
#include "../../hv/arch/arm-common/gic.h"
struct arch_pcpu {
	struct gic_cpu gic;
};

#include "../../hv/arch/arm-common/gic.c"
#include "../../hv/arch/arm-common/gic-mmio.c"
#include "../../hv/arch/arm-common/gic-v3.c"
#include "../../hv/arch/arm-common/gic-lr.c"

#define CPUS		4
#define LINES		5		/* 32 * (5 + 1) INTIDs */
#define DIST		0x08000000ull
#define REDIST		0x080a0000ull
#define GICC		0x08010000ull
#define GICH		0x08030000ull
#define GICV		0x08040000ull
#define MAINT		25
#define LRS		4
/* version 2: IHI 0048 4.4, 5.3 */
#define GICC_CTLR	0x00
#define GICC_PMR	0x04
#define GICC_IAR	0x0c
#define GICC_EOIR	0x10
#define GICH_HCR	0x00
#define GICH_VTR	0x04
#define GICH_VMCR	0x08
#define GICH_LR		0x100

static struct {
	uint8_t dist[0x10000];
	uint8_t redist[CPUS][0x20000];
	uint8_t bank[CPUS][0x1000];	/* v2: private part of dist */
	uint8_t gicc[CPUS][0x2000];
	uint8_t gich[CPUS][0x1000];
	uint64_t reg[CPUS][FAKE_GIC_REGS];
	uint32_t cpu;			/* that runs the code */
	uint32_t next_iar;
	uint32_t writes;		/* of SGIs and deactivations */
	uint64_t log[64];
	uint32_t log_reg[64];
	uint32_t events;		/* calls of cpu_events() */
	uint32_t sent[CPUS];		/* cpu_send() */
	char report[256];
	struct cfg_range window, window_to;	/* s2_map() */
	struct {
		uint64_t base, size;
		mmio_handler handler;
		void *arg;
	} region[8];
	uint32_t regions;
} hw;

struct cfg_system system_cfg;
struct cell root_cell;
static struct cell other_cell;
static struct pcpu fake_pcpus[CPUS];
struct pcpu *pcpus = fake_pcpus;

/* Aff1 = CPU / 2, Aff0 = CPU % 2 */
static const uint64_t hwids[CPUS] = { 0, 1, 0x100, 0x101 };

static void fake_log(uint32_t reg, uint64_t v)
{
	if (hw.writes < ARRAY_SIZE(hw.log)) {
		hw.log[hw.writes] = v;
		hw.log_reg[hw.writes] = reg;
	}
	hw.writes++;
}

static bool fake_is_dist(const void *regs)
{
	return regs == hw.dist;
}

/* Where a word is stored, and whether writing clears or sets bits there. */
static uint32_t *fake_word(const void *regs, uint32_t off, int *how)
{
	uint8_t *p = (uint8_t *)regs;
	uint32_t reg = off;

	*how = 0;
	if (regs == hw.gicc[0])
		p = hw.gicc[hw.cpu];
	else if (regs == hw.gich[0])
		p = hw.gich[hw.cpu];
	else if (off >= 0x100 && off < 0x400) {
		reg = off & ~0x80u;
		*how = off & 0x80 ? -1 : 1;
	} else if (fake_is_dist(regs) && off >= 0xf10 && off < 0xf30) {
		reg = 0xf20 + (off & 15);
		*how = off < 0xf20 ? -1 : 1;
	}
	if (fake_is_dist(regs) && !gic.v3 &&
	    ((off < 0x400 && off >= 0x80 && off % 0x80 < 4) ||
	     (off >= 0x400 && off < 0xc00 && off % 0x400 < 32) ||
	     (off >= 0xc00 && off < 0xc08) || (off >= 0xf10 && off < 0xf30)))
		p = hw.bank[hw.cpu];
	return (uint32_t *)(p + reg);
}

uint32_t gic_read32(const void *regs, uint32_t offset)
{
	int how;

	if (regs == hw.gicc[0] && offset == GICC_IAR)
		return hw.next_iar;
	assert_false(fake_is_dist(regs) && offset + 4 > sizeof(hw.dist));
	return *fake_word(regs, offset, &how);
}

void gic_write32(void *regs, uint32_t offset, uint32_t v)
{
	int how;
	uint32_t *word = fake_word(regs, offset, &how);

	if (fake_is_dist(regs) && offset == GICD_SGIR)
		fake_log(GICD_SGIR, v);
	if (regs == hw.gicc[0] && (offset == GICC_EOIR || offset == 0x1000))
		fake_log(offset == GICC_EOIR ? ICC_EOIR1 : ICC_DIR, v);
	/* version 2: SGIs are set and cleared by sender only */
	if (how && regs == hw.dist && !gic.v3 && offset % 0x80 == 0 &&
	    offset < 0x300)
		v &= ~0xffffu | (offset < 0x200 ? 0xffff : 0);
	if (how > 0)
		*word |= v;
	else if (how < 0)
		*word &= ~v;
	else
		*word = v;
}

uint64_t cpuif_read(uint32_t reg)
{
	if (reg == ICC_IAR0 || reg == ICC_IAR1)
		return hw.next_iar;
	if (reg == ICH_VTR)
		return 4u << 26 | (LRS - 1);
	return hw.reg[hw.cpu][reg];
}

void cpuif_write(uint32_t reg, uint64_t v)
{
	assert_false(reg >= ICH_LR0 + LRS && reg < FAKE_GIC_REGS);
	if (reg == ICC_EOIR0 || reg == ICC_EOIR1 || reg == ICC_DIR ||
	    reg == ICC_SGI1R || reg == ICC_SGI0R)
		fake_log(reg, v);
	hw.reg[hw.cpu][reg] = v;
}

/* -- the rest of the hypervisor ------------------------------------------- */

struct pcpu *this_cpu(void)
{
	return &pcpus[hw.cpu];
}

void arch_cpu_relax(void)
{
	fail_msg("a lock is held already");
}

void cpu_events(struct pcpu *cpu)
{
	(void)cpu;
	hw.events++;
}

void cpu_send(struct pcpu *cpu, uint32_t events)
{
	hw.sent[cpu->id] |= events;
}

int refuse(int err, const char *id, const char *fmt, ...)
{
	va_list args;

	(void)id;
	va_start(args, fmt);
	vsnprintf(hw.report, sizeof(hw.report), fmt, args);
	va_end(args);
	return err;
}

int mmio_register(uint64_t base, uint64_t size, bool root_only,
		  mmio_handler handler, void *arg)
{
	(void)root_only;
	assert_true(hw.regions < ARRAY_SIZE(hw.region));
	hw.region[hw.regions].base = base;
	hw.region[hw.regions].size = size;
	hw.region[hw.regions].handler = handler;
	hw.region[hw.regions++].arg = arg;
	return 0;
}

int s2_map(struct s2 *s2, ipaddr_t ip, paddr_t pa, uint64_t size,
	   uint32_t attr)
{
	(void)s2;
	assert_int_equal(attr, S2_READ | S2_WRITE | S2_DEVICE);
	hw.window = (struct cfg_range){ ip.v, size };
	hw.window_to = (struct cfg_range){ pa.v, size };
	return 0;
}

void *arch_map_device(paddr_t base, uint64_t size)
{
	if (base.v == DIST && size <= sizeof(hw.dist))
		return hw.dist;
	if (base.v == GICC)
		return hw.gicc[0];
	if (base.v == GICH)
		return hw.gich[0];
	if (base.v >= REDIST && size <= 0x20000)
		return hw.redist[(base.v - REDIST) / 0x20000];
	return NULL;
}

uint64_t arch_device_access(paddr_t addr, uint32_t size, bool write,
			    uint64_t value)
{
	assert_false(write);
	value = 0;
	assert_true(addr.v >= REDIST &&
		    addr.v + size <= REDIST + sizeof(hw.redist));
	memcpy(&value, (uint8_t *)hw.redist + (addr.v - REDIST), size);
	return value;
}

/* -- for the tests -------------------------------------------------------- */

static void fake_spis(struct cell *cell, const uint32_t *irqs, uint32_t count)
{
	uint32_t i;

	memset(&cell->cfg.irqs, 0, sizeof(cell->cfg.irqs));
	for (i = 0; i < count; i++)
		cell->cfg.irqs.bits[irqs[i] / 32] |= 1u << irqs[i] % 32;
}

/* A root cell with CPUs 0 and 1, another one with CPUs 2 and 3. */
static void fake_machine(uint32_t kind, bool one_state, bool list)
{
	struct cfg_intc *c = &system_cfg.intc;
	uint32_t i, typer = LINES | (CPUS - 1) << 5;

	memset(&hw, 0, sizeof(hw));
	memset(&system_cfg, 0, sizeof(system_cfg));
	memset(&root_cell, 0, sizeof(root_cell));
	memset(&other_cell, 0, sizeof(other_cell));
	memset(fake_pcpus, 0, sizeof(fake_pcpus));
	memset(&gic, 0, sizeof(gic));
	arch_delivery = 0;
	gic.v3 = kind == CFG_INTC_GICV3;
	system_cfg.list_registers = list;
	system_cfg.cpu_count = CPUS;
	c->kind = kind;
	c->dist = (struct cfg_range){ DIST, 0x10000 };
	c->cpu = (struct cfg_range){ GICC, gic.v3 ? 0 : 0x10000 };
	c->hyp = (struct cfg_range){ GICH, 0x10000 };
	c->vcpu = (struct cfg_range){ GICV, 0x10000 };
	c->redist[0] = (struct cfg_range){ REDIST, 0xf60000 };
	c->redist_count = gic.v3;
	c->maint_irq = MAINT;
	root_cell.cfg.cpus.bits = 0xf;	/* until there is another cell */
	other_cell.cfg.cpus.bits = 0xc;
	other_cell.id = 1;
	gic_write32(hw.dist, GICD_TYPER, typer | 0x30000);
	gic_write32(hw.dist, GICD_CTLR, !gic.v3 ? 1 : one_state ? 0x53 : 0x13);
	for (i = 0; i < CPUS; i++) {
		pcpus[i].id = i;
		pcpus[i].hwid = hwids[i];
		pcpus[i].cell = i < 2 ? &root_cell : &other_cell;
		hw.cpu = i;
		hw.reg[i][ICC_PMR] = 0xf0;
		hw.reg[i][ICC_CTLR] = ICC_CTLR_EOIMODE;
		hw.reg[i][ICC_IGRPEN1] = 1;
		hw.reg[i][ICC_SRE_EL2] = 0xf;
		gic_write32(hw.gich[0], GICH_VTR, LRS - 1);
		gic_write32(hw.gicc[0], GICC_PMR, 0xf0);
		gic_write32(hw.gicc[0], GICC_CTLR, 0x201);
		memset(hw.redist[i] + 0x10400, 0xa0, 32);
		memset(hw.bank[i] + 0x400, 0xa0, 32);
		memset(hw.bank[i] + 0x800, 1 << i, 32);
		gic_write32(hw.redist[i], 0x10100, 0x080000ff);
		gic_write32(hw.redist[i], 0x10080, ~0u);
		gic_write32(hw.redist[i], GICR_PIDR2, 0x3b);
		gic_write32(hw.redist[i], GICR_TYPER,
			    i << 8 | (i == CPUS - 1) << 4 | 9);
		gic_write32(hw.redist[i], GICR_TYPER + 4, (uint32_t)hwids[i]);
		*(uint32_t *)(hw.bank[i] + 0x100) = 0x080000ff;
	}
	memset(hw.dist + 0x420, 0xa0, 0x3e0);
	hw.cpu = 0;
	hw.next_iar = 1023;
}

static void fake_enable(void)
{
	assert_int_equal(gic_init(), 0);
	root_cell.cfg.cpus.bits = 0x3;
	for (hw.cpu = 0; hw.cpu < CPUS; hw.cpu++)
		gic_cpu_init(&pcpus[hw.cpu]);
	hw.cpu = 0;
	hw.writes = 0;
}

/* An access of the CPU that runs, at a physical address. */
static bool fake_access(struct mmio *m)
{
	uint32_t i;

	/* as trap_mmio() and mmio_dispatch() */
	if (gic_mmio(this_cpu()->cell, m))
		return true;
	if (m->addr & (m->size - 1))
		return false;
	for (i = 0; i < hw.regions; i++)
		if (m->addr >= hw.region[i].base &&
		    m->addr - hw.region[i].base < hw.region[i].size)
			return hw.region[i].handler(this_cpu()->cell, m,
				m->addr - hw.region[i].base, hw.region[i].arg);
	return false;
}

static inline bool fake_write(uint64_t addr, uint32_t size, uint64_t value)
{
	struct mmio m = { addr, value, size, true };

	return fake_access(&m);
}

static inline uint64_t fake_read(uint64_t addr, uint32_t size)
{
	struct mmio m = { addr, 0xdeadbeefcafef00d, size, false };

	assert_true(fake_access(&m));
	return m.value;
}

static inline void fake_msr(uint32_t iss, uint64_t value)
{
	assert_true(gic_sysreg(this_cpu(), iss, &value));
}

static inline uint64_t fake_mrs(uint32_t iss)
{
	uint64_t value = ~0ull;

	assert_true(gic_sysreg(this_cpu(), iss | ISS_READ, &value));
	return value;
}

/* An interrupt arrives on the CPU that runs. */
static inline void fake_irq(uint32_t iar)
{
	hw.next_iar = iar;
	if (gic_take(this_cpu()))
		cpu_events(this_cpu());
	hw.next_iar = 1023;
}

#endif
