/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * COMM-02. The cell overwrites everything in its page but the two fields that
 * the hypervisor may read. A vulnerable hypervisor takes an address or a
 * number back from there: the base of the GIC, the signature, a message.
 * Afterwards the cell's interrupts and the shutdown protocol must still work:
 * the cell then waits for a shutdown and approves it.
 */
#include "irq.h"

static volatile unsigned int received;

static void on_irq(unsigned int intid)
{
	if (intid == 5)
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
	dsb();
}

static void check_sgi(void)
{
	unsigned int before = received;

	gic_send_sgi(5, cpu_mpidr());
	delay_us(10000);
	report_check(received > before, "the own SGI does not arrive");
}

static void overwrite(void)
{
	if (!probe_gic())
		return;
	gic_set_handler(on_irq);
	gic_enable_irq(5);
	irq_enable();
	check_sgi();
	scribble(0xff);
	check_sgi();
	scribble(0x00);
	check_sgi();
	report_note("waiting for a shutdown");
	while (!comm_serve())
		delay_us(1000);
	report_note("shutdown requested and approved");
}

static const struct probe_case cases[] = {
	{ "overwrite", overwrite },
};

PROBE("COMM-02", "informational fields are never read back", cases);
