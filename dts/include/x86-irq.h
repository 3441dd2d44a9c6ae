/* SPDX-License-Identifier: GPL-2.0-only */
/* Constants of IOAPIC interrupt specifiers: <pin sense>. */
#ifndef DTS_X86_IRQ_H
#define DTS_X86_IRQ_H

#define APIC_EDGE_HIGH	0
#define APIC_LEVEL_LOW	1
#define APIC_LEVEL_HIGH	2
#define APIC_EDGE_LOW	3

/* ISA bus: the first cell of an address. */
#define ISA_IO		1

#endif
