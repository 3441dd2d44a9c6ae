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
#include "gic-priv.h"

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

static uint32_t field_read(void *regs, uint32_t kind, uint32_t word)
{
	uint32_t value = gic_read32(regs, word);

	return kind == GIC_PRIO ? gic_prio_to_guest(value, gic.direct) : value;
}

static void field_write(struct cell *cell, void *regs, uint32_t kind,
			uint32_t word, uint32_t value, uint32_t lanes)
{
	uint32_t old;

	if (kind == GIC_READ)
		return;
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

bool gic_file_access(struct cell *cell, void *regs, struct mmio *m,
		     uint32_t offset)
{
	const struct gic_file *file = gic_file_at(offset);
	uint32_t owned = ~gic.own_private, groups = 1, group, lanes;
	uint32_t word = offset & ~3u;

	if (regs == gic.dist) {
		groups = gic.words;
		owned = gic.v3 ? 0 : owned;
	}
	group = file->kind == GIC_NONE ? groups :
					 gic_first_irq(file, offset) / 32;
	if (group >= groups) {
		m->value = 0;
		return true;
	}
	spin_lock(&gic.lock);
	lanes = gic_lanes(file, offset, m->size,
			  group ? cell->irqs.bits[group] : owned);
	if (!m->write)
		gic_answer(m, offset, field_read(regs, file->kind, word) &
			   lanes);
	else if (lanes)
		field_write(cell, regs, file->kind, word,
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
			gic_route(irq, target);
	} else {
		m->value = (route & half) >> shift;
	}
	spin_unlock(&gic.lock);
	return true;
}

/* Control and identification in the first words. */
static uint32_t view(uint32_t word)
{
	uint32_t value = gic_read32(gic.dist, word);

	if (word == GICD_CTLR)
		return gic.v3 ? GICD_CTLR_GUEST_V3 | (value & GICD_CTLR_RWP) :
				GICD_CTLR_GRP0;
	if (word == GICD_TYPER && gic.v3)
		return value & ~GICD_TYPER_HIDDEN;
	return word > GICD_IIDR ? 0 : value;
}

static void send_sgi_v2(struct cell *cell, uint32_t value)
{
	const struct pcpu *cpu = this_cpu();
	uint32_t targets = gic_sgir(value, gic_cell_targets(cell),
				    (uint8_t)cpu->arch.gic.target);

	if (targets && (value & 15) != GIC_HV_SGI)
		gic_write32(gic.dist, GICD_SGIR, targets << 16 | (value & 15));
}

/* Registers that a guest does not have read as zero and ignore writes. */
__attribute__((noinline))
static bool dist_other(struct cell *cell, struct mmio *m, uint32_t offset)
{
	if (gic.v3 && offset - GICD_IROUTER < GICD_IROUTER_SIZE)
		return route_access(cell, m, offset);
	if (m->size == 8)
		return false;
	if (!m->write && offset < GICD_IGROUPR) {
		gic_answer(m, offset, view(offset & ~3u));
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
	return gic_file_access(cell, gic.dist, m, offset);
}

/* Reads of the identification come first: straight, without a frame. */
static bool dist_access(struct cell *cell, struct mmio *m, uint64_t offset,
			void *arg)
{
	uint32_t reg = (uint32_t)offset;

	(void)arg;
	if (reg - gic.id >= GICD_ID_SIZE || m->write || m->size == 8)
		return dist_other(cell, m, reg);
	gic_answer(m, reg, gic_read32(gic.dist, reg & ~3u));
	return true;
}

bool gic_mmio(struct cell *cell, struct mmio *m)
{
	uint64_t offset = m->addr - gic.cfg->dist.base;

	return offset < gic.cfg->dist.size && !(offset & (m->size - 1)) &&
	       dist_access(cell, m, offset, NULL);
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

void gic_silence(void *regs, uint32_t group, uint32_t irqs)
{
	gic_write32(regs, GICD_ICENABLER + 4 * group, irqs);
	gic_wait(regs);
	gic_write32(regs, GICD_ICACTIVER + 4 * group, irqs);
	gic_write32(regs, GICD_ICPENDR + 4 * group, irqs);
}

/* Priority and target as a new owner finds them. */
void arch_irq_quiesce(struct cell *cell)
{
	const struct pcpu *first = cell_next_cpu(cell, NULL);
	uint32_t i, bits, irq;

	spin_lock(&gic.lock);
	for (i = 1; i < gic.words; i++) {
		bits = cell->irqs.bits[i];
		if (bits)
			gic_silence(gic.dist, i, bits);
		for (; bits; bits &= bits - 1) {
			irq = i * 32 + (uint32_t)__builtin_ctz(bits);
			gic_write8(gic.dist, GICD_IPRIORITYR + irq,
				   (uint8_t)gic_prio_in(0));
			if (first)
				gic_route(irq, first);
		}
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
