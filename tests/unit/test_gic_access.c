/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a cell can do to the interrupt controller, access by access, and what
 * is left when interrupts or CPUs change hands (IRQ-01 to -08, -11, MMIO-01,
 * -09).
 */
#include "fake_gic.h"

#define GICR_WAKER	0x0014

static const uint32_t root_irqs[] = { 32, 33, 35, 60, 100 };
static const uint32_t other_irqs[] = { 34, 36, 61, 101, 191 };

static void machine(uint32_t kind, bool direct)
{
	fake_machine(kind, direct, false);
	fake_spis(&root_cell, root_irqs, ARRAY_SIZE(root_irqs));
	fake_spis(&other_cell, other_irqs, ARRAY_SIZE(other_irqs));
	fake_enable();
}

static int setup_v3(void **state)
{
	(void)state;
	machine(CFG_INTC_GICV3, true);
	return 0;
}

static int setup_list(void **state)
{
	(void)state;
	machine(CFG_INTC_GICV3, false);
	return 0;
}

static int setup_v2(void **state)
{
	(void)state;
	machine(CFG_INTC_GICV2, false);
	return 0;
}

/* The bits of the stored word that belong to INTIDs of the cell. */
static uint32_t word_lanes(const struct cell *cell, uint32_t off)
{
	static const struct { uint32_t base, end, bits; } f[] = {
		{ 0x80, 0x100, 1 }, { 0x100, 0x400, 1 }, { 0x400, 0x800, 8 },
		{ 0x800, 0xc00, 8 }, { 0xc00, 0xd00, 2 },
	};
	uint32_t i, b, irq, lanes = 0;

	for (i = 0; i < ARRAY_SIZE(f); i++) {
		if (off < f[i].base || off >= f[i].end)
			continue;
		for (b = 0; b < 32; b++) {
			irq = f[i].bits == 1 ? (off % 0x80) * 8 + b :
			      ((off - f[i].base) * 8 + b) / f[i].bits;
			if (cfg_irq_test(&cell->cfg.irqs, irq))
				lanes |= 1u << b;
		}
	}
	return lanes;
}

/* The parts of the distributor that anything can be written to. */
static void save(uint8_t *to)
{
	memcpy(to, hw.dist, 0x1000);
	memcpy(to + 0x1000, hw.dist + 0x6000, 0x1000);
}

static void check_changes(const uint8_t *before)
{
	uint32_t word, changed;

	for (word = 0; word < 0x1000; word += 4) {
		changed = *(const uint32_t *)(before + word) ^
			  *(uint32_t *)(hw.dist + word);
		if (changed && (gic.v3 || word != GICD_SGIR))
			assert_int_equal(changed & ~word_lanes(&other_cell,
							       word), 0);
	}
	for (word = 0; word < 0x1000; word += 8)
		if (memcmp(before + 0x1000 + word, hw.dist + 0x6000 + word, 8))
			assert_true(cfg_irq_test(&other_cell.cfg.irqs,
						 word / 8));
}

/* Every offset, size and two values: no bit of a foreign SPI ever changes. */
static void foreign_spis_never_change(void **state)
{
	static uint8_t before[0x2000], all[sizeof(hw.dist)];
	uint32_t size, off, pass;

	(void)state;
	memset(hw.dist + 0x84, 0x5a, 0x2fc);
	memcpy(all, hw.dist, sizeof(all));
	hw.cpu = 2;
	for (pass = 0; pass < 2; pass++)
		for (size = 1; size <= 8; size *= 2)
			for (off = 0; off < 0x10000; off += size) {
				if (off == 0x1000)
					off = 0x5ff0;
				save(before);
				fake_write(DIST + off, size,
					   pass ? ~0ull : 0x101);
				check_changes(before);
				if (off == 0x7000)
					off = 0xff80;
			}
	assert_memory_equal(all + 0x1000, hw.dist + 0x1000, 0x5000);
	assert_memory_equal(all + 0x7000, hw.dist + 0x7000, 0x9000);
	hw.cpu = 0;
}

/* MMIO-09: whatever the controller holds, foreign fields read as zero. */
static void foreign_fields_read_as_zero(void **state)
{
	uint32_t off, size;
	uint64_t v;

	(void)state;
	memset(hw.dist + 0x84, 0xff, 0x37c);
	memset(hw.dist + 0x420, 0xff, 0x7e0);
	memset(hw.dist + 0xc08, 0xff, 0xf8);
	memset(hw.dist + 0x6000, 0xff, 0x1fe0);
	hw.cpu = 2;
	for (off = 0x84; off < 0xd00; off++)
		for (size = 1; size <= 4; size *= 2) {
			if (off & (size - 1) || off % 0x80 < 4 ||
			    (off >= 0x400 && off % 0x400 < 0x20))
				continue;
			v = fake_read(DIST + off, size) << (off & 3) * 8;
			assert_int_equal(v & ~(uint64_t)word_lanes(&other_cell,
								   off & ~3u),
					 0);
		}
	if (gic.v3) {
		assert_int_equal(fake_read(DIST + 0x6000 + 8 * 35, 8), 0);
		assert_int_equal(fake_read(DIST + 0x6000 + 8 * 34, 8), ~0ull);
		assert_int_equal(fake_read(DIST + 0x6000 + 8 * 34 + 4, 4),
				 0xffffffff);
		assert_int_equal(fake_read(DIST + 0x6000 + 8 * 5, 8), 0);
	}
	hw.cpu = 0;
}

static void own_spis_work(void **state)
{
	(void)state;
	hw.cpu = 2;
	assert_true(fake_write(DIST + 0x104, 4, ~0u));
	assert_int_equal(fake_read(DIST + 0x104, 4), 1u << 2 | 1u << 4 |
			 1u << 29);
	assert_true(fake_write(DIST + 0x184, 1, 4));
	assert_int_equal(fake_read(DIST + 0x104, 4), 1u << 4 | 1u << 29);
	assert_true(fake_write(DIST + 0x400 + 34, 1, 0x40));
	assert_int_equal(fake_read(DIST + 0x400 + 34, 1), 0x40);
	assert_int_equal(hw.dist[0x400 + 34], arch_delivery ? 0xa0 : 0x40);
	assert_true(fake_write(DIST + 0xc08, 4, ~0u));
	assert_int_equal(fake_read(DIST + 0xc08, 4), 3u << 4 | 3u << 8);
	hw.cpu = 0;
}

static void unaligned_and_wide_are_refused(void **state)
{
	uint32_t off, size;

	(void)state;
	for (off = 0; off < 0x1000; off++)
		for (size = 2; size <= 8; size *= 2)
			if (off & (size - 1) || size == 8)
				assert_false(fake_write(DIST + off, size, 0));
	if (!gic.v3)
		return;
	for (off = 0x10000; off < 0x10010; off++)
		for (size = 2; size <= 8; size *= 2)
			if (off & (size - 1) || size == 8)
				assert_false(fake_write(REDIST + off, size,
							0));
	assert_false(fake_write(DIST + 0x6000 + 8 * 32, 2, 0));
}

/* IRQ-08 */
static void distributor_stays_on(void **state)
{
	uint32_t before = gic_read32(hw.dist, GICD_CTLR);

	(void)state;
	assert_true(fake_write(DIST + GICD_CTLR, 4, 0));
	assert_true(fake_write(DIST + GICD_CTLR, 1, 0));
	assert_int_equal(gic_read32(hw.dist, GICD_CTLR), before);
	assert_int_equal(before & 1, 1);
	assert_int_equal(fake_read(DIST + GICD_CTLR, 4), gic.v3 ? 0x13 : 1);
	assert_int_equal(fake_read(DIST + GICD_TYPER, 4),
			 LINES | (CPUS - 1) << 5 | (gic.v3 ? 0 : 0x30000));
}

/* IRQ-06: every private register of the CPU, all ones and all zeros. */
static void wake_up_is_protected(void **state)
{
	uint8_t *regs = gic.v3 ? hw.redist[0] + 0x10000 : hw.bank[0];
	uint64_t base = gic.v3 ? REDIST + 0x10000 : DIST;
	uint32_t off, size, pass;

	(void)state;
	for (pass = 0; pass < 2; pass++)
		for (size = 1; size <= 4; size *= 2)
			for (off = 0; off < 0x1000; off += size)
				fake_write(base + off, size, pass ? 0 : ~0u);
	assert_true(*(uint32_t *)(regs + 0x100) & 1u << GIC_HV_SGI);
	assert_false(*(uint32_t *)(regs + 0x200) & 1u << GIC_HV_SGI);
	assert_false(*(uint32_t *)(regs + 0x300) & 1u << GIC_HV_SGI);
	assert_int_equal(regs[0x400 + GIC_HV_SGI], 0);
	assert_int_equal(regs[0x400 + MAINT] == 0, !arch_delivery);
	if (gic.v3)
		assert_int_equal(*(uint32_t *)(regs + 0x80) >> GIC_HV_SGI & 1,
				 !arch_delivery);
	else
		assert_int_equal(regs[0xf2f], 0);
	assert_int_equal(*(uint32_t *)(regs + 0x100) >> MAINT & 1,
			 !arch_delivery);
	assert_int_equal(fake_read(base + 0x100, 4) & 1u << GIC_HV_SGI, 0);
	/* and no priority of the guest's reaches it */
	for (off = 0; off < 32; off++)
		if (!(gic.own_private >> off & 1))
			assert_true(regs[0x400 + off] > 0);
}

/* IRQ-07 */
static void foreign_redistributors_are_closed(void **state)
{
	static uint8_t before[sizeof(hw.redist)];
	uint32_t off, size, pass, cpu;

	(void)state;
	memcpy(before, hw.redist, sizeof(before));
	for (pass = 0; pass < 2; pass++)
	for (cpu = 2; cpu < CPUS; cpu++)
	for (size = 1; size <= 8; size *= 2)
	for (off = 0; off < 0x20000; off += size)
		fake_write(REDIST + cpu * 0x20000 + off, size,
			   pass ? 0 : ~0ull);
	assert_memory_equal(before, hw.redist, sizeof(before));
	memset(hw.redist[2] + 0x10000, 0xff, 0x10000);
	for (off = 0x10000; off < 0x20000; off += 4)
		assert_int_equal(fake_read(REDIST + 2 * 0x20000 + off, 4), 0);
}

static void rd_frame_is_read_only(void **state)
{
	static uint8_t before[0x10000];
	uint32_t off, size;

	(void)state;
	memcpy(before, hw.redist[0], sizeof(before));
	for (size = 1; size <= 8; size *= 2)
		for (off = 0; off < 0x10000; off += size)
			assert_true(fake_write(REDIST + off, size, ~0ull));
	assert_memory_equal(before, hw.redist[0], sizeof(before));
	assert_int_equal(fake_read(REDIST + GICR_WAKER, 4), 0);
	assert_int_equal(fake_read(REDIST + GICR_CTLR, 4), 0);
}

/* The scan of a guest: every frame tells its CPU, the last says so. */
static void frames_are_found(void **state)
{
	uint32_t i;
	uint64_t typer;

	(void)state;
	for (i = 0; i < CPUS; i++) {
		typer = fake_read(REDIST + i * 0x20000 + GICR_TYPER, 8);
		assert_int_equal(typer >> 32, hwids[i]);
		assert_int_equal(typer >> 4 & 1, i == CPUS - 1);
		assert_int_equal(typer & 9, 0);
		assert_int_equal(fake_read(REDIST + i * 0x20000 + GICR_TYPER +
					   4, 4), hwids[i]);
		assert_int_equal(fake_read(REDIST + i * 0x20000 + GICR_PIDR2,
					   4), 0x3b);
	}
	assert_int_equal(fake_read(REDIST + CPUS * 0x20000 + GICR_TYPER, 8),
			 0);
	assert_true(fake_write(REDIST + CPUS * 0x20000 + 0x10100, 4, ~0u));
}

/* IRQ-04 */
static void routes_stay_in_the_cell(void **state)
{
	uint64_t reg = DIST + 0x6000 + 8 * 34;
	uint64_t *real = (uint64_t *)(hw.dist + 0x6000 + 8 * 34);

	(void)state;
	hw.cpu = 2;
	assert_true(fake_write(reg, 8, 0x101));
	assert_int_equal(*real, 0x101);
	assert_true(fake_write(reg, 8, 0));		/* a CPU of the root */
	assert_true(fake_write(reg, 8, 0x80000101));	/* any */
	assert_true(fake_write(reg, 8, 0x10101));	/* nobody */
	assert_true(fake_write(reg, 4, 1));
	assert_true(fake_write(reg + 4, 4, 1));
	assert_int_equal(*real, 0x101);
	assert_true(fake_write(reg, 4, 0x100));
	assert_int_equal(*real, 0x100);
	/* reserved bits do not get through */
	assert_true(fake_write(reg, 8, 0xabcdef0000000101));
	assert_int_equal(*real, 0x101);
	hw.cpu = 0;
}

static void targets_stay_in_the_cell(void **state)
{
	uint8_t *real = hw.dist + 0x800 + 34;

	(void)state;
	*real = 4;
	hw.cpu = 2;
	assert_true(fake_write(DIST + 0x800 + 34, 1, 0x0f));
	assert_int_equal(*real, 0x0c);
	assert_true(fake_write(DIST + 0x800 + 34, 1, 0x03));
	assert_int_equal(*real, 0x0c);
	assert_true(fake_write(DIST + 0x800 + 32, 4, 0x08080808));
	assert_int_equal(*real, 0x08);
	hw.cpu = 0;
}

/* IRQ-11 */
static void moved_interrupts_are_clean(void **state)
{
	uint32_t i, irq;
	uint8_t *d = hw.dist;

	(void)state;
	memset(d + 0x104, 0xff, 20);
	memset(d + 0x204, 0xff, 20);
	memset(d + 0x304, 0xff, 20);
	memset(d + 0x420, 0xff, 0xa0);
	memset(d + 0x820, 0xff, 0xa0);
	memset(d + 0x6100, 0xff, 0x500);
	arch_irq_move(&other_cell);
	for (irq = 32; irq < 192; irq++) {
		i = !cfg_irq_test(&other_cell.cfg.irqs, irq);
		assert_int_equal(d[0x100 + irq / 8] >> irq % 8 & 1, i);
		assert_int_equal(d[0x200 + irq / 8] >> irq % 8 & 1, i);
		assert_int_equal(d[0x300 + irq / 8] >> irq % 8 & 1, i);
		assert_int_equal(d[0x400 + irq],
				 i ? 0xff : gic_prio_in(0) & 0xff);
		if (gic.v3)
			assert_int_equal(*(uint64_t *)(d + 0x6000 + 8 * irq),
					 i ? ~0ull : 0x100);
		else
			assert_int_equal(d[0x800 + irq], i ? 0xff : 4);
	}
	for (i = 0; i < CPUS; i++)
		assert_int_equal(hw.sent[i],
				 arch_delivery || i >= 2 ? 0 : CPU_EV_ARCH);
}

/* IRQ-05 through the trapped registers. */
static void sgis_stay_in_the_cell(void **state)
{
	(void)state;
	fake_msr(ISS_ICC_SGI1R, 3ull << 24 | 0xffff);
	assert_int_equal(hw.writes, 1);
	assert_int_equal(hw.log_reg[0], ICC_SGI1R);
	assert_int_equal(hw.log[0], 3ull << 24 | 3);
	fake_msr(ISS_ICC_SGI1R, 3ull << 24 | 1 << 16 | 0xffff);	/* Aff1 1 */
	fake_msr(ISS_ICC_SGI1R, 1ull << 32 | 3ull << 24 | 0xffff);
	fake_msr(ISS_ICC_SGI1R, 1ull << 48 | 3ull << 24 | 0xffff);
	fake_msr(ISS_ICC_SGI1R, 1ull << 44 | 3ull << 24 | 0xffff);
	assert_int_equal(hw.writes, 1);
	fake_msr(ISS_ICC_SGI1R, 1ull << 40 | 4ull << 24 | 0xffff);
	assert_int_equal(hw.writes, 2);
	assert_int_equal(hw.log[1], 4ull << 24 | 2);
	hw.cpu = 3;
	fake_msr(ISS_ICC_SGI1R, 1ull << 40 | 4ull << 24);
	assert_int_equal(hw.writes, 3);
	assert_int_equal(hw.log[2], 4ull << 24 | 1 << 16 | 1);
	fake_msr(ISS_ICC_SGI1R, (uint64_t)GIC_HV_SGI << 24 | 1 << 16 | 3);
	fake_msr(ISS_ICC_SGI1R, 1ull << 40 | (uint64_t)GIC_HV_SGI << 24);
	fake_msr(ISS_ICC_SGI0R, 3ull << 24 | 1 << 16 | 3);
	fake_msr(ISS_ICC_ASGI1R, 3ull << 24 | 1 << 16 | 3);
	assert_int_equal(hw.writes, 3);
	assert_int_equal(pcpus[3].stats[CB_STAT_VIRT_SGI], 5);
	hw.cpu = 0;
}

static void sgis_stay_in_the_cell_v2(void **state)
{
	uint32_t mode, irq;

	(void)state;
	hw.cpu = 1;
	for (mode = 0; mode < 4; mode++)
		for (irq = 0; irq < 16; irq++) {
			static const uint32_t to[] = { 3, 1, 2, 0 };

			hw.writes = 0;
			assert_true(fake_write(DIST + GICD_SGIR, 4,
					       mode << 24 | 0xff0000 | 0x8000 |
					       irq));
			assert_int_equal(hw.writes, mode < 3 &&
					 irq != GIC_HV_SGI);
			if (hw.writes)
				assert_int_equal(hw.log[0],
						 to[mode] << 16 | irq);
		}
	hw.cpu = 0;
}

static void only_own_interrupts_are_deactivated(void **state)
{
	uint32_t irq, wanted = 0;

	(void)state;
	for (irq = 0; irq < 1100; irq++) {
		hw.writes = 0;
		fake_msr(ISS_ICC_DIR, irq);
		wanted = irq < 32 ? irq != GIC_HV_SGI :
			 cfg_irq_test(&root_cell.cfg.irqs, irq);
		assert_int_equal(hw.writes, wanted);
		if (wanted)
			assert_int_equal(hw.log[0], irq);
	}
}

/* IRQ-06: the mask, the interface and its mode. */
static void common_registers_are_limited(void **state)
{
	uint32_t v;

	(void)state;
	assert_int_equal(hw.reg[0][ICC_PMR], 0xf8);
	assert_int_equal(fake_mrs(ISS_ICC_PMR), 0xf0);
	for (v = 0; v < 256; v++) {
		fake_msr(ISS_ICC_PMR, v);
		assert_int_equal(hw.reg[0][ICC_PMR], 0x80 | v >> 1);
		assert_int_equal(fake_mrs(ISS_ICC_PMR), v & 0xfe);
	}
	fake_msr(ISS_ICC_CTLR, ~0ull);
	assert_int_equal(hw.reg[0][ICC_CTLR], ICC_CTLR_EOIMODE);
	fake_msr(ISS_ICC_CTLR, 0);
	assert_int_equal(hw.reg[0][ICC_CTLR], 0);
	fake_msr(ISS_ICC_SRE, 0);
	assert_int_equal(fake_mrs(ISS_ICC_SRE), 7);
	hw.reg[0][ICC_RPR] = 0xff;
	assert_int_equal(fake_mrs(ISS_ICC_RPR), 0xff);
	hw.reg[0][ICC_RPR] = 0xd0;
	assert_int_equal(fake_mrs(ISS_ICC_RPR), 0xa0);
	assert_int_equal(hw.reg[0][ICH_HCR], ICH_HCR_TC);
	assert_int_equal(hw.reg[0][ICC_IGRPEN0], 1);
	assert_int_equal(hw.reg[0][ICC_SRE_EL2] & ICC_SRE_ENABLE, 0);
}

static void kick_reaches_the_cpu(void **state)
{
	(void)state;
	arch_cpu_kick(&pcpus[3]);
	assert_int_equal(hw.writes, 1);
	if (!gic.v3)
		assert_int_equal(hw.log[0], 8u << 16 | GIC_HV_SGI);
	else
		assert_int_equal(hw.log[0], (uint64_t)GIC_HV_SGI << 24 |
				 1 << 16 | 2);
	if (gic.v3)
		assert_int_equal(hw.log_reg[0],
				 arch_delivery ? ICC_SGI0R : ICC_SGI1R);
	hw.writes = 0;
	fake_irq(GIC_HV_SGI);
	assert_int_equal(hw.events, 1);
	assert_int_equal(hw.writes, 2);		/* EOIR, DIR: EOImode is 1 */
	assert_int_equal(hw.log[1], GIC_HV_SGI);
	fake_irq(1023);
	assert_int_equal(hw.events, 1);
	/* without the split, EOIR has done both */
	hw.writes = 0;
	hw.reg[0][ICC_CTLR] = 0;
	fake_irq(GIC_HV_SGI);
	assert_int_equal(hw.writes, arch_delivery ? 1 : 2);
}

/* Private interrupts and interface after a change of guest. */
static void reset_defines_everything(void **state)
{
	uint8_t *regs = gic.v3 ? hw.redist[0] + 0x10000 : hw.bank[0];
	uint32_t i, own = gic.own_private;

	(void)state;
	*(uint32_t *)(regs + 0x100) = ~0u;
	*(uint32_t *)(regs + 0x200) = ~own;
	*(uint32_t *)(regs + 0x300) = ~own;
	hw.reg[0][ICC_AP1R0] = 1u << 26;
	hw.reg[0][ICH_LR0 + 1] = ~0ull >> 1;
	hw.reg[0][ICH_VMCR] = ~0ull;
	memset(regs + 0xf20, 1, 15);
	gic_vcpu_reset(&pcpus[0], true);
	assert_int_equal(*(uint32_t *)(regs + 0x100), own);
	if (gic.v3)
		assert_int_equal(hw.reg[0][ICC_PMR], gic.prio_first);
	gic_vcpu_reset(&pcpus[0], false);
	assert_int_equal(*(uint32_t *)(regs + 0x100), own);
	assert_int_equal(*(uint32_t *)(regs + 0x200) & ~own,
			 gic.v3 ? 0 : 0x7fff);	/* SGIs: see below */
	assert_int_equal(*(uint32_t *)(regs + 0x300), 0);
	for (i = 0; i < 32; i++)
		assert_int_equal(regs[0x400 + i], own >> i & 1 ? 0 :
				 gic_prio_in(0) & 0xff);
	for (i = 0; !gic.v3 && i < 15; i++)
		assert_int_equal(regs[0xf20 + i], 0);
	if (!gic.v3)
		return;
	assert_int_equal(hw.reg[0][ICH_VMCR], 0);
	assert_int_equal(hw.reg[0][ICH_LR0 + 1],
			 arch_delivery ? ~0ull >> 1 : 0);
	assert_int_equal(hw.reg[0][ICC_AP1R0], arch_delivery ? 0 : 1u << 26);
	assert_int_equal(hw.reg[0][ICC_PMR], arch_delivery ? 0x80 : 0xff);
	assert_int_equal(hw.reg[0][ICC_IGRPEN1], !arch_delivery);
}

/* What Linux had is what Linux gets. */
static void disable_gives_back(void **state)
{
	static uint8_t dist[sizeof(hw.dist)], rd[sizeof(hw.redist)];
	static uint8_t bank[sizeof(hw.bank)], cpuif[sizeof(hw.gicc)];
	static uint64_t reg[CPUS][FAKE_GIC_REGS];
	uint32_t kind = gic.v3 ? CFG_INTC_GICV3 : CFG_INTC_GICV2, i;
	bool direct = arch_delivery;

	(void)state;
	fake_machine(kind, direct, false);
	fake_spis(&root_cell, root_irqs, ARRAY_SIZE(root_irqs));
	memcpy(dist, hw.dist, sizeof(dist));
	memcpy(rd, hw.redist, sizeof(rd));
	memcpy(bank, hw.bank, sizeof(bank));
	memcpy(cpuif, hw.gicc, sizeof(cpuif));
	memcpy(reg, hw.reg, sizeof(reg));
	fake_enable();
	assert_int_not_equal(memcmp(gic.v3 ? hw.redist[0] : hw.bank[0],
				    gic.v3 ? rd : bank, 0x1000 +
				    (gic.v3 ? 0x10000 : 0)), 0);
	for (hw.cpu = 0; hw.cpu < CPUS; hw.cpu++)
		gic_cpu_restore(&pcpus[hw.cpu]);
	arch_shutdown();
	assert_memory_equal(dist, hw.dist, sizeof(dist));
	assert_memory_equal(rd, hw.redist, sizeof(rd));
	assert_memory_equal(bank, hw.bank, sizeof(bank));
	for (i = 0; i < CPUS && !gic.v3; i++)
		assert_memory_equal(cpuif + i * 0x2000, hw.gicc[i], 0x10);
	for (i = 0; i < CPUS; i++) {
		assert_int_equal(reg[i][ICC_PMR], hw.reg[i][ICC_PMR]);
		assert_int_equal(reg[i][ICC_CTLR], hw.reg[i][ICC_CTLR]);
		assert_int_equal(reg[i][ICC_IGRPEN1],
				 hw.reg[i][ICC_IGRPEN1]);
		assert_int_equal(reg[i][ICC_SRE_EL2],
				 hw.reg[i][ICC_SRE_EL2]);
		assert_int_equal(hw.reg[i][ICH_HCR], 0);
		assert_int_equal(hw.reg[i][ICC_IGRPEN0], 0);
	}
}

static void refusals_say_why(void **state)
{
	(void)state;
	fake_machine(CFG_INTC_GICV3, true, false);
	gic_write32(hw.redist[2], GICR_CTLR, 1);
	assert_int_equal(gic_init(), -CB_EBUSY);
	assert_non_null(strstr(hw.report, "LPIs"));
	fake_machine(CFG_INTC_GICV3, true, false);
	pcpus[1].hwid = 0x500;
	assert_int_equal(gic_init(), -CB_ENODEV);
	assert_non_null(strstr(hw.report, "redistributor"));
	fake_machine(CFG_INTC_GICV3, true, false);
	gic_write32(hw.dist, GICD_CTLR, 0x41);
	assert_int_equal(gic_init(), -CB_ENODEV);
	fake_machine(CFG_INTC_GICV2, true, false);
	system_cfg.intc.hyp.size = 0;
	assert_int_equal(gic_init(), -CB_ENODEV);
	assert_non_null(strstr(hw.report, "virtualization"));
	fake_machine(CFG_INTC_GICV2, true, false);
	system_cfg.intc.maint_irq = 0;
	assert_int_equal(gic_init(), -CB_ENODEV);
	assert_non_null(strstr(hw.report, "maintenance"));
	arch_shutdown();		/* after a refusal: nothing to undo */
}

static void delivery_is_chosen(void **state)
{
	(void)state;
	fake_machine(CFG_INTC_GICV3, true, false);
	fake_enable();
	assert_int_equal(arch_delivery, 1);
	fake_machine(CFG_INTC_GICV3, true, true);
	fake_enable();
	assert_int_equal(arch_delivery, 0);
	fake_machine(CFG_INTC_GICV3, false, false);
	fake_enable();
	assert_int_equal(arch_delivery, 0);
}

static void window_is_the_virtual_interface(void **state)
{
	(void)state;
	assert_int_equal(arch_cell_prepare(&other_cell), 0);
	assert_int_equal(hw.window.size, gic.v3 ? 0 : 0x2000);
	assert_int_equal(hw.window.base, gic.v3 ? 0 : GICC);
	assert_int_equal(hw.window_to.base, gic.v3 ? 0 : GICV);
}

#define TEST(f, s) { #f " (" #s ")", f, setup_##s, NULL, NULL }

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(foreign_spis_never_change, v3),
		TEST(foreign_spis_never_change, list),
		TEST(foreign_spis_never_change, v2),
		TEST(foreign_fields_read_as_zero, v3),
		TEST(foreign_fields_read_as_zero, v2),
		TEST(own_spis_work, v3),
		TEST(own_spis_work, list),
		TEST(own_spis_work, v2),
		TEST(unaligned_and_wide_are_refused, v3),
		TEST(unaligned_and_wide_are_refused, v2),
		TEST(distributor_stays_on, v3),
		TEST(distributor_stays_on, v2),
		TEST(wake_up_is_protected, v3),
		TEST(wake_up_is_protected, list),
		TEST(wake_up_is_protected, v2),
		TEST(foreign_redistributors_are_closed, v3),
		TEST(rd_frame_is_read_only, v3),
		TEST(frames_are_found, v3),
		TEST(routes_stay_in_the_cell, v3),
		TEST(targets_stay_in_the_cell, v2),
		TEST(moved_interrupts_are_clean, v3),
		TEST(moved_interrupts_are_clean, list),
		TEST(moved_interrupts_are_clean, v2),
		TEST(sgis_stay_in_the_cell, v3),
		TEST(sgis_stay_in_the_cell, list),
		TEST(sgis_stay_in_the_cell_v2, v2),
		TEST(only_own_interrupts_are_deactivated, v3),
		TEST(common_registers_are_limited, v3),
		TEST(kick_reaches_the_cpu, v3),
		TEST(kick_reaches_the_cpu, list),
		TEST(kick_reaches_the_cpu, v2),
		TEST(reset_defines_everything, v3),
		TEST(reset_defines_everything, list),
		TEST(reset_defines_everything, v2),
		TEST(disable_gives_back, v3),
		TEST(disable_gives_back, list),
		TEST(disable_gives_back, v2),
		TEST(refusals_say_why, v3),
		TEST(delivery_is_chosen, v3),
		TEST(window_is_the_virtual_interface, v3),
		TEST(window_is_the_virtual_interface, v2),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
