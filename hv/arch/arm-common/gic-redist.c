/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Redistributors: found at boot, moderated afterwards. A cell sees all frames,
 * so that a guest finds its own by affinity, but reads no more than the
 * identification of those that are not its own. LPIs do not exist.
 */
#include <arch/mem.h>
#include "cell.h"
#include "core.h"
#include "gic-priv.h"
#include "gic_cpuif.h"

#define GICR_PIDR2		0xffe8
#define PIDR2_ARCH(v)		((v) >> 4 & 15)

static struct region {
	uint64_t base;
	uint64_t stride;
	uint32_t frames;	/* that exist */
} regions[CFG_MAX_REDIST];

/* A frame of a CPU that the system does not use is not mapped. */
static uint32_t frame_read(const struct pcpu *cpu, uint64_t frame,
			   uint32_t reg)
{
	if (cpu)
		return gic_read32(cpu->arch.gic.redist, reg);
	return (uint32_t)arch_device_read(paddr(frame + reg), 4);
}

static uint64_t frame_typer(const struct pcpu *cpu, uint64_t frame)
{
	return frame_read(cpu, frame, GICR_TYPER) |
	       (uint64_t)frame_read(cpu, frame, GICR_TYPER + 4) << 32;
}

/* The RD frame: nothing in it is the guest's to change. */
static uint64_t rd_read(const struct pcpu *cpu, uint64_t frame, uint32_t reg)
{
	if (reg == GICR_IIDR || reg >= GICD_V3_END - GICD_ID_SIZE)
		return frame_read(cpu, frame, reg);
	switch (reg) {
	case GICR_TYPER:
		return frame_typer(cpu, frame) &
		       ~(GICR_TYPER_PLPIS | GICR_TYPER_DIRECT);
	case GICR_TYPER + 4:
		return frame_read(cpu, frame, reg);
	case GICR_CTLR:
		return frame_read(cpu, frame, reg) &
		       (GICR_CTLR_RWP | GICR_CTLR_UWP);
	}
	return 0;
}

static const struct pcpu *frame_cpu(uint64_t frame)
{
	const struct pcpu *self = this_cpu();
	uint32_t i;

	if (self->arch.gic.redist_phys == frame)
		return self;
	for (i = 0; i < pcpu_count; i++)
		if (pcpus[i].arch.gic.redist_phys == frame)
			return &pcpus[i];
	return NULL;
}

static bool redist_access(struct cell *cell, struct mmio *m, uint64_t offset,
			  void *arg)
{
	const struct region *region = arg;
	uint64_t n = offset / region->stride;
	uint64_t frame = region->base + n * region->stride;
	uint32_t reg = (uint32_t)(offset - n * region->stride);
	const struct pcpu *cpu = NULL;
	uint64_t value = 0;

	if (offset & (m->size - 1) || (m->size == 8 && reg >= GICR_SGI))
		return false;
	if (n < region->frames) {
		cpu = frame_cpu(frame);
		if (cpu && reg >= GICR_SGI && reg < GICR_SIZE_V3 &&
		    cfg_cpu_test(cell->cpus, cpu->id))
			return gic_file_access(cell, gic_private_regs(cpu),
					       ~gic.own_private, m,
					       reg - GICR_SGI);
		if (!m->write && reg < GICR_SGI)
			value = rd_read(cpu, frame, reg & ~3u);
	}
	if (m->write)
		return true;
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
		    PIDR2_ARCH(frame_read(NULL, frame, GICR_PIDR2)) < 3)
			break;
		typer = frame_typer(NULL, frame);
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
