/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * IRQ-05. SGIs to every target there is. A vulnerable hypervisor passes target
 * lists through, and the victim is interrupted (it expects no SGI at all), or
 * the hypervisor's own wake-up can be forged; or it uses a field of the
 * request as an index, and crashes. The attacker's own SGI must still arrive.
 */
#include "irq.h"

#define ICC_SGI1R_EL1	S3_0_C12_C11_5
#define ICC_ASGI1R_EL1	S3_0_C12_C11_6
#define ICC_SGI0R_EL1	S3_0_C12_C11_7

static volatile unsigned int received[16];

static void on_irq(unsigned int intid)
{
	if (intid < 16)
		received[intid]++;
}

static bool prepare(unsigned int version)
{
	unsigned int sgi;

	if (!probe_gic())
		return false;
	if ((gic_version() == 2) != (version == 2)) {
		report_note("not tried: this is a GICv%u", gic_version());
		return false;
	}
	gic_set_handler(on_irq);
	for (sgi = 0; sgi <= GIC_SGI_MAX; sgi++)
		gic_enable_irq(sgi);
	irq_enable();
	return true;
}

static void own_arrives(void)
{
	unsigned int before = received[3];

	gic_send_sgi(3, cpu_mpidr());
	delay_us(10000);
	report_check(received[3] > before, "the own SGI does not arrive");
}

/* kind: which of the three registers; all fields, exhaustively where small */
#define SEND(kind, value)						\
	do {								\
		switch (kind) {						\
		case 0:							\
			sysreg_write(ICC_SGI1R_EL1, value);		\
			break;						\
		case 1:							\
			sysreg_write(ICC_ASGI1R_EL1, value);		\
			break;						\
		default:						\
			sysreg_write(ICC_SGI0R_EL1, value);		\
		}							\
	} while (0)

static void send_all(unsigned int kind)
{
	uint64_t sgi, aff, value;

	if (!prepare(3))
		return;
	for (sgi = 0; sgi < 16; sgi++) {
		/* IRM: all but self */
		SEND(kind, sgi << 24 | 1ul << 40);
		SEND(kind, sgi << 24 | 1ul << 40 | 0xffff);
		for (aff = 0; aff < 256; aff++) {
			value = sgi << 24 | 0xffff | aff << 16;
			SEND(kind, value);
			SEND(kind, value | aff << 32);
			SEND(kind, value | aff << 48);
			SEND(kind, value | (aff & 15) << 44);
		}
	}
	for (aff = 0; aff < 10000; aff++)
		SEND(kind, probe_random());
	isb();
	delay_us(10000);
	own_arrives();
}

static void sgi1r(void)
{
	send_all(0);
}

static void asgi1r(void)
{
	send_all(1);
}

static void sgi0r(void)
{
	send_all(2);
}

/* Modes 0 to 3 (3 is reserved), all target lists, NSATT, reserved bits. */
static void sgir(void)
{
	uint32_t mode, targets, sgi, sgir_value;
	uint64_t gicd;

	if (!prepare(2))
		return;
	gicd = gic_distributor();
	for (mode = 0; mode < 4; mode++) {
		for (targets = 0; targets < 256; targets++) {
			for (sgi = 0; sgi < 16; sgi++) {
				sgir_value = mode << 24 | targets << 16 | sgi;
				mmio_write32(gicd + GICD_SGIR, sgir_value);
				mmio_write32(gicd + GICD_SGIR,
					     sgir_value | 0xfc00fff0);
			}
		}
	}
	delay_us(10000);
	own_arrives();
}

/* GICv2: the pending SGIs of other CPUs, per source. */
static void spend(void)
{
	unsigned int n;

	if (!prepare(2))
		return;
	for (n = 0; n < 16; n += 4) {
		mmio_write32(gic_distributor() + GICD_SPENDSGIR + n, ~0u);
		mmio_write32(gic_distributor() + GICD_CPENDSGIR + n, ~0u);
	}
	own_arrives();
}

static const struct probe_case cases[] = {
	{ "sgi1r", sgi1r },
	{ "asgi1r", asgi1r },
	{ "sgi0r", sgi0r },
	{ "sgir", sgir },
	{ "spend", spend },
};

PROBE("IRQ-05", "SGIs stay inside the cell", cases);
