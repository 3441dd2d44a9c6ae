/* SPDX-License-Identifier: GPL-2.0-only */
/* Constants of GIC interrupt specifiers: <kind number flags>. */
#ifndef DTS_ARM_GIC_H
#define DTS_ARM_GIC_H

#define GIC_SPI		0	/* shared: INTID 32 + number */
#define GIC_PPI		1	/* private to each CPU: INTID 16 + number */

#define IRQ_EDGE_RISING	1
#define IRQ_LEVEL_HIGH	4

/* GICv2: which CPUs a private interrupt is wired to. */
#define GIC_CPUS(n)	((((1 << (n)) - 1)) << 8)

#endif
