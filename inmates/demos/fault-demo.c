/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Does what a cell must not do, to show what happens then.
 *	op=read|write|exec|sysreg|hvc   read
 *	addr=ADDRESS                    just behind the cell's RAM (see ram=)
 *	delay-ms=N                      0: before it
 */
#include "inmate.h"

static uint64_t address;

static void do_read(void)
{
	uint32_t value = mmio_read32(address);

	printk("fault-demo: 0x%lx holds 0x%x\n", address, value);
}

static void do_write(void)
{
	mmio_write32(address, 0xdeadbeef);
}

static void do_exec(void)
{
	void (*function)(void) = (void (*)(void))address;

	function();
}

/* ACTLR_EL1 is the implementation's own, and no cell's. */
static void do_sysreg(void)
{
	sysreg_write(actlr_el1, ~0ul);
}

static void do_hvc(void)
{
	asm volatile("hvc #0x1234" : : : "x0", "x1", "x2", "x3", "memory");
}

static const struct {
	const char *name;
	void (*run)(void);
	bool uses_address;
} ops[] = {
	{ "read", do_read, true },
	{ "write", do_write, true },
	{ "exec", do_exec, true },
	{ "sysreg", do_sysreg, false },
	{ "hvc", do_hvc, false },
};

void inmate_main(void)
{
	char name[8];
	unsigned int n;

	address = cmdline_int("addr", ram_end());
	cmdline_str("op", name, sizeof(name), "read");
	for (n = 0; n < sizeof(ops) / sizeof(ops[0]); n++)
		if (!strcmp(ops[n].name, name))
			break;
	if (n == sizeof(ops) / sizeof(ops[0])) {
		printk("fault-demo: op=%s is unknown\n", name);
		return;
	}
	delay_us(cmdline_int("delay-ms", 0) * 1000);
	if (ops[n].uses_address) {
		map_range(address, 8, MAP_RAM);
		printk("fault-demo: now %s at 0x%lx\n", name, address);
	} else {
		printk("fault-demo: now %s\n", name);
	}
	ops[n].run();
	printk("fault-demo: survived\n");
}
