/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Delivery through list registers. An interrupt that the CPU takes is dropped
 * in priority at once and stays active in the controller until the guest
 * deactivates it through its list register. SGIs cannot be tied to one: they
 * are deactivated here, and the list register stands alone.
 *
 * What finds no free list register waits in gic_cpu.pending; a maintenance
 * interrupt fetches it when the guest has taken all that is pending. All of
 * this belongs to one CPU and is touched by no other.
 */
#include "gic-priv.h"
#include "string.h"

static const struct gic_lr no_lr;	/* free */

static void wait_add(struct gic_cpu *g, uint32_t irq, uint32_t source)
{
	g->pending[irq / 32] |= 1u << irq % 32;
	if (irq < 16)
		g->sgi_sources[irq] |= (uint8_t)(1u << source);
}

/* One sender of an SGI at a time: the lowest, which is returned. */
static uint8_t wait_remove(struct gic_cpu *g, uint32_t irq)
{
	uint32_t source = 0;

	if (irq < 16) {
		source = __builtin_ctz(g->sgi_sources[irq] | 256u);
		g->sgi_sources[irq] &= (uint8_t)(g->sgi_sources[irq] - 1);
		if (g->sgi_sources[irq])
			return (uint8_t)source;
	}
	g->pending[irq / 32] &= ~(1u << irq % 32);
	return (uint8_t)source;
}

/*
 * All list registers as they are. One that the guest is through with may keep
 * asking for maintenance until it is zeroed.
 */
static void load(const struct gic_cpu *g, struct gic_lr *lrs)
{
	uint32_t n;

	for (n = 0; n < g->lr_count; n++) {
		gic_lr_get(n, &lrs[n]);
		if (!lrs[n].state)
			gic_lr_set(n, &no_lr);
	}
}

/* The one that holds the INTID, or NULL. */
static struct gic_lr *find(const struct gic_cpu *g, struct gic_lr *lrs,
			   uint32_t irq)
{
	uint32_t n;

	for (n = 0; n < g->lr_count; n++)
		if (lrs[n].state && lrs[n].irq == irq)
			return &lrs[n];
	return NULL;
}

/* It is there already: an SGI again, or one the guest deactivated by hand. */
static bool merge(const struct gic_cpu *g, struct gic_lr *lrs, uint32_t irq,
		  uint32_t source)
{
	struct gic_lr *lr = find(g, lrs, irq);
	bool other = lr && irq < 16 && lr->source != source;

	if (!lr)
		return false;
	if (other)
		lr->eoi = true;
	else
		lr->state = irq < 16 ? lr->state | LR_PENDING : LR_PENDING;
	gic_lr_set((uint32_t)(lr - lrs), lr);
	return !other;
}

/* The most urgent that waits and is not in a list register, or GIC_MAX_IRQ. */
static uint32_t next_waiting(const struct pcpu *cpu, struct gic_lr *lrs,
			     uint32_t *best_prio)
{
	const struct gic_cpu *g = &cpu->arch.gic;
	uint32_t i, bits, irq, prio, best = GIC_MAX_IRQ;

	*best_prio = 256;
	for (i = 0; i < gic.words; i++) {
		for (bits = g->pending[i]; bits; bits &= bits - 1) {
			irq = i * 32 + __builtin_ctz(bits);
			prio = gic_prio(gic_regs(cpu, irq), irq);
			if (prio >= *best_prio || find(g, lrs, irq))
				continue;
			best = irq;
			*best_prio = prio;
		}
	}
	return best;
}

/*
 * A free list register, or else the least urgent that is only pending and less
 * urgent than prio; NULL if there is none.
 */
static struct gic_lr *place_for(const struct gic_cpu *g, struct gic_lr *lrs,
				uint32_t prio)
{
	struct gic_lr *lr, *found = NULL;

	for (lr = lrs; lr < lrs + g->lr_count; lr++) {
		if (!lr->state)
			return lr;
		if (lr->state != LR_PENDING || lr->prio <= prio)
			continue;
		prio = lr->prio;
		found = lr;
	}
	return found;
}

/*
 * What waits goes to list registers. While something can still be placed, the
 * guest is interrupted when nothing is pending any more; if all are taken by
 * active ones, only when they have been finished, or it would never get on.
 */
static void refill(struct pcpu *cpu, struct gic_lr *lrs)
{
	struct gic_cpu *g = &cpu->arch.gic;
	uint32_t irq, prio, n, control = 0;
	struct gic_lr *lr;

	while ((irq = next_waiting(cpu, lrs, &prio)) < GIC_MAX_IRQ) {
		lr = place_for(g, lrs, prio);
		if (!lr)
			break;
		if (lr->state)
			wait_add(g, lr->irq, lr->source);
		*lr = (struct gic_lr){ .irq = (uint16_t)irq,
				       .state = LR_PENDING,
				       .prio = (uint8_t)prio,
				       .source = wait_remove(g, irq) };
		lr->eoi = irq < 16 && g->sgi_sources[irq];
		gic_lr_set((uint32_t)(lr - lrs), lr);
	}
	for (n = 0; irq < GIC_MAX_IRQ && n < g->lr_count; n++)
		control |= lrs[n].state & LR_PENDING ?
			   ICH_HCR_UIE | ICH_HCR_NPIE : ICH_HCR_UIE;
	gic_lr_control(control);
}

void gic_lr_handle(struct pcpu *cpu, uint32_t iar)
{
	struct gic_cpu *g = &cpu->arch.gic;
	uint32_t irq = iar & 0x3ff, source = gic.v3 ? 0 : iar >> 10 & 7;
	bool done = irq == gic.cfg->maint_irq;
	struct gic_lr lrs[GIC_MAX_LR];

	cpu_stat(cpu, done ? CB_STAT_MAINTENANCE :
		      irq < 16 ? CB_STAT_VIRT_SGI : CB_STAT_VIRT_IRQ);
	if (done || irq < 16)
		gic_deactivate(iar);
	load(g, lrs);
	if (!done && !merge(g, lrs, irq, source))
		wait_add(g, irq, source);
	refill(cpu, lrs);
}

void gic_lr_clear(struct pcpu *cpu)
{
	struct gic_cpu *g = &cpu->arch.gic;
	uint32_t i;

	for (i = 0; i < g->lr_count; i++)
		gic_lr_set(i, &no_lr);
	memset(g->pending, 0, sizeof(g->pending));
	memset(g->sgi_sources, 0, sizeof(g->sgi_sources));
	gic_lr_control(0);
}

static bool owned(const struct pcpu *cpu, uint32_t irq)
{
	return irq < GIC_PRIVATE || cfg_irq_test(&cpu->cell->irqs, irq);
}

static bool is_edge(const void *regs, uint32_t irq)
{
	return gic_read32(regs, GICD_ICFGR + irq / 16 * 4) >>
	       (irq % 16 * 2 + 1) & 1;
}

/* Back into the controller; a level that is still there comes by itself. */
static void give_back(struct pcpu *cpu, const struct gic_lr *lr,
		      bool keep_active)
{
	uint32_t bit = 1u << lr->irq % 32, word = lr->irq / 32 * 4;
	void *regs = gic_regs(cpu, lr->irq);
	bool active = keep_active && lr->state & LR_ACTIVE;

	if (!owned(cpu, lr->irq))
		return;
	if (lr->irq < 16) {
		if (lr->state & LR_PENDING)
			gic_resend(cpu, lr->irq, lr->source);
		if (active)
			gic_write32(regs, GICD_ISACTIVER, bit);
		return;
	}
	if (!active)
		gic_write32(regs, GICD_ICACTIVER + word, bit);
	if (lr->state & LR_PENDING && is_edge(regs, lr->irq))
		gic_write32(regs, GICD_ISPENDR + word, bit);
}

/* Everything that this CPU took and the guest has not finished. */
void gic_lr_return(struct pcpu *cpu, bool keep_active)
{
	struct gic_cpu *g = &cpu->arch.gic;
	struct gic_lr lrs[GIC_MAX_LR], lr = { .state = LR_PENDING };
	uint32_t i;

	load(g, lrs);
	spin_lock(&gic.lock);
	for (i = 0; i < g->lr_count; i++)
		if (lrs[i].state)
			give_back(cpu, &lrs[i], keep_active);
	for (i = 0; i < gic.words; i++) {
		while (g->pending[i]) {
			lr.irq = i * 32 + __builtin_ctz(g->pending[i]);
			lr.source = wait_remove(g, lr.irq);
			give_back(cpu, &lr, false);
		}
	}
	spin_unlock(&gic.lock);
	gic_lr_clear(cpu);
}

/* Interrupts that moved away must not be finished by the old owner. */
void arch_cpu_events(struct pcpu *cpu)
{
	struct gic_cpu *g = &cpu->arch.gic;
	struct gic_lr lrs[GIC_MAX_LR];
	uint32_t i;

	load(g, lrs);
	for (i = 0; i < g->lr_count; i++) {
		if (owned(cpu, lrs[i].irq))
			continue;
		lrs[i] = no_lr;
		gic_lr_set(i, &no_lr);
	}
	for (i = 1; i < gic.words; i++)
		g->pending[i] &= cpu->cell->irqs.bits[i];
	refill(cpu, lrs);
}
