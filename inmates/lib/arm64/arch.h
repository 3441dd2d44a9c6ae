/* SPDX-License-Identifier: BSD-2-Clause */
/* What only this architecture has, and where the cell's conventions put it. */
#ifndef ARCH_H
#define ARCH_H

#define COMM_BASE	0x80000000ul

#include "gic.h"
#include "psci.h"

#endif
