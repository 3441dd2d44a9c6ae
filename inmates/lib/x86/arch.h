/* SPDX-License-Identifier: BSD-2-Clause */
/* What only this architecture has, and where the cell's conventions put it. */
#ifndef ARCH_H
#define ARCH_H

#define COMM_BASE	0x100000ul

#include "apic.h"
#include "ioapic.h"
#include "pm-timer.h"
#include "smp.h"

#endif
