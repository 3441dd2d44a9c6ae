/* SPDX-License-Identifier: GPL-2.0-only */
/* LINK: hv/arch/arm-common/gic-decide.c */
/*
 * Delivery through list registers, with a guest that takes and finishes
 * interrupts as the architecture says it would (IRQ-10, -11).
 */
#include "fake_gic.h"

static int setup(uint32_t kind)
{
	uint32_t i, irqs[128];

	fake_machine(kind, false, CFG_DELIVERY_AUTO);
	for (i = 0; i < ARRAY_SIZE(irqs); i++)
		irqs[i] = 32 + i;
	fake_spis(&root_cell, irqs, ARRAY_SIZE(irqs));
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

static struct gic_lr lr_at(uint32_t n)
{
	struct gic_lr lr;

	gic_lr_get(n, &lr);
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

	for (i = 0; maintenance(); i++) {
		assert_true(i < 3);
		fake_irq(MAINT);
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
}

static void prio(uint32_t irq, uint8_t p)
{
	assert_true(fake_write((irq < 32 && gic.v3 ? REDIST + 0x10000 : DIST) +
			       0x400 + irq, 1, p));
}

static void hardware_interrupt_is_linked(void **state)
{
	(void)state;
	fake_irq(40);
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
	fake_irq(3 | source << 10);
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
	fake_irq(3);
	fake_irq(3);
	assert_int_equal(lr_at(0).state, LR_PENDING);	/* merged */
	assert_int_equal(guest_ack(NULL), 3);
	fake_irq(3);
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
		fake_irq(5 | i << 10);
	fake_irq(5 | 2 << 10);
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
	for (i = 0; i < 40; i++)
		prio(32 + i, (uint8_t)(8 * ((i * 7) % 20) + 8));
	for (i = 0; i < 40; i++)
		fake_irq(32 + i);
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
	for (i = 0; i < ARRAY_SIZE(pcpus[0].arch.gic.pending); i++)
		assert_int_equal(pcpus[0].arch.gic.pending[i], 0);
}

static void urgent_takes_the_place(void **state)
{
	uint32_t i;

	(void)state;
	for (i = 0; i < LRS; i++)
		fake_irq(40 + i);
	prio(50, 0x10);
	fake_irq(50);
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
	fake_irq(40);
	assert_int_equal(guest_ack(NULL), 40);
	for (i = 1; i < LRS; i++)
		fake_irq(40 + i);
	prio(50, 0x10);
	fake_irq(50);
	assert_int_equal(lr_at((uint32_t)lr_of(40)).state, LR_ACTIVE);
	assert_int_equal(guest_ack(NULL), 50);
}

/* The next sender got another list register: the old one must fall silent. */
static void done_sgi_falls_silent(void **state)
{
	(void)state;
	fake_irq(40);
	fake_irq(5);
	fake_irq(5 | 1 << 10);
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
		fake_irq(40 + i);
		guest_ack(NULL);
	}
	fake_irq(60);
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
	fake_irq(40);
	guest_ack(NULL);
	fake_irq(41);
	guest_ack(NULL);
	for (i = 0; i < 10; i++)
		fake_irq(50 + i);
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
	fake_irq(40);
	guest_ack(NULL);
	fake_irq(40);
	assert_int_equal(lr_at((uint32_t)lr_of(40)).state, LR_PENDING);
}

static void moved_interrupts_are_forgotten(void **state)
{
	uint32_t i;

	(void)state;
	for (i = 0; i < 8; i++)
		fake_irq(40 + i);
	root_cell.irqs.bits[1] &= ~(3u << 8);		/* 40, 41 */
	root_cell.irqs.bits[1] &= ~(1u << 14);		/* 46 */
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
	memset(hw.dist + 0x304, 0xff, 16);		/* taken: active */
	fake_irq(2);
	guest_ack(NULL);				/* the IPI that runs */
	fake_irq(40);
	guest_ack(NULL);
	for (i = 41; i < 45; i++)
		fake_irq(i);
	fake_irq(60);					/* level */
	fake_irq(6);
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
	memset(hw.dist + 0x304, 0xff, 16);
	fake_irq(40);
	fake_irq(41);
	fake_irq(42);
	guest_ack(NULL);
	root_cell.irqs.bits[1] &= ~(1u << 9);		/* 41 moved */
	gic_vcpu_quiesce(&pcpus[0]);
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
