/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The victim's interrupts: the timer's, with the local APIC as it set it; and
 * with pin=N a pin of the IOAPIC that must stay as it set it and keep quiet.
 * Any other interrupt is an attack; an NMI ends the victim.
 */
#ifndef WITNESS_H
#define WITNESS_H

#define PIN_VECTOR	0x40
#define NO_PIN		~0ul

static const struct {
	const char *name;
	unsigned int reg;
} kept[] = {
	{ "TPR", APIC_TPR },
	{ "LDR", APIC_LDR },
	{ "SVR", APIC_SVR },
	{ "LVT timer", APIC_LVT_TIMER },
	{ "LINT0", APIC_LVT_LINT0 },
	{ "LINT1", APIC_LVT_LINT1 },
	{ "LVT error", APIC_LVT_ERROR },
	{ "divider", APIC_TIMER_DIVIDE },
};

static uint32_t kept_values[ARRAY_SIZE(kept)];
static uint64_t apic_base_msr, pin, pin_low, pin_high;

static void pin_read(uint64_t *low, uint64_t *high)
{
	*low = ioapic_read(IOAPIC_REG_PIN + pin * 2);
	*high = ioapic_read(IOAPIC_REG_PIN + pin * 2 + 1);
}

static void pin_check(void)
{
	uint64_t low, high;

	if (pin == NO_PIN)
		return;
	pin_read(&low, &high);
	if (low != pin_low || high != pin_high)
		CORRUPT("pin %lu: 0x%lx 0x%lx, was 0x%lx 0x%lx", pin, high,
			low, pin_high, pin_low);
}

static void witness_raise(void)
{
}

static void witness_check(void)
{
	unsigned int n;
	uint32_t value;

	for (n = 0; n < ARRAY_SIZE(kept); n++) {
		value = apic_read(kept[n].reg);
		if (value != kept_values[n])
			CORRUPT("%s: 0x%x, was 0x%x", kept[n].name, value,
				kept_values[n]);
	}
	if (msr_read(MSR_APIC_BASE) != apic_base_msr)
		CORRUPT("the base of the local APIC changed");
	pin_check();
}

static bool witness_setup(void)
{
	unsigned int n;

	apic_set_handler(on_stranger);
	apic_set_timer_handler(on_timer);
	if (!timer_init())
		return false;
	for (n = 0; n < ARRAY_SIZE(kept); n++)
		kept_values[n] = apic_read(kept[n].reg);
	apic_base_msr = msr_read(MSR_APIC_BASE);
	pin = cmdline_int("pin", NO_PIN);
	if (pin == NO_PIN)
		return true;
	ioapic_init();
	ioapic_set_pin(pin, PIN_VECTOR, IOAPIC_EDGE);
	pin_read(&pin_low, &pin_high);
	return true;
}

#endif
