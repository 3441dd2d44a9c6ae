/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Firmware calls of a guest, by HVC #0 or SMC: PSCI 1.1 (ARM DEN 0022) for
 * the cell's own CPUs, SMCCC 1.1 (ARM DEN 0028). The root cell's SiP calls
 * and the errata workarounds go on to the firmware; anything else is
 * answered NOT_SUPPORTED. Nothing here parks a CPU.
 */
#ifndef ARM_COMMON_PSCI_H
#define ARM_COMMON_PSCI_H

#include "types.h"

struct pcpu;

/* x: the guest's registers; the function in the low half of x[0]. */
void smccc_call(struct pcpu *cpu, uint64_t *x);

/*
 * The architecture's: SMC to the firmware. x[0] to x[7] are passed on, x[0] to
 * x[3] come back; x[0] is also returned.
 */
uint64_t firmware_call(uint64_t *x);

#endif
