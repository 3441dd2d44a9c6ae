/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The controller's frames: what a cell may see and change of distributor and
 * redistributors, and what happens to interrupts that change hands.
 *
 * The registers themselves are the state: an access is cut down to the fields
 * of the cell's own INTIDs and carried out. gic.lock makes judgement and
 * access one step, so that an interrupt that moves is cleaned up after the
 * last access of its former owner.
 */
#include "gic-priv.h"

#define RWP_SPINS	1000000
#define GICR_PIDR2		0xffe8
#define PIDR2_ARCH(v)		((v) >> 4 & 15)

/* Always true. The mask is shifted by 64 less the width, modulo 64. */
static bool answer(struct mmio *m, uint32_t offset, uint64_t word)
{
	m->value = word >> (offset & 3) * 8 & ~0ull >> (-m->size * 8 & 63);
	return true;
}

/* The CPU interfaces of a cell as ITARGETSR names them. */
static uint8_t cell_targets(const struct cell *cell)
{
	const struct pcpu *cpu = NULL;
	uint32_t targets = 0;

	while ((cpu = cpu_next(cell->cfg.cpus.bits, cpu)))
		targets |= cpu->arch.gic.target;
	return (uint8_t)targets;
}

/*
 * Senders are CPUs of the cell. By byte, and no byte of zero: QEMU makes an
 * interrupt without a sender of it, which ends QEMU.
 */
static void pend_sgis(struct cell *cell, void *regs, uint32_t word,
		      uint32_t value)
{
	value &= cell_targets(cell) * 0x01010101u;
	for (; value; value >>= 8, word++)
		if (value & 0xff)
			gic_write8(regs, word, (uint8_t)value);
}

static bool file_access(struct cell *cell, void *regs, struct mmio *m,
			uint32_t offset)
{
	uint32_t kind = gic_kind_at(offset), word = offset & ~3u;
	uint32_t group = gic_first_irq(kind, offset) / 32;
	/* in version 3, SPIs are in the distributor alone, others are not */
	bool here = !gic.v3 || (regs == gic.dist) == (group > 0);
	uint32_t old = 0, value, lanes;

	spin_lock(&gic.lock);
	lanes = gic_lanes(kind, offset, m->size,
			  here ? gic_owned(cell, group) : 0);
	/* what only acts is not read to be written */
	if (kind > (m->write ? GIC_SGIS : GIC_NONE))
		old = gic_read32(regs, word);
	if (!m->write && kind == GIC_PRIO)
		old = gic_prio_to_guest(old, arch_delivery);
	if (!m->write) {
		answer(m, offset, old & lanes);
	} else if (kind > GIC_READ && lanes) {
		value = (uint32_t)m->value << (offset & 3) * 8;
		if (kind == GIC_PRIO)
			value = gic_prio_in(value);
		if (kind == GIC_TARGET)
			value = gic_targets(old, value, lanes,
					    cell_targets(cell));
		value = gic_merge(old, value, lanes);
		if (kind == GIC_SGIS)
			pend_sgis(cell, regs, word, value);
		else
			gic_write32(regs, word, value);
	}
	spin_unlock(&gic.lock);
	return true;
}

static volatile uint64_t *route_of(uint32_t irq)
{
	return (void *)((char *)gic.dist + GICD_IROUTER + 8 * irq);
}

static void set_route(uint32_t irq, const struct pcpu *cpu)
{
	if (gic.v3)
		*route_of(irq) = cpu->hwid;
	else
		gic_write8(gic.dist, GICD_ITARGETSR + irq,
			   (uint8_t)cpu->arch.gic.target);
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
	route = cfg_irq_test(&cell->cfg.irqs, irq) ? *route_of(irq) : 0;
	if (!m->write) {
		m->value = (route & half) >> shift;
	} else if (cfg_irq_test(&cell->cfg.irqs, irq)) {
		route = (route & ~half) | (m->value << shift & half);
		target = cpu_by_hwid(cell, route & (GICD_IROUTER_ANY |
						    GICD_IROUTER_AFFINITY));
		if (target)
			set_route(irq, target);
	}
	spin_unlock(&gic.lock);
	return true;
}

/*
 * Control and identification in the first words, what a guest sees of them: of
 * distributors of version 2 and 3, and of RD frames.
 */
static const uint32_t head_seen[][4] = {
	{ GICD_CTLR_GRP0, ~0u, ~0u },
	{ GICD_CTLR_GUEST_V3, ~GICD_TYPER_HIDDEN, ~0u },
	{ GICR_CTLR_RWP | GICR_CTLR_UWP, ~0u,
	  ~(GICR_TYPER_PLPIS | GICR_TYPER_DIRECT), ~0u },
};

static void send_sgi_v2(struct cell *cell, uint32_t value)
{
	const struct pcpu *cpu = this_cpu();
	uint32_t targets = gic_sgir(value, cell_targets(cell),
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
	if (!m->write && offset < sizeof(head_seen[0]))
		return answer(m, offset, gic_read32(gic.dist, offset & ~3u) &
					 head_seen[gic.v3][offset / 4]);
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
	return file_access(cell, gic.dist, m, offset);
}

/* Reads of the identification come first: straight, without a frame. */
bool gic_mmio(struct cell *cell, struct mmio *m)
{
	uint64_t offset = m->addr - system_cfg.intc.dist.base;

	if (offset >= system_cfg.intc.dist.size || offset & (m->size - 1))
		return false;
	if (offset - gic.id >= GICD_ID_SIZE || m->write || m->size == 8)
		return dist_other(cell, m, (uint32_t)offset);
	return answer(m, (uint32_t)offset,
		      gic_read32(gic.dist, (uint32_t)offset & ~3u));
}

/* A disable must have taken effect: of an SGI frame, its RD frame knows. */
void gic_silence(void *regs, uint32_t group, uint32_t irqs)
{
	bool dist = regs == gic.dist;
	const char *control = (char *)regs - (dist ? 0 : GICR_SGI);
	uint32_t bit = dist ? GICD_CTLR_RWP : GICR_CTLR_RWP, i = 0;

	gic_write32(regs, GICD_ICENABLER + 4 * group, irqs);
	while (gic_read32(control, GICD_CTLR) & bit && i < RWP_SPINS)
		i++;
	gic_write32(regs, GICD_ICACTIVER + 4 * group, irqs);
	gic_write32(regs, GICD_ICPENDR + 4 * group, irqs);
}

/* Priority and target as a new owner finds them. */
void arch_irq_move(struct cell *cell)
{
	const struct pcpu *first = cpu_next(cell->cfg.cpus.bits, NULL);
	struct pcpu *cpu = NULL;
	uint32_t i, bits, irq;

	spin_lock(&gic.lock);
	for (i = 1; i < gic.words; i++) {
		bits = cell->cfg.irqs.bits[i];
		if (bits)
			gic_silence(gic.dist, i, bits);
		for (; bits; bits &= bits - 1) {
			irq = i * 32 + (uint32_t)__builtin_ctz(bits);
			gic_write8(gic.dist, GICD_IPRIORITYR + irq,
				   gic.prio_first);
			if (first)
				set_route(irq, first);
		}
	}
	spin_unlock(&gic.lock);
	while (!arch_delivery && (cpu = cpu_next(root_cell.cfg.cpus.bits, cpu)))
		cpu_send(cpu, CPU_EV_ARCH);
}

/*
 * Redistributors: found at boot, moderated afterwards. A cell sees all frames,
 * so that a guest finds its own by affinity, but reads no more than the
 * identification of those that are not its own. LPIs do not exist.
 */
static struct region {
	uint64_t stride;
	uint64_t size;		/* of frames that exist */
} regions[CFG_MAX_REDIST];

/* Not of every frame is there a mapping: not all CPUs are the system's. */
static uint64_t rd_raw(uint64_t frame, uint32_t reg, uint32_t size)
{
	return arch_device_access(paddr(frame + reg), size, false, 0);
}

/* The RD frame: nothing in it is the guest's to change. */
static uint64_t rd_read(uint64_t frame, uint32_t reg)
{
	if (reg < sizeof(head_seen[2]))
		return rd_raw(frame, reg, 4) & head_seen[2][reg / 4];
	return reg < GICD_V3_END - GICD_ID_SIZE ? 0 : rd_raw(frame, reg, 4);
}

static bool redist_access(struct cell *cell, struct mmio *m, uint64_t offset,
			  void *arg)
{
	const struct region *region = arg;
	uint32_t reg = (uint32_t)(offset % region->stride);
	uint64_t frame = m->addr - reg, value = 0;
	struct pcpu *cpu = NULL;

	if (m->size == 8 && reg >= GICR_SGI)
		return false;
	do {
		cpu = cpu_next(cell->cfg.cpus.bits, cpu);
	} while (cpu && cpu->arch.gic.redist_phys != frame);
	if (cpu && reg - GICR_SGI < GICR_SGI)
		return file_access(cell, gic_regs(cpu, 0), m,
				   reg - GICR_SGI);
	if (!m->write && reg < GICR_SGI && offset < region->size) {
		value = rd_read(frame, reg & ~3u);
		if (m->size == 8)
			value |= rd_read(frame, reg + 4) << 32;
	}
	return answer(m, reg, value);
}

/* An ITS writes what it likes into memory that Linux gave to it: no LPIs. */
static int claim_frame(uint64_t frame, uint64_t typer)
{
	uint64_t hwid = (typer >> 32 & 0xffffff) | (typer >> 56) << 32;
	struct pcpu *cpu = cpu_by_hwid(&root_cell, hwid);
	struct gic_cpu *g;

	if (!cpu)
		return 0;
	g = &cpu->arch.gic;
	g->redist_phys = frame;
	g->redist = arch_map_device(paddr(frame), GICR_SIZE_V3);
	if (!g->redist)
		return -CB_ENOMEM;
	if (!(gic_read32(g->redist, GICR_CTLR) & GICR_CTLR_LPIS))
		return 0;
	return refuse(-CB_EBUSY, "arch-mismatch", "LPIs are enabled on the CPU "
		      "with id 0x%llx: the kernel uses an ITS, disable it",
		      (ull)hwid);
}

static int scan_region(struct region *r, struct cfg_range range)
{
	uint64_t frame, typer = 0, fixed = system_cfg.intc.redist_stride;
	int err = 0;

	*r = (struct region){ .stride = fixed ? fixed : GICR_SIZE_V3 };
	for (; !err && !(typer & GICR_TYPER_LAST); r->size += r->stride) {
		frame = range.base + r->size;
		if (range.size < r->size + r->stride ||
		    PIDR2_ARCH(rd_raw(frame, GICR_PIDR2, 4)) < 3)
			break;
		typer = rd_raw(frame, GICR_TYPER, 8);
		if (!fixed && typer & GICR_TYPER_VLPIS)
			r->stride = GICR_SIZE_V4;
		err = claim_frame(frame, typer);
	}
	return err ?: mmio_register(range.base, range.size, false,
				    redist_access, r);
}

int gic_redist_init(void)
{
	const struct cfg_intc *cfg = &system_cfg.intc;
	struct pcpu *cpu = NULL;
	uint32_t i;
	int err = 0;

	for (i = 0; i < cfg->redist_count && !err; i++)
		err = scan_region(&regions[i], cfg->redist[i]);
	while (!err && (cpu = cpu_next(root_cell.cfg.cpus.bits, cpu)))
		if (!cpu->arch.gic.redist)
			err = refuse(-CB_ENODEV, "arch-mismatch",
				     "the interrupt controller has no "
				     "redistributor for the CPU with id 0x%llx",
				     (ull)cpu->hwid);
	return err;
}
