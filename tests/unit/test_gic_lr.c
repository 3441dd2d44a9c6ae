/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Delivery through list registers, with a guest that takes and finishes
 * interrupts as the architecture says it would (IRQ-10, -11).
 */
#include "fake_gic.h"

/*
 * The controller's part: what is pending and more urgent than the mask comes
 * to the CPU, the most urgent first. A line is up until its guest is done.
 */
static bool line[32 * (LINES + 1)];

static uint8_t *private_regs(void)
{
	return gic.v3 ? hw.redist[hw.cpu] + 0x10000 : hw.bank[hw.cpu];
}

static uint32_t *word_at(uint32_t reg, uint32_t irq)
{
	uint8_t *regs = irq < 32 ? private_regs() : hw.dist;

	return (uint32_t *)(regs + reg + irq / 32 * 4);
}

static uint32_t physical_mask(void)
{
	return gic.v3 ? (uint32_t)hw.reg[hw.cpu][ICC_PMR] :
			gic_read32(hw.gicc[0], GICC_PMR);
}

static bool is_pending(uint32_t irq)
{
	if (irq < 16 && !gic.v3)
		return private_regs()[0xf20 + irq];
	return line[irq] || *word_at(0x200, irq) >> irq % 32 & 1;
}

static int next_irq(void)
{
	uint32_t irq, prio, best = physical_mask();
	int found = -1;

	for (irq = 0; irq < ARRAY_SIZE(line); irq++) {
		prio = (irq < 32 ? private_regs() : hw.dist)[0x400 + irq];
		if (prio >= best || !is_pending(irq) ||
		    *word_at(0x300, irq) >> irq % 32 & 1)
			continue;
		best = prio;
		found = (int)irq;
	}
	return found;
}

/* A bound: what comes again and again is a storm. */
static void deliver(void)
{
	uint32_t i, irq, source;
	int next;

	for (i = 0; (next = next_irq()) >= 0; i++) {
		assert_true(i < 100);
		irq = (uint32_t)next;
		if (irq < 16 && !gic.v3) {
			source = (uint32_t)__builtin_ctz(
				private_regs()[0xf20 + irq]);
			private_regs()[0xf20 + irq] &= ~(1u << source);
			irq |= source << 10;
		} else {
			*word_at(0x200, irq) &= ~(1u << irq % 32);
			if (irq >= 16)
				*word_at(0x300, irq) |= 1u << irq % 32;
		}
		fake_irq(irq);
	}
}

/* As a controller would acknowledge it: an SGI has its sender above bit 10. */
static void arrive(uint32_t iar)
{
	uint32_t irq = iar & 0x3ff;

	if (irq < 16 && !gic.v3)
		private_regs()[0xf20 + irq] |= 1u << (iar >> 10);
	else if (irq < 16)
		*word_at(0x200, irq) |= 1u << irq;
	else if (irq == MAINT)
		fake_irq(MAINT);	/* priority 0: whatever is masked */
	else if (irq >= 32 && hw.dist[0xc00 + irq / 4] >> irq % 4 * 2 & 2)
		*word_at(0x200, irq) |= 1u << irq % 32;		/* edge */
	else
		line[irq] = true;
	deliver();
}

static int setup(uint32_t kind)
{
	uint32_t i, irqs[128];

	fake_machine(kind, false, false);
	for (i = 0; i < ARRAY_SIZE(irqs); i++)
		irqs[i] = 32 + i;
	fake_spis(&root_cell, irqs, ARRAY_SIZE(irqs));
	memset(line, 0, sizeof(line));
	fake_enable();
	return 0;
}

static int setup_v3(void **state)
{
	(void)state;
	return setup(CFG_INTC_GICV3);
}

static int setup_v2(void **state)
{
	(void)state;
	return setup(CFG_INTC_GICV2);
}

static uint64_t raw_lr(uint32_t n)
{
	return gic.v3 ? hw.reg[hw.cpu][ICH_LR0 + n] :
			gic_read32(hw.gich[0], GICH_LR + 4 * n);
}

/* As the registers have it: IHI 0069 12.4.8, IHI 0048 5.3.10 */
static struct gic_lr lr_at(uint32_t n)
{
	uint64_t v = raw_lr(n);
	struct gic_lr lr = { .irq = v & 0x3ff };
	bool hw_linked = gic.v3 ? v >> 61 & 1 : v >> 31 & 1;

	lr.state = gic.v3 ? v >> 62 & 3 : v >> 28 & 3;
	lr.prio = gic.v3 ? v >> 48 & 0xff : (v >> 23 & 31) << 3;
	if (hw_linked)
		return lr;
	lr.source = gic.v3 ? 0 : v >> 10 & 7;
	lr.eoi = gic.v3 ? v >> 41 & 1 : v >> 19 & 1;
	return lr;
}

/* The list register with this INTID; fails when there are two. */
static int lr_of(uint32_t irq)
{
	int n, found = -1;

	for (n = 0; n < LRS; n++) {
		if (!lr_at(n).state || lr_at(n).irq != irq)
			continue;
		assert_int_equal(found, -1);
		found = n;
	}
	return found;
}

static uint32_t control(void)
{
	uint32_t hcr = gic.v3 ? (uint32_t)hw.reg[hw.cpu][ICH_HCR] :
				gic_read32(hw.gich[0], GICH_HCR);

	assert_true(hcr & ICH_HCR_EN);
	return hcr & ~ICH_HCR_EN;
}

/* Does the hardware ask for maintenance? */
static bool maintenance(void)
{
	uint32_t n, valid = 0, pending = 0, eoi = 0;
	struct gic_lr lr;

	for (n = 0; n < LRS; n++) {
		lr = lr_at(n);
		valid += lr.state != 0;
		pending += lr.state & LR_PENDING;
		eoi += !lr.state && lr.eoi;
	}
	return eoi || (control() & ICH_HCR_UIE && valid <= 1) ||
	       (control() & ICH_HCR_NPIE && !pending);
}

/* Maintenance until there is no more need; a bound, or it is a storm. */
static void maintain(void)
{
	uint32_t i;

	deliver();
	for (i = 0; maintenance(); i++) {
		assert_true(i < 3);
		arrive(MAINT);
	}
}

static void set_state(uint32_t n, uint32_t state)
{
	struct gic_lr lr = lr_at(n);

	if (gic.v3)
		hw.reg[hw.cpu][ICH_LR0 + n] =
			(hw.reg[hw.cpu][ICH_LR0 + n] & ~(3ull << 62)) |
			(uint64_t)state << 62;
	else
		gic_write32(hw.gich[0], GICH_LR + 4 * n,
			    (gic_read32(hw.gich[0], GICH_LR + 4 * n) &
			     ~(3u << 28)) | state << 28);
	assert_int_equal(lr_at(n).irq, lr.irq);
}

/* The guest acknowledges: the most urgent pending one, or -1. */
static int guest_ack(uint32_t *source)
{
	int n, best = -1;

	for (n = 0; n < LRS; n++)
		if (lr_at(n).state & LR_PENDING &&
		    (best < 0 || lr_at(n).prio < lr_at(best).prio))
			best = n;
	if (best < 0)
		return -1;
	assert_int_not_equal(lr_at(best).state, 3);
	set_state((uint32_t)best, LR_ACTIVE);
	if (source)
		*source = lr_at(best).source;
	return lr_at(best).irq;
}

static void guest_done(uint32_t irq)
{
	int n = lr_of(irq);

	assert_true(n >= 0);
	assert_true(lr_at(n).state & LR_ACTIVE);
	set_state((uint32_t)n, lr_at(n).state & ~LR_ACTIVE);
	if (irq < 16)
		return;
	line[irq] = false;
	*word_at(0x300, irq) &= ~(1u << irq % 32);
}

static void prio(uint32_t irq, uint8_t p)
{
	assert_true(fake_write((irq < 32 && gic.v3 ? REDIST + 0x10000 : DIST) +
			       0x400 + irq, 1, p));
}

static void hardware_interrupt_is_linked(void **state)
{
	(void)state;
	arrive(40);
	assert_int_equal(lr_of(40), 0);
	/* dropped, and left active for the guest */
	assert_int_equal(hw.writes, 1);
	assert_int_equal(hw.log_reg[0], ICC_EOIR1);
	if (gic.v3)
		assert_int_equal(hw.reg[0][ICH_LR0],
				 1ull << 62 | 1ull << 61 | 1ull << 60 |
				 0xa0ull << 48 | 40ull << 32 | 40);
	else
		assert_int_equal(gic_read32(hw.gich[0], GICH_LR),
				 1u << 31 | 1u << 28 | 0xa0u >> 3 << 23 |
				 40 << 10 | 40);
	assert_int_equal(control(), 0);
	assert_int_equal(pcpus[0].stats[CB_STAT_VIRT_IRQ], 1);
}

static void sgi_stands_alone(void **state)
{
	uint32_t source = gic.v3 ? 0 : 2;

	(void)state;
	arrive(3 | source << 10);
	assert_int_equal(hw.writes, 2);
	assert_int_equal(hw.log_reg[1], ICC_DIR);
	assert_int_equal(hw.log[1], 3 | source << 10);
	if (gic.v3)
		assert_int_equal(hw.reg[0][ICH_LR0],
				 1ull << 62 | 1ull << 60 | 0xa0ull << 48 | 3);
	else
		assert_int_equal(gic_read32(hw.gich[0], GICH_LR),
				 1u << 28 | 0xa0u >> 3 << 23 | 2 << 10 | 3);
	assert_int_equal(pcpus[0].stats[CB_STAT_VIRT_SGI], 1);
}

static void sgi_again_while_active(void **state)
{
	(void)state;
	arrive(3);
	arrive(3);
	assert_int_equal(lr_at(0).state, LR_PENDING);	/* merged */
	assert_int_equal(guest_ack(NULL), 3);
	arrive(3);
	assert_int_equal(lr_at(0).state, LR_PENDING | LR_ACTIVE);
	guest_done(3);
	assert_int_equal(guest_ack(NULL), 3);
	guest_done(3);
	assert_int_equal(guest_ack(NULL), -1);
	assert_false(maintenance());
}

/* Version 2: each sender counts, one at a time. */
static void sgi_of_several_senders(void **state)
{
	uint32_t source, seen = 0, i;

	(void)state;
	for (i = 0; i < 4; i++)
		arrive(5 | i << 10);
	arrive(5 | 2 << 10);
	for (i = 0; i < 4; i++) {
		assert_int_equal(guest_ack(&source), 5);
		seen |= 1u << source;
		assert_false(maintenance());
		guest_done(5);
		maintain();
	}
	assert_int_equal(seen, 15);
	assert_int_equal(guest_ack(&source), -1);
	assert_int_equal(control(), 0);
}

/* IRQ-10: more than fits; each comes once, the most urgent first. */
static void overflow_loses_nothing(void **state)
{
	uint32_t i, got = 0, last = 0, p;
	int irq;

	(void)state;
	assert_true(fake_write(DIST + 0xc08, 4, ~0u));	/* 32 to 47: edge */
	for (i = 0; i < 40; i++)
		prio(32 + i, (uint8_t)(8 * ((i * 7) % 20) + 8));
	for (i = 0; i < 40; i++)
		arrive(32 + i);
	for (;;) {
		maintain();
		irq = guest_ack(NULL);
		if (irq < 0)
			break;
		p = hw.dist[0x400 + irq];
		assert_true(p >= last);
		last = p;
		got++;
		guest_done((uint32_t)irq);
	}
	assert_int_equal(got, 40);
	assert_int_equal(control(), 0);
	assert_int_equal(physical_mask(), 0xff);
	for (i = 0; i < ARRAY_SIZE(line); i++)
		assert_false(is_pending(i));
}

static void urgent_takes_the_place(void **state)
{
	uint32_t i;

	(void)state;
	for (i = 0; i < LRS; i++)
		arrive(40 + i);
	prio(50, 0x10);
	arrive(50);
	assert_true(lr_of(50) >= 0);
	assert_int_equal(guest_ack(NULL), 50);
	guest_done(50);
	for (i = 0; i < LRS; i++) {
		maintain();
		guest_done((uint32_t)guest_ack(NULL));
	}
	maintain();
	assert_int_equal(guest_ack(NULL), -1);
}

/* What the guest handles stays where it is, however little urgent. */
static void active_is_not_displaced(void **state)
{
	uint32_t i;

	(void)state;
	prio(40, 0xf0);
	arrive(40);
	assert_int_equal(guest_ack(NULL), 40);
	for (i = 1; i < LRS; i++)
		arrive(40 + i);
	prio(50, 0x10);
	arrive(50);
	assert_int_equal(lr_at((uint32_t)lr_of(40)).state, LR_ACTIVE);
	assert_int_equal(guest_ack(NULL), 50);
}

/* The next sender got another list register: the old one must fall silent. */
static void done_sgi_falls_silent(void **state)
{
	(void)state;
	arrive(40);
	arrive(5);
	arrive(5 | 1 << 10);
	guest_ack(NULL);
	guest_ack(NULL);
	guest_done(40);
	guest_done(5);
	assert_true(maintenance());
	maintain();
	assert_int_equal(lr_of(5), 0);
	assert_int_equal(guest_ack(NULL), 5);
}

/* All taken by active ones: no storm, and no stall when they end. */
static void all_active_is_no_storm(void **state)
{
	uint32_t i;

	(void)state;
	for (i = 0; i < LRS; i++) {
		arrive(40 + i);
		guest_ack(NULL);
	}
	arrive(60);
	maintain();
	assert_int_equal(lr_of(60), -1);
	for (i = 0; i < LRS; i++)
		guest_done(40 + i);
	assert_true(maintenance());
	maintain();
	assert_int_equal(guest_ack(NULL), 60);
}

/* Two active for long: the other list registers must still be filled. */
static void long_active_does_not_stall(void **state)
{
	uint32_t i, got = 0;
	int irq;

	(void)state;
	arrive(40);
	guest_ack(NULL);
	arrive(41);
	guest_ack(NULL);
	for (i = 0; i < 10; i++)
		arrive(50 + i);
	for (;;) {
		maintain();
		irq = guest_ack(NULL);
		if (irq < 0)
			break;
		guest_done((uint32_t)irq);
		got++;
	}
	assert_int_equal(got, 10);
}

/* The guest cleared the active state itself; then it fires again. */
static void deactivated_by_hand(void **state)
{
	(void)state;
	arrive(40);
	guest_ack(NULL);
	*word_at(0x300, 40) = 0;
	deliver();
	assert_int_equal(lr_at((uint32_t)lr_of(40)).state, LR_PENDING);
}

static void moved_interrupts_are_forgotten(void **state)
{
	uint32_t i;

	(void)state;
	for (i = 0; i < 8; i++)
		arrive(40 + i);
	root_cell.cfg.irqs.bits[1] &= ~(3u << 8);		/* 40, 41 */
	root_cell.cfg.irqs.bits[1] &= ~(1u << 14);		/* 46 */
	line[40] = line[41] = line[46] = false;		/* disabled */
	arch_cpu_events(&pcpus[0]);
	for (i = 0; i < 5; i++) {
		int irq;

		maintain();
		irq = guest_ack(NULL);
		assert_true(irq >= 42 && irq != 46);
		guest_done((uint32_t)irq);
	}
	maintain();
	assert_int_equal(guest_ack(NULL), -1);
}

static uint32_t spi(uint32_t reg, uint32_t irq)
{
	return hw.dist[reg + irq / 8] >> irq % 8 & 1;
}

/* On disable: pending stays pending, what the guest handles stays active. */
static void disable_loses_nothing(void **state)
{
	uint32_t *priv = (uint32_t *)(gic.v3 ? hw.redist[0] + 0x10000 :
					       hw.bank[0]);
	uint32_t i;

	(void)state;
	assert_true(fake_write(DIST + 0xc08, 4, ~0u));	/* 32 to 47: edge */
	arrive(2);
	guest_ack(NULL);				/* the IPI that runs */
	arrive(40);
	guest_ack(NULL);
	for (i = 41; i < 45; i++)
		arrive(i);
	arrive(60);					/* level */
	arrive(6);
	gic_cpu_restore(&pcpus[0]);
	assert_int_equal(priv[0x300 / 4], 1u << 2);
	assert_int_equal(spi(0x300, 40), 1);
	assert_int_equal(spi(0x200, 40), 0);
	for (i = 41; i < 45; i++) {
		assert_int_equal(spi(0x200, i), 1);
		assert_int_equal(spi(0x300, i), 0);
	}
	assert_int_equal(spi(0x200, 60), 0);
	assert_int_equal(spi(0x300, 60), 0);
	if (gic.v3)
		assert_int_equal(priv[0x200 / 4], 1u << 6);
	else
		assert_int_equal(hw.bank[0][0xf20 + 6], 1);
	assert_int_equal(hw.reg[0][ICC_PMR], 0xf0);
}

/* IRQ-11: a CPU that stops gives its own back, and no foreign ones. */
static void stopping_gives_back(void **state)
{
	uint32_t n;

	(void)state;
	assert_true(fake_write(DIST + 0xc08, 4, ~0u));
	arrive(40);
	arrive(41);
	arrive(42);
	guest_ack(NULL);
	root_cell.cfg.irqs.bits[1] &= ~(1u << 9);		/* 41 moved */
	gic_vcpu_reset(&pcpus[0], true);
	assert_int_equal(spi(0x300, 40), 0);
	assert_int_equal(spi(0x200, 40), 0);		/* was active */
	assert_int_equal(spi(0x200, 41), 0);
	assert_int_equal(spi(0x300, 41), 1);		/* not ours to touch */
	assert_int_equal(spi(0x200, 42), 1);
	for (n = 0; n < LRS; n++)
		assert_int_equal(lr_at(n).state, 0);
}

/* What Linux programmed is what the guest's interface starts with. */
static void interface_is_taken_over(void **state)
{
	(void)state;
	if (!gic.v3) {
		assert_int_equal(gic_read32(hw.gich[0], GICH_VMCR),
				 0xf0u >> 3 << 27 | 1u << 9 | 1);
		assert_int_equal(gic_read32(hw.gicc[0], GICC_PMR), 0xff);
		assert_int_equal(gic_read32(hw.gicc[0], GICC_CTLR), 0x201);
		return;
	}
	assert_int_equal(hw.reg[0][ICH_VMCR],
			 0xf0ull << 24 | 1u << 9 | 1u << 1);
	assert_int_equal(hw.reg[0][ICC_PMR], 0xff);
	assert_int_equal(hw.reg[0][ICC_CTLR], ICC_CTLR_EOIMODE);
	assert_int_equal(hw.reg[0][ICC_IGRPEN1], 1);
}

#define TEST(f, s) { #f " (" #s ")", f, setup_##s, NULL, NULL }
#define BOTH(f) TEST(f, v3), TEST(f, v2)

int main(void)
{
	const struct CMUnitTest tests[] = {
		BOTH(hardware_interrupt_is_linked),
		BOTH(sgi_stands_alone),
		BOTH(sgi_again_while_active),
		TEST(sgi_of_several_senders, v2),
		BOTH(overflow_loses_nothing),
		BOTH(urgent_takes_the_place),
		BOTH(active_is_not_displaced),
		TEST(done_sgi_falls_silent, v2),
		BOTH(all_active_is_no_storm),
		BOTH(long_active_does_not_stall),
		BOTH(deactivated_by_hand),
		BOTH(moved_interrupts_are_forgotten),
		BOTH(disable_loses_nothing),
		BOTH(stopping_gives_back),
		BOTH(interface_is_taken_over),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
