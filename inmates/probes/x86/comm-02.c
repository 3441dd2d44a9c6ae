/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * COMM-02. The cell overwrites everything in its page but the two fields that
 * the hypervisor may read. A vulnerable hypervisor takes an address or a
 * number back from there: a port, the CPUs, the signature, a message.
 * Afterwards the cell's interrupts and the shutdown protocol must still work:
 * the cell then waits for a shutdown and approves it.
 */
#include "probe.h"

#define VECTOR	0x50

static volatile unsigned int received;

static void on_irq(unsigned int vector)
{
	if (vector == VECTOR)
		received++;
}

static void scribble(uint8_t value)
{
	volatile uint8_t *page = (volatile uint8_t *)COMM_BASE;
	unsigned int n;

	for (n = 0; n < PAGE_SIZE; n++) {
		/* cell_state, msg_to_cell, reply_from_cell */
		if (n < 8 || n >= 20)
			page[n] = value;
	}
	mb();
}

static void check_ipi(void)
{
	unsigned int before = received;

	apic_send(0, APIC_ICR_SELF | VECTOR);
	delay_us(10000);
	report_check(received > before, "the own interrupt does not arrive");
}

static void overwrite(void)
{
	if (!timer_init()) {
		report_skip("no local APIC");
		return;
	}
	apic_set_handler(on_irq);
	irq_enable();
	check_ipi();
	scribble(0xff);
	check_ipi();
	scribble(0x00);
	check_ipi();
	report_note("waiting for a shutdown");
	while (!comm_serve())
		delay_us(1000);
	report_note("shutdown requested and approved");
}

static const struct probe_case cases[] = {
	{ "overwrite", overwrite },
};

PROBE("COMM-02", "informational fields are never read back", cases);
