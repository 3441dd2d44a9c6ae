/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The distributor: what a cell may see and change of it, and what happens to
 * interrupts that change hands.
 *
 * The registers themselves are the state: an access is cut down to the fields
 * of the cell's own INTIDs and carried out. gic.lock makes judgement and
 * access one step, so that an interrupt that moves is cleaned up after the
 * last access of its former owner.
 */
#include <arch/cell.h>
#include "cell.h"
#include "gic-decide.h"
#include "gic-priv.h"
#include "gic_cpuif.h"

uint32_t gic_prio_in(uint32_t word)
{
	return gic_prio_to_phys(word, gic.direct, gic.prio_step);
}

void gic_prio_convert(void *regs, uint32_t first, uint32_t end, bool to_phys)
{
	uint32_t reg = GICD_IPRIORITYR + first, word;

	for (; reg < GICD_IPRIORITYR + end; reg += 4) {
		word = gic_read32(regs, reg);
		word = to_phys ? gic_prio_in(word) :
				 gic_prio_to_guest(word, gic.direct);
		gic_write32(regs, reg, word);
	}
}

uint32_t gic_prio(const void *regs, uint32_t irq)
{
	return gic_read32(regs, GICD_IPRIORITYR + (irq & ~3u)) >>
	       irq % 4 * 8 & 0xff;
}

void gic_set_byte(void *regs, uint32_t file, uint32_t irq, uint32_t value)
{
	uint32_t reg = file + (irq & ~3u), shift = irq % 4 * 8;

	gic_write32(regs, reg, gic_merge(gic_read32(regs, reg), value << shift,
					 0xffu << shift));
}

void gic_answer(struct mmio *m, uint32_t offset, uint32_t word)
{
	m->value = word >> (offset & 3) * 8;
	if (m->size < 4)
		m->value &= (1u << m->size * 8) - 1;
}

/*
 * SPENDSGIR: senders are CPUs of the cell. By byte, and no byte of zero: QEMU
 * makes an interrupt without a sender of it, which ends QEMU.
 */
static void pend_sgis(struct cell *cell, void *regs, uint32_t word,
		      uint32_t value)
{
	value &= gic_cell_targets(cell) * 0x01010101u;
	for (; value; value >>= 8, word++)
		if (value & 0xff)
			gic_write8(regs, word, (uint8_t)value);
}

static void file_write(struct cell *cell, void *regs, uint32_t kind,
		       uint32_t word, uint32_t value, uint32_t lanes)
{
	uint32_t old;

	if (kind == GIC_WRITE1) {
		if (word >= GICD_SPENDSGIR)
			pend_sgis(cell, regs, word, value & lanes);
		else if (value & lanes)
			gic_write32(regs, word, value & lanes);
		return;
	}
	old = gic_read32(regs, word);
	if (kind == GIC_TARGET)
		value = gic_targets(old, value, lanes, gic_cell_targets(cell));
	else if (kind == GIC_PRIO)
		value = gic_merge(old, gic_prio_in(value), lanes);
	else
		value = gic_merge(old, value, lanes);
	gic_write32(regs, word, value);
}

/* An access to a register file; size 1, 2 or 4, aligned. */
bool gic_file_access(struct cell *cell, void *regs, uint32_t own_private,
		     struct mmio *m, uint32_t offset)
{
	const struct gic_file *file = gic_file_at(offset);
	uint32_t group, lanes, word = offset & ~3u;
	const uint32_t *owned;

	m->value = m->write ? m->value : 0;
	if (file->kind == GIC_NONE || (m->write && file->kind == GIC_READ))
		return true;
	group = gic_first_irq(file, offset) / 32;
	if (group >= (regs == gic.dist ? gic.words : 1))
		return true;
	owned = group ? &cell->irqs.bits[group] : &own_private;
	if (!m->write) {
		lanes = gic_lanes(file, offset, m->size, *owned);
		if (!lanes)
			return true;
		word = gic_read32(regs, word);
		if (file->kind == GIC_PRIO)
			word = gic_prio_to_guest(word, gic.direct);
		gic_answer(m, offset, word & lanes);
		return true;
	}
	spin_lock(&gic.lock);
	lanes = gic_lanes(file, offset, m->size, READ_ONCE(*owned));
	if (lanes)
		file_write(cell, regs, file->kind, word,
			   (uint32_t)m->value << (offset & 3) * 8, lanes);
	spin_unlock(&gic.lock);
	return true;
}

/* Version 3, 64 bits or one half. "Any CPU" and foreign CPUs are ignored. */
static bool route_access(struct cell *cell, struct mmio *m, uint32_t offset)
{
	uint32_t irq = (offset - GICD_IROUTER) / 8, shift = (offset & 4) * 8;
	uint64_t half = m->size == 8 ? ~0ull : 0xffffffffull << shift;
	const struct pcpu *target;
	uint64_t route;

	if (m->size < 4)
		return false;
	spin_lock(&gic.lock);
	route = gic_read64(gic.dist, offset & ~7u);
	if (irq < GIC_PRIVATE || !cfg_irq_test(&cell->irqs, irq)) {
		m->value = 0;
	} else if (m->write) {
		route = (route & ~half) | (m->value << shift & half);
		target = cpu_by_hwid(cell, gic_route_hwid(route));
		if (target)
			gic.ops->route(irq, target);
	} else {
		m->value = (route & half) >> shift;
	}
	spin_unlock(&gic.lock);
	return true;
}

static uint32_t misc_read(uint32_t offset)
{
	uint32_t value = offset > GICD_IIDR ? 0 : gic_read32(gic.dist, offset);

	if (offset == GICD_CTLR)
		return gic.v3 ? GICD_CTLR_GUEST_V3 | (value & GICD_CTLR_RWP) :
				GICD_CTLR_GRP0;
	if (offset == GICD_TYPER && gic.v3)
		return value & ~GICD_TYPER_HIDDEN;
	return value;
}

static void send_sgi_v2(struct cell *cell, uint32_t value)
{
	const struct pcpu *cpu = this_cpu();
	uint32_t targets = gic_sgir(value, gic_cell_targets(cell),
				    (uint8_t)cpu->arch.gic.target);

	if (targets && (value & 15) != GIC_HV_SGI)
		gic_write32(gic.dist, GICD_SGIR, targets << 16 | (value & 15));
}

/*
 * Identification first: reads of it are most frequent. Registers that a guest
 * does not have read as zero and ignore writes.
 */
static bool dist_access(struct cell *cell, struct mmio *m, uint64_t offset,
			void *arg)
{
	uint32_t reg = (uint32_t)offset & ~3u;

	(void)arg;
	if (offset & (m->size - 1))
		return false;
	if (offset - gic.id < GICD_ID_SIZE && !m->write && m->size < 8) {
		gic_answer(m, (uint32_t)offset, gic_read32(gic.dist, reg));
		return true;
	}
	if (gic.v3 && offset >= GICD_IROUTER && offset < GICD_IROUTER_END)
		return route_access(cell, m, (uint32_t)offset);
	if (m->size == 8)
		return false;
	if (!m->write && offset < GICD_IGROUPR) {
		gic_answer(m, (uint32_t)offset, misc_read(reg));
		return true;
	}
	if (m->write && offset == GICD_SGIR && !gic.v3 && m->size == 4) {
		send_sgi_v2(cell, (uint32_t)m->value);
		return true;
	}
	/*
	 * Private interrupts stay level or edge as they are: whether that can
	 * be changed is the implementation's choice (IHI 0048 4.3.13), and
	 * where it is one setting for all CPUs (QEMU), it is not one cell's.
	 */
	if (m->write && offset - GICD_ICFGR < GIC_PRIVATE / 4)
		return true;
	return gic_file_access(cell, gic.dist, gic.v3 ? 0 : ~gic.own_private,
			       m, (uint32_t)offset);
}

uint8_t gic_cell_targets(const struct cell *cell)
{
	uint64_t set = cell->cpus.bits;
	uint32_t targets = 0;

	for (; set; set &= set - 1)
		targets |= pcpus[__builtin_ctzll(set)].arch.gic.target;
	return (uint8_t)targets;
}

int gic_dist_init(void)
{
	const struct cfg_intc *cfg = gic.cfg;
	uint32_t i;
	int err;

	err = mmio_register(cfg->dist.base, cfg->dist.size, false,
			    dist_access, NULL);
	if (err)
		return err;
	gic_prio_convert(gic.dist, GIC_PRIVATE, gic.words * 32, true);
	/* acknowledged by Linux, and nobody could deactivate them later */
	for (i = 1; i < gic.words && !gic.direct; i++)
		gic_write32(gic.dist, GICD_ICACTIVER + 4 * i, ~0u);
	gic_write32(gic.dist, GICD_CTLR, gic.v3 ?
		    gic.linux_ctlr | GICD_CTLR_GRP0 * gic.direct |
		    GICD_CTLR_GRP1 : gic.linux_ctlr | GICD_CTLR_GRP0);
	return 0;
}

void gic_dist_restore(void)
{
	gic_prio_convert(gic.dist, GIC_PRIVATE, gic.words * 32, false);
	gic_write32(gic.dist, GICD_CTLR, gic.linux_ctlr);
}

/* Priority and target of a group of 32 as a new owner finds them. */
static void set_defaults(uint32_t group, uint32_t bits, const struct pcpu *cpu)
{
	uint32_t irq;

	for (; bits; bits &= bits - 1) {
		irq = group * 32 + (uint32_t)__builtin_ctz(bits);
		gic_set_byte(gic.dist, GICD_IPRIORITYR, irq, gic_prio_in(0));
		if (cpu)
			gic.ops->route(irq, cpu);
	}
}

void arch_irq_quiesce(struct cell *cell)
{
	const struct pcpu *first = cell_next_cpu(cell, NULL);
	uint32_t i, bits;

	spin_lock(&gic.lock);
	for (i = 1; i < gic.words; i++)
		if (cell->irqs.bits[i])
			gic_write32(gic.dist, GICD_ICENABLER + 4 * i,
				    cell->irqs.bits[i]);
	gic.ops->sync(gic.dist);
	for (i = 1; i < gic.words; i++) {
		bits = cell->irqs.bits[i];
		if (!bits)
			continue;
		gic_write32(gic.dist, GICD_ICACTIVER + 4 * i, bits);
		gic_write32(gic.dist, GICD_ICPENDR + 4 * i, bits);
		set_defaults(i, bits, first);
	}
	spin_unlock(&gic.lock);
}

void arch_irq_move(struct cell *cell)
{
	struct pcpu *cpu = NULL;

	arch_irq_quiesce(cell);
	while (!gic.direct && (cpu = cell_next_cpu(&root_cell, cpu)))
		cpu_send(cpu, CPU_EV_ARCH);
}
