/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * More ops of fault-demo:
 *	op=in|out      a port: port=N, 0x70: CMOS, the root cell's
 *	op=rdmsr|wrmsr a register: msr=N, 0x79: loads microcode
 */
#ifndef FAULT_OPS_H
#define FAULT_OPS_H

#define PORT_CMOS	0x70
#define MSR_UCODE_LOAD	0x79

static void do_in(void)
{
	uint16_t port = cmdline_int("port", PORT_CMOS);
	uint8_t value = pio_read8(port);

	printk("fault-demo: port 0x%x holds 0x%x\n", port, value);
}

static void do_out(void)
{
	pio_write8(cmdline_int("port", PORT_CMOS), 0);
}

static void do_rdmsr(void)
{
	uint32_t msr = cmdline_int("msr", MSR_UCODE_LOAD);
	uint64_t value = msr_read(msr);

	printk("fault-demo: MSR 0x%x holds 0x%lx\n", msr,
	       (unsigned long)value);
}

static void do_wrmsr(void)
{
	msr_write(cmdline_int("msr", MSR_UCODE_LOAD), 0);
}

#define FAULT_OPS				\
	{ "in", do_in, false },			\
	{ "out", do_out, false },		\
	{ "rdmsr", do_rdmsr, false },		\
	{ "wrmsr", do_wrmsr, false },

#endif
