/* SPDX-License-Identifier: BSD-2-Clause */
#include "inmate.h"

#define CTL_ENABLE	1

bool timer_init(void)
{
	if (!gic_init())
		return false;
	gic_enable_irq(TIMER_VIRTUAL_PPI);
	return true;
}

uint64_t timer_now(void)
{
	isb();
	return sysreg_read(cntvct_el0);
}

uint64_t timer_frequency(void)
{
	return sysreg_read(cntfrq_el0);
}

uint64_t timer_to_ns(uint64_t ticks)
{
	uint64_t hz = timer_frequency();

	return ticks / hz * 1000000000 + ticks % hz * 1000000000 / hz;
}

uint64_t timer_from_us(uint64_t us)
{
	uint64_t hz = timer_frequency();

	return us / 1000000 * hz + us % 1000000 * hz / 1000000;
}

void delay_us(uint64_t us)
{
	uint64_t start = timer_now(), ticks = timer_from_us(us);

	while (timer_now() - start < ticks)
		;
}

void timer_set(uint64_t at)
{
	sysreg_write(cntv_cval_el0, at);
	sysreg_write(cntv_ctl_el0, CTL_ENABLE);
	isb();
}

void timer_stop(void)
{
	sysreg_write(cntv_ctl_el0, 0);
	isb();
}

/*
 * Interrupts are taken only while the timer is off: it needs no handler. What
 * comes between the test and the wfi still ends the wfi, masked as it is.
 */
void timer_sleep_until(uint64_t at)
{
	irq_disable();
	while (timer_now() < at) {
		timer_set(at);
		wfi();
		timer_stop();
		irq_enable();
		irq_disable();
	}
	irq_enable();
}

void timer_physical_set(uint64_t at)
{
	sysreg_write(cntp_cval_el0, at);
	sysreg_write(cntp_ctl_el0, CTL_ENABLE);
	isb();
}

void timer_physical_stop(void)
{
	sysreg_write(cntp_ctl_el0, 0);
	isb();
}
