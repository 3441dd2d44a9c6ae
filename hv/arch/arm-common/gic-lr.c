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
#include "cell.h"
#include "gic-decide.h"
#include "gic-priv.h"
#include "gic_cpuif.h"
#include "string.h"

static const struct gic_lr no_lr;	/* free */

static void wait_add(struct gic_cpu *g, uint32_t irq, uint32_t source)
{
	g->pending[irq / 32] |= 1u << irq % 32;
	if (irq < 16)
		g->sgi_sources[irq] |= (uint8_t)(1u << source);
}

/* One sender of an SGI at a time; *source is the lowest. */
static void wait_remove(struct gic_cpu *g, uint32_t irq, uint32_t *source)
{
	*source = 0;
	if (irq < 16) {
		*source = __builtin_ctz(g->sgi_sources[irq] | 256u);
		g->sgi_sources[irq] &= (uint8_t)(g->sgi_sources[irq] - 1);
		if (g->sgi_sources[irq])
			return;
	}
	g->pending[irq / 32] &= ~(1u << irq % 32);
}

/* The list register that holds the INTID, or -1. */
static int find_lr(uint32_t used, uint32_t irq, struct gic_lr *lr)
{
	int n;

	for (; used; used &= used - 1) {
		n = __builtin_ctz(used);
		gic.ops->lr_get(n, lr);
		if (lr->irq == irq && lr->state)
			return n;
	}
	return -1;
}

static uint32_t lr_mask(const struct gic_cpu *g)
{
	return (1u << g->lr_count) - 1;
}

static uint32_t lrs_used(const struct gic_cpu *g)
{
	return gic.ops->lr_used() & lr_mask(g);
}

/*
 * Full: the least urgent one that is only pending gives way, if it is less
 * urgent than prio.
 */
static int evict_lr(struct gic_cpu *g, uint32_t used, uint32_t prio)
{
	struct gic_lr lr, worst = { .prio = (uint8_t)prio };
	int n, found = -1;

	for (; used; used &= used - 1) {
		n = __builtin_ctz(used);
		gic.ops->lr_get(n, &lr);
		if (lr.state != LR_PENDING || lr.prio <= worst.prio)
			continue;
		worst = lr;
		found = n;
	}
	if (found >= 0) {
		wait_add(g, worst.irq, worst.source);
		gic.ops->lr_control(ICH_HCR_UIE | ICH_HCR_NPIE);
	}
	return found;
}

/* It is there already: an SGI again, or one the guest deactivated by hand. */
static bool merge_lr(int n, struct gic_lr *lr, uint32_t irq, uint32_t source)
{
	bool other = irq < 16 && lr->source != source;

	if (other)
		lr->eoi = true;
	else
		lr->state = irq < 16 ? lr->state | LR_PENDING : LR_PENDING;
	gic.ops->lr_set(n, lr);
	return !other;
}

/* false: it has to wait. */
static bool inject(struct pcpu *cpu, uint32_t irq, uint32_t source)
{
	struct gic_cpu *g = &cpu->arch.gic;
	uint32_t used = lrs_used(g);
	struct gic_lr lr;
	int n = find_lr(used, irq, &lr);

	if (n >= 0)
		return merge_lr(n, &lr, irq, source);
	lr = (struct gic_lr){ .irq = (uint16_t)irq, .state = LR_PENDING,
			      .prio = gic_prio(gic_regs(cpu, irq), irq),
			      .source = source,
			      .eoi = irq < 16 && g->sgi_sources[irq] };
	n = used == lr_mask(g) ? evict_lr(g, used, lr.prio) :
				 __builtin_ctz(~used);
	if (n >= 0)
		gic.ops->lr_set(n, &lr);
	return n >= 0;
}

/* The most urgent that waits and is not in a list register, or GIC_MAX_IRQ. */
static uint32_t next_waiting(const struct pcpu *cpu)
{
	const struct gic_cpu *g = &cpu->arch.gic;
	uint32_t used = lrs_used(g), i, bits, irq, prio;
	uint32_t best = GIC_MAX_IRQ, best_prio = 256;
	struct gic_lr lr;

	for (i = 0; i < gic.words; i++) {
		for (bits = g->pending[i]; bits; bits &= bits - 1) {
			irq = i * 32 + __builtin_ctz(bits);
			prio = gic_prio(gic_regs(cpu, irq), irq);
			if (prio >= best_prio || find_lr(used, irq, &lr) >= 0)
				continue;
			best = irq;
			best_prio = prio;
		}
	}
	return best;
}

/*
 * A list register that the guest is through with may keep asking for
 * maintenance until it is zeroed, and does not count as free until then.
 */
static void clean_done(const struct gic_cpu *g)
{
	struct gic_lr lr;
	uint32_t n;

	for (n = 0; n < g->lr_count; n++) {
		gic.ops->lr_get(n, &lr);
		if (!lr.state)
			gic.ops->lr_set(n, &no_lr);
	}
}

/*
 * Fills free list registers. While something can still be placed, the guest
 * is interrupted when nothing is pending any more; if all are taken by active
 * ones, only when they have been finished, or it would never get on.
 */
static void refill(struct pcpu *cpu)
{
	struct gic_cpu *g = &cpu->arch.gic;
	uint32_t irq, source, n, control = 0;
	struct gic_lr lr;

	clean_done(g);
	while ((irq = next_waiting(cpu)) < GIC_MAX_IRQ &&
	       lrs_used(g) != lr_mask(g)) {
		wait_remove(g, irq, &source);
		inject(cpu, irq, source);
	}
	for (n = 0; irq < GIC_MAX_IRQ && n < g->lr_count; n++) {
		gic.ops->lr_get(n, &lr);
		control |= ICH_HCR_UIE;
		if (lr.state & LR_PENDING)
			control |= ICH_HCR_NPIE;
	}
	gic.ops->lr_control(control);
}

void gic_lr_handle(struct pcpu *cpu, uint32_t iar)
{
	uint32_t irq = iar & 0x3ff, source = gic.v3 ? 0 : iar >> 10 & 7;

	gic.ops->drop(iar);
	if (irq == gic.cfg->maint_irq) {
		cpu_stat(cpu, CB_STAT_MAINTENANCE);
		refill(cpu);
		gic.ops->deactivate(iar);
		return;
	}
	cpu_stat(cpu, irq < 16 ? CB_STAT_VIRT_SGI : CB_STAT_VIRT_IRQ);
	if (irq < 16)
		gic.ops->deactivate(iar);
	if (inject(cpu, irq, source))
		return;
	wait_add(&cpu->arch.gic, irq, source);
	refill(cpu);
}

void gic_lr_clear(struct pcpu *cpu)
{
	struct gic_cpu *g = &cpu->arch.gic;
	uint32_t i;

	for (i = 0; i < g->lr_count; i++)
		gic.ops->lr_set(i, &no_lr);
	memset(g->pending, 0, sizeof(g->pending));
	memset(g->sgi_sources, 0, sizeof(g->sgi_sources));
	gic.ops->lr_control(0);
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
			gic.ops->resend(cpu, lr->irq, lr->source);
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
	uint32_t used = lrs_used(g), i, irq, source;
	struct gic_lr lr;

	spin_lock(&gic.lock);
	for (; used; used &= used - 1) {
		gic.ops->lr_get(__builtin_ctz(used), &lr);
		give_back(cpu, &lr, keep_active);
	}
	for (i = 0; i < gic.words; i++) {
		while (g->pending[i]) {
			irq = i * 32 + __builtin_ctz(g->pending[i]);
			wait_remove(g, irq, &source);
			lr = (struct gic_lr){ .irq = irq, .source = source,
					      .state = LR_PENDING };
			give_back(cpu, &lr, false);
		}
	}
	spin_unlock(&gic.lock);
	gic_lr_clear(cpu);
}

/* Interrupts that moved away must not be finished by the old owner. */
void gic_lr_flush(struct pcpu *cpu)
{
	struct gic_cpu *g = &cpu->arch.gic;
	uint32_t used = lrs_used(g), i;
	struct gic_lr lr;

	for (; used; used &= used - 1) {
		i = __builtin_ctz(used);
		gic.ops->lr_get(i, &lr);
		if (!owned(cpu, lr.irq))
			gic.ops->lr_set(i, &no_lr);
	}
	for (i = 1; i < gic.words; i++)
		g->pending[i] &= cpu->cell->irqs.bits[i];
	refill(cpu);
}
