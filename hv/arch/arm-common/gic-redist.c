/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Redistributors: found at boot, moderated afterwards. A cell sees all frames,
 * so that a guest finds its own by affinity, but reads no more than the
 * identification of those that are not its own. LPIs do not exist.
 */
#include "gic-priv.h"

#define GICR_PIDR2		0xffe8
#define PIDR2_ARCH(v)		((v) >> 4 & 15)

static struct region {
	uint64_t base;
	uint64_t stride;
	uint32_t frames;	/* that exist */
} regions[CFG_MAX_REDIST];

/* Not of every frame is there a mapping: not all CPUs are the system's. */
static uint64_t rd_raw(uint64_t frame, uint32_t reg)
{
	return arch_device_read(paddr(frame + reg), 4);
}

/* The RD frame: nothing in it is the guest's to change. */
static uint64_t rd_read(uint64_t frame, uint32_t reg)
{
	static const uint32_t keep[] = {
		[GICR_CTLR / 4] = GICR_CTLR_RWP | GICR_CTLR_UWP,
		[GICR_IIDR / 4] = ~0u,
		[GICR_TYPER / 4] = ~(GICR_TYPER_PLPIS | GICR_TYPER_DIRECT),
		[GICR_TYPER / 4 + 1] = ~0u,
	};

	if (reg < sizeof(keep))
		return rd_raw(frame, reg) & keep[reg / 4];
	return reg < GICD_V3_END - GICD_ID_SIZE ? 0 : rd_raw(frame, reg);
}

/* The CPU of the cell that the frame belongs to. */
static struct pcpu *frame_cpu(const struct cell *cell, uint64_t frame)
{
	struct pcpu *cpu = NULL;

	while ((cpu = cell_next_cpu(cell, cpu)))
		if (cpu->arch.gic.redist_phys == frame)
			break;
	return cpu;
}

static bool redist_access(struct cell *cell, struct mmio *m, uint64_t offset,
			  void *arg)
{
	const struct region *region = arg;
	uint64_t n = offset / region->stride, value = 0;
	uint64_t frame = region->base + n * region->stride;
	uint32_t reg = (uint32_t)(offset - n * region->stride);
	struct pcpu *cpu;

	if (m->size == 8 && reg >= GICR_SGI)
		return false;
	if (reg - GICR_SGI < GICR_SGI && n < region->frames) {
		cpu = frame_cpu(cell, frame);
		if (cpu)
			return gic_file_access(cell, gic_private_regs(cpu), m,
					       reg - GICR_SGI);
	}
	if (m->write)
		return true;
	if (reg < GICR_SGI && n < region->frames) {
		value = rd_read(frame, reg & ~3u);
		if (m->size == 8)
			value |= rd_read(frame, reg + 4) << 32;
	}
	m->value = value;
	if (m->size < 8)
		gic_answer(m, reg, (uint32_t)value);
	return true;
}

static int claim_frame(uint64_t frame, uint64_t typer)
{
	uint64_t hwid = (typer >> 32 & 0xffffff) | (typer >> 56) << 32;
	struct gic_cpu *g;
	uint32_t i;

	for (i = 0; i < pcpu_count; i++) {
		g = &pcpus[i].arch.gic;
		if (pcpus[i].hwid != hwid || g->redist)
			continue;
		g->redist = arch_map_device(paddr(frame), GICR_SIZE_V3);
		g->redist_phys = frame;
		return g->redist ? 0 : -CB_ENOMEM;
	}
	return 0;
}

static int scan_region(struct region *r, struct cfg_range range)
{
	uint64_t typer, frame, fixed = gic.cfg->redist_stride;
	bool last = false;
	int err = 0;

	r->base = range.base;
	r->stride = fixed ? fixed : GICR_SIZE_V3;
	for (r->frames = 0; !err && !last; r->frames++) {
		frame = r->base + r->frames * r->stride;
		if (range.size < (r->frames + 1) * r->stride ||
		    PIDR2_ARCH(rd_raw(frame, GICR_PIDR2)) < 3)
			break;
		typer = rd_raw(frame, GICR_TYPER) |
			rd_raw(frame, GICR_TYPER + 4) << 32;
		if (!fixed && typer & GICR_TYPER_VLPIS)
			r->stride = GICR_SIZE_V4;
		err = claim_frame(frame, typer);
		last = typer & GICR_TYPER_LAST;
	}
	return err ? err : mmio_register(range.base, range.size, false,
					 redist_access, r);
}

/* An ITS writes what it likes into memory that Linux gave to it. */
static int check_cpu(const struct pcpu *cpu)
{
	const struct gic_cpu *g = &cpu->arch.gic;

	if (!g->redist) {
		report_add("arch-mismatch", "the interrupt controller has no "
			   "redistributor for the CPU with id 0x%llx",
			   (ull)cpu->hwid);
		return -CB_ENODEV;
	}
	if (gic_read32(g->redist, GICR_CTLR) & GICR_CTLR_LPIS) {
		report_add("arch-mismatch", "LPIs are enabled on the CPU with "
			   "id 0x%llx: the kernel uses an ITS, disable it",
			   (ull)cpu->hwid);
		return -CB_EBUSY;
	}
	return 0;
}

int gic_redist_init(void)
{
	uint32_t i;
	int err = 0;

	for (i = 0; i < gic.cfg->redist_count && !err; i++)
		err = scan_region(&regions[i], gic.cfg->redist[i]);
	if (err)
		report_add("limit-exceeded", "no room for the redistributors "
			   "at 0x%llx", (ull)gic.cfg->redist[i - 1].base);
	for (i = 0; i < pcpu_count && !err; i++)
		err = check_cpu(&pcpus[i]);
	return err;
}
