/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An interrupt by the IOAPIC: the PM timer's, each time that its highest bit
 * changes, that is every 2.3 seconds, by the pin of the ACPI interrupt.
 *	irqs=N    end after N interrupts; 0: run until shut down
 *	pin=N     9
 */
#include "inmate.h"

#define VECTOR		0x40
#define ACPI_PIN	9

/* ACPI 4.8.3.1: the PM1 event block lies 8 ports before the PM timer. */
#define PM1_BLOCK	8
#define PM1_STATUS	0
#define PM1_ENABLE	2
#define PM1_TIMER	1

#define POLL_US		20000

static uint16_t pm1;
static volatile unsigned int irqs, last_status;

/* The interrupt is a level: it lasts until the status is written back. */
static void on_irq(unsigned int vector)
{
	uint16_t status;

	if (vector != VECTOR)
		return;
	status = pio_read16(pm1 + PM1_STATUS);
	pio_write16(pm1 + PM1_STATUS, status);
	last_status = status;
	irqs = irqs + 1;
}

static void run(uint64_t limit)
{
	unsigned int seen = 0;

	while (!comm_serve() && (!limit || seen < limit)) {
		timer_sleep_until(timer_now() + timer_from_us(POLL_US));
		if (seen == irqs)
			continue;
		seen = irqs;
		printk("ACPI IRQ received, status: %04x, PM timer: %lu ns\n",
		       last_status, pm_timer_ns());
	}
	printk("ioapic-demo: done after %u interrupts\n", seen);
}

void inmate_main(void)
{
	if (!timer_init())
		inmate_stop(CB_CELL_FAILED);
	if (!pm_timer_port()) {
		printk("ioapic-demo: no PM timer (pm-timer=)\n");
		inmate_stop(CB_CELL_FAILED);
	}
	pm1 = pm_timer_port() - PM1_BLOCK;
	apic_set_handler(on_irq);
	ioapic_init();
	printk("ioapic-demo: IOAPIC version 0x%x\n",
	       ioapic_read(IOAPIC_REG_VERSION));
	pio_write16(pm1 + PM1_STATUS, PM1_TIMER);
	ioapic_set_pin(cmdline_int("pin", ACPI_PIN), VECTOR,
		       IOAPIC_LEVEL);
	pio_write16(pm1 + PM1_ENABLE, PM1_TIMER);
	run(cmdline_int("irqs", 0));
	pio_write16(pm1 + PM1_ENABLE, 0);
	ioapic_set_pin(cmdline_int("pin", ACPI_PIN), VECTOR, IOAPIC_MASKED);
}
