/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * More ops of fault-demo:
 *	op=sysreg   writes ACTLR_EL1, the implementation's own and no cell's
 *	op=hvc      calls a hypervisor that is not there
 */
#ifndef FAULT_OPS_H
#define FAULT_OPS_H

static void do_sysreg(void)
{
	sysreg_write(actlr_el1, ~0ul);
}

static void do_hvc(void)
{
	asm volatile("hvc #0x1234" : : : "x0", "x1", "x2", "x3", "memory");
}

#define FAULT_OPS				\
	{ "sysreg", do_sysreg, false },		\
	{ "hvc", do_hvc, false },

#endif
