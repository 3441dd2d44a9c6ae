/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Delivery through list registers. An interrupt that the CPU takes is dropped
 * in priority at once and stays active in the controller until the guest
 * deactivates it through its list register. SGIs cannot be tied to one: they
 * are deactivated here, and the list register stands alone.
 *
 * What finds no list register waits where it came from: it goes back to the
 * controller, and the priority mask lets through only what could take a place
 * all the same, until a maintenance interrupt says that there is room.
 */
#include "gic-priv.h"

#define LR_EOI		9		/* counted from lr_phys */
#define ICFGR_EDGE	BIT(1)		/* of an INTID's two bits */

/* Back into the controller; a level that is still there comes by itself. */
static void give_back(struct pcpu *cpu, const struct gic_lr *lr,
		      bool keep_active)
{
	uint32_t irq = lr->irq, bit = 1u << irq % 32, word = irq / 32 * 4;
	bool active = keep_active && lr->state & LR_ACTIVE;
	void *regs = gic_regs(cpu, irq);
	uint32_t config, state = 0;

	spin_lock(&gic.lock);
	if (gic_owned(cpu->cell, irq / 32) & bit)
		state = lr->state;
	config = gic_read32(regs, GICD_ICFGR + irq / 16 * 4) >> irq % 16 * 2;
	if (state)
		gic_write32(regs, word + (active ? GICD_ISACTIVER :
						   GICD_ICACTIVER), bit);
	if (state & LR_PENDING && irq < 16 && !gic.v3)
		gic_write8(regs, GICD_SPENDSGIR + irq,
			   (uint8_t)(1u << lr->source));
	else if (state & LR_PENDING && (irq < 16 || config & ICFGR_EDGE))
		gic_write32(regs, GICD_ISPENDR + word, bit);
	spin_unlock(&gic.lock);
}

static void write_lr(struct gic_cpu *g, const struct gic_lr *lr)
{
	const struct gic_layout *l = gic.layout;
	uint64_t phys = lr->irq, v = lr->irq | l->lr_group;

	v |= (uint64_t)lr->state << l->lr_state;
	v |= (uint64_t)(lr->prio & l->prio_mask) << l->lr_prio;
	if (lr->irq >= 16)
		v |= 1ull << l->lr_hw;
	else
		phys = lr->source | (uint64_t)lr->eoi << LR_EOI;
	gic_set(ICH_LR0 + (uint32_t)(lr - g->lrs),
		lr->state ? v | phys << l->lr_phys : 0);
}

static void free_lr(struct gic_cpu *g, struct gic_lr *lr)
{
	*lr = (struct gic_lr){ .prio = 0xff };
	write_lr(g, lr);
}

/*
 * What the guest has done to them. One that it is through with may keep asking
 * for maintenance until it is zeroed; one that moved away must not be finished
 * by the old owner.
 */
static void load(struct pcpu *cpu)
{
	struct gic_cpu *g = &cpu->arch.gic;
	struct gic_lr *lr = g->lrs;
	uint32_t reg = ICH_LR0;

	for (; lr < g->lrs + g->lr_count; lr++, reg++) {
		if (!lr->state)
			continue;
		lr->state = gic_get(reg) >> gic.layout->lr_state & 3;
		if (!lr->state ||
		    !(gic_owned(cpu->cell, lr->irq / 32) >> lr->irq % 32 & 1))
			free_lr(g, lr);
	}
}

/*
 * The one that holds the INTID; else the least urgent that is not active and
 * less urgent than prio, which a free one is in any case; NULL if there is
 * none.
 */
static struct gic_lr *place_for(struct gic_cpu *g, uint32_t irq, uint32_t prio)
{
	struct gic_lr *lr, *last = NULL;

	for (lr = g->lrs; lr < g->lrs + g->lr_count; lr++) {
		if (lr->state && lr->irq == irq)
			return lr;
		if (lr->state & LR_ACTIVE || lr->prio <= prio)
			continue;
		prio = lr->prio;
		last = lr;
	}
	return last;
}

/*
 * Pending already: an SGI again, or one that the guest deactivated by hand.
 * SGIs of several senders come one after the other.
 */
static void place(struct pcpu *cpu, struct gic_lr new)
{
	struct gic_cpu *g = &cpu->arch.gic;
	struct gic_lr *lr = place_for(g, new.irq, new.prio);
	bool same = lr && lr->state && lr->irq == new.irq;

	if (!lr || (same && lr->source != new.source)) {
		give_back(cpu, &new, false);
		if (!lr)
			return;
		lr->eoi = true;
	} else if (same) {
		lr->state = new.irq < 16 ? lr->state | LR_PENDING : LR_PENDING;
	} else {
		if (lr->state)
			give_back(cpu, lr, false);
		*lr = new;
	}
	write_lr(g, lr);
}

/*
 * Open while there is room; else for what is more urgent than something that
 * is only pending, and closed for the next sender of an SGI. Maintenance comes
 * when nothing is pending any more; if all are taken by active ones, only when
 * they have been finished, or the guest would never get on.
 */
static void set_mask(const struct gic_cpu *g)
{
	uint32_t control = ICH_HCR_EN | ICH_HCR_UIE, mask = 0, limit = 0xff;
	const struct gic_lr *lr;

	for (lr = g->lrs; lr < g->lrs + g->lr_count; lr++) {
		if (lr->state & LR_PENDING)
			control |= ICH_HCR_NPIE;
		if (!(lr->state & LR_ACTIVE) && lr->prio > mask)
			mask = lr->prio;
		if (lr->eoi && lr->prio < limit)
			limit = lr->prio;
	}
	gic_set(ICH_HCR, mask == 0xff ? ICH_HCR_EN : control);
	mask = mask < limit ? mask : limit;
	gic_set(ICC_PMR, mask > gic.prio_first ? mask : gic.prio_first);
}

void gic_lr_handle(struct pcpu *cpu, uint32_t iar)
{
	uint32_t irq = iar & 0x3ff;
	bool done = irq == system_cfg.intc.maint_irq;

	cpu_stat(cpu, done ? CB_STAT_MAINTENANCE :
		      irq < 16 ? CB_STAT_VIRT_SGI : CB_STAT_VIRT_IRQ);
	if (done || irq < 16)
		gic_set(ICC_DIR, iar);
	load(cpu);
	if (!done)
		place(cpu, (struct gic_lr){
			.irq = (uint16_t)irq,
			.state = LR_PENDING,
			.prio = gic_read8(gic_regs(cpu, irq),
					  GICD_IPRIORITYR + irq),
			.source = gic.v3 ? 0 : iar >> 10 & 7,
		});
	set_mask(&cpu->arch.gic);
}

void gic_lr_return(struct pcpu *cpu, bool keep_active)
{
	struct gic_cpu *g = &cpu->arch.gic;
	struct gic_lr *lr = g->lrs;

	load(cpu);
	for (; lr < g->lrs + g->lr_count; lr++) {
		if (lr->state)
			give_back(cpu, lr, keep_active);
		free_lr(g, lr);
	}
	gic_set(ICH_HCR, ICH_HCR_EN);
}

void arch_cpu_events(struct pcpu *cpu)
{
	load(cpu);
	set_mask(&cpu->arch.gic);
}
